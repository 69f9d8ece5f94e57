import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { searchFiles, secretScanner, totalFound } from '@force-reset/testing'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { describeInChromium, startChromium } from './chromium.fixture.ts'
import {
  detailsOn,
  everythingOn,
  openDetails,
  signInOperator,
  signInUser,
} from './console-page.fixture.ts'
import { type ConsoleSite, startConsoleSite } from './console-site.fixture.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const refusedWords = 'Username or password is wrong.'

// Each account is used by one test: they share a browser and a database, not their state.
const account = {
  mina: '1001',
  jonas: '1002',
  priya: '1003',
  tomas: '1004',
  grace: '1005',
  lucia: '1006',
  oskar: '1007',
  hannah: '1008',
  diego: '1009',
  amelie: '1010',
  chloe: '1017',
  nadia: '1021',
  peter: '1024',
} as const

describeInChromium('the procedure of a reset', () => {
  let site: ConsoleSite
  let context: BrowserContext
  beforeAll(async () => {
    site = await startConsoleSite()
    context = await startChromium()
  })
  afterEach(async () => {
    await Promise.all(
      context
        .pages()
        .slice(1)
        .map(async (page) => await page.close()),
    )
  })
  afterAll(async () => {
    await context?.close()
    await site?.close()
  })

  const hashOf = (userId: string) =>
    site.valueOf('SELECT password_hash FROM users WHERE id = ?', userId)
  const resetsOf = (userId: string) =>
    site.valueOf(
      "SELECT count(*) FROM force_reset_audit WHERE event_type = 'reset.applied' AND user_id = ?",
      userId,
    )
  const resetRequests = () =>
    site.proxy.exchanges.filter(({ line }) => line.endsWith('/force-reset'))
  const issued = () =>
    resetRequests().flatMap(
      ({ answered }) =>
        /"temporaryPassword":"([^"]+)"/.exec(answered.toString())?.slice(1, 2) ?? [],
    )
  const focused = (page: Page) =>
    page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.textContent)

  it('does not say what is wrong with a sign-in, and lets the right password in', async () => {
    await context.clearCookies()
    const page = await context.newPage()
    await signInOperator(page, site, 'not the password of the operator')
    expect(await page.getByRole('alert').innerText()).toBe(refusedWords)
    await page.goto(`${site.origin}/console/users/${account.jonas}`)
    expect(page.url()).toContain('/console/sign-in?next=')
    await page.getByLabel('Username').fill(site.operator.username)
    await page.getByLabel('Password').fill(site.operator.password)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Jonas Lindqvist' }).waitFor()
  })

  it('filters the list while one types, and by status', async () => {
    const page = await context.newPage()
    await signInOperator(page, site)
    const rows = page.getByRole('row')
    expect(await rows.count()).toBe(26)
    await page.getByRole('searchbox').pressSequentially('LINDQ')
    await page.getByText('1 user', { exact: true }).first().waitFor()
    expect(await rows.nth(1).innerText()).toContain('jonas.lindqvist@example.com')
    expect(new URL(page.url()).searchParams.get('search')).toBe('LINDQ')
    await page.getByRole('radio', { name: 'Suspended' }).check()
    await page.getByRole('heading', { name: 'No suspended users found' }).waitFor()
    await page.getByRole('searchbox').fill('')
    await page.getByText('nadia.haddad', { exact: true }).waitFor()
    expect(await rows.filter({ hasText: 'Active' }).count()).toBe(0)
  })

  it('says that the list is an old one when the server cannot be reached', async () => {
    const page = await context.newPage()
    await signInOperator(page, site)
    await context.setOffline(true)
    try {
      await page.getByRole('searchbox').pressSequentially('gra')
      const notice = page.getByText('The server cannot be reached.')
      await notice.waitFor()
      expect((await notice.boundingBox())?.height).toBeGreaterThan(10)
    } finally {
      await context.setOffline(false)
    }
    await page.getByRole('searchbox').pressSequentially('ce')
    await page.getByText('1 user', { exact: true }).first().waitFor()
    expect(await page.getByText('The server cannot be reached.').count()).toBe(0)
  })

  it('shows every detail of an account', async () => {
    const { page } = await openDetails(context, site, account.jonas)
    const facts = await page.locator('.panel').innerText()
    for (const words of [
      'User ID',
      '1002',
      'jonas.lindqvist',
      'jonas.lindqvist@example.com',
      'Jonas Lindqvist',
      'Active',
      'Created',
      'Updated',
      'Times: UTC',
      'Never in this console',
    ])
      expect(facts).toContain(words)
    expect(facts).not.toContain('Not known')
  })

  it.each([
    ['an active', account.jonas, 'jonas.lindqvist', 'Jonas Lindqvist'],
    ['a pending', account.chloe, 'chloe.tremblay', 'Chloé Tremblay'],
  ])('resets %s account after a dialog that names it', async (_, userId, username, name) => {
    const { page, dialog, open, reset, password } = await openDetails(context, site, userId)
    const before = hashOf(userId)
    await open.click()
    const words = await dialog.innerText()
    for (const part of [username, name, `${username}@example.com`]) expect(words).toContain(part)
    await reset.click()
    const temporary = await password.textContent()
    expect(await dialog.innerText()).toContain(name)
    expect(temporary).toBe(issued().at(-1))
    expect(hashOf(userId)).not.toBe(before)
    expect(resetsOf(userId)).toBe(1)
    await page.getByText('Works until').waitFor()
  })

  it.each([
    ['suspended', account.nadia],
    ['deleted', account.peter],
  ])(
    'says why a %s account is not reset, and refuses a hand-made request',
    async (status, userId) => {
      const { page, open, dialog } = await openDetails(context, site, userId)
      const before = hashOf(userId)
      expect((await page.locator('.area').innerText()).toLowerCase()).toContain(status)
      expect(await open.getAttribute('aria-disabled')).toBe('true')
      await open.click({ force: true })
      expect(await dialog.count()).toBe(0)
      const answer = await page.evaluate(async (address) => {
        const view = await (await fetch(address)).json()
        const headers = { 'content-type': 'application/json' }
        const response = await fetch(`${address}/force-reset`, {
          method: 'POST',
          headers,
          body: JSON.stringify({ version: view.user.version }),
        })
        return await response.text()
      }, `/console/api/users/${userId}`)
      expect(JSON.parse(answer)).toMatchObject({ code: 'not_eligible' })
      expect(answer).not.toContain('temporaryPassword')
      expect(hashOf(userId)).toBe(before)
      expect(resetsOf(userId)).toBe(0)
    },
  )

  it('changes nothing on Cancel, Escape and a held Enter, and gives the focus back', async () => {
    const { page, open, cancel, dialog } = await openDetails(context, site, account.priya)
    const [before, requests] = [hashOf(account.priya), resetRequests().length]
    for (const leave of [() => cancel.click(), () => page.keyboard.press('Escape')]) {
      await open.click()
      expect(await focused(page)).toBe('Cancel')
      await leave()
      expect(await dialog.count()).toBe(0)
      expect(await focused(page)).toContain('Reset password')
    }
    for (let press = 0; press < 20; press++) await page.keyboard.down('Enter')
    await page.keyboard.up('Enter')
    expect(resetRequests()).toHaveLength(requests)
    expect(hashOf(account.priya)).toBe(before)
    expect(resetsOf(account.priya)).toBe(0)
  })

  it('shows the password once: Escape keeps it, and after closing it is gone', async () => {
    const { page, dialog, password, passedOn, resetPassword } = await openDetails(
      context,
      site,
      account.tomas,
    )
    const address = page.url()
    const temporary = await resetPassword()
    for (let press = 0; press < 3; press++) await page.keyboard.press('Escape')
    expect(await password.textContent()).toBe(temporary)
    expect(await everythingOn(page)).toContain(temporary)
    const second = await context.newPage()
    await second.goto(address)
    await detailsOn(second)
    expect(await everythingOn(second)).not.toContain(temporary)

    expect(await page.getByText('Never in this console').count()).toBe(1)
    await passedOn.click()
    expect(await dialog.count()).toBe(0)
    await page.locator('.facts').getByText('by operator').waitFor()
    const isGone = async () => {
      await page.waitForLoadState()
      expect(await everythingOn(page)).not.toContain(temporary)
    }
    await isGone()
    await page.reload()
    await isGone()
    await page.getByRole('link', { name: 'Back to list' }).click()
    await page.waitForURL(/\/users$/)
    await page.goBack()
    await detailsOn(page)
    await isGone()
    await page.goForward()
    await isGone()
  })

  it('does not bring the password back after the operator has left its page', async () => {
    const { page, resetPassword } = await openDetails(context, site, account.grace)
    const warnings: string[] = []
    page.on('dialog', async (warning) => {
      warnings.push(warning.type())
      await warning.accept()
    })
    const temporary = await resetPassword()
    await page.goto(`${site.origin}/console/audit`)
    expect(warnings).toEqual(['beforeunload'])
    await page.goBack()
    await detailsOn(page)
    expect(await everythingOn(page)).not.toContain(temporary)
  })

  it('selects exactly the password on one click, and has no button that copies it', async () => {
    const { page, dialog, password, resetPassword } = await openDetails(
      context,
      site,
      account.lucia,
    )
    const temporary = await resetPassword()
    await password.click()
    expect(await page.evaluate(() => getSelection()?.toString())).toBe(temporary)
    const buttons = await dialog.getByRole('button').allInnerTexts()
    expect(buttons.length).toBeGreaterThan(0)
    for (const words of buttons) expect(words).not.toMatch(/copy|clipboard/i)
  })

  it('resets once on a double click, in two tabs, and when the request is sent again', async () => {
    const first = await openDetails(context, site, account.oskar)
    const second = await openDetails(context, site, account.oskar)
    await first.open.click()
    await second.open.click()
    await first.reset.dblclick({ noWaitAfter: true })
    await first.password.waitFor()
    const after = hashOf(account.oskar)
    await second.reset.click()
    await second.page.getByText('This account has changed since you opened it.').waitFor()
    const request = resetRequests().find(({ line }) => line.includes(account.oskar))
    const replayed = await second.page.evaluate(
      async ([address, body]) => {
        const response = await fetch(address, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body,
        })
        return await response.text()
      },
      [
        `/console/api/users/${account.oskar}/force-reset`,
        request?.sent.toString().split('\n').at(-1) ?? '',
      ] as const,
    )
    expect(JSON.parse(replayed)).toMatchObject({ code: 'conflict' })
    expect(hashOf(account.oskar)).toBe(after)
    expect(resetsOf(account.oskar)).toBe(1)
  })

  it('says what to do when the network is lost after the request', async () => {
    const { page, open, reset, resetPassword } = await openDetails(context, site, account.hannah)
    site.proxy.loseNextReset()
    await open.click()
    await reset.click()
    await page.getByText('was changed. Ask the caller to wait. Load the account again').waitFor()
    await page.getByRole('button', { name: 'Load the account again' }).click()
    await page.getByText('whether the password was changed. Reset again.').waitFor()
    const temporary = await resetPassword()
    expect(temporary).toBe(issued().at(-1))
  })

  it('keeps the dialog when the operator’s session ends in the middle of it', async () => {
    const { page, open, reset, password } = await openDetails(context, site, account.diego)
    await open.click()
    await page.getByRole('textbox', { name: /Reason/ }).fill('Ticket 4711')
    await site.pass(16 * minuteMs)
    await reset.click()
    await page.getByText('You are no longer signed in. Nothing was changed.').waitFor()
    expect(resetsOf(account.diego)).toBe(0)
    await signInOperator(await context.newPage(), site)
    await reset.click()
    await password.waitFor()
    expect(resetsOf(account.diego)).toBe(1)
  })

  it('leads from a temporary password to the user’s own, which does not expire', async () => {
    const { username, password: old } = site.user
    const { resetPassword } = await openDetails(context, site, account.mina)
    const temporary = await resetPassword()
    const page = await context.newPage()
    const alert = page.getByRole('alert')
    const own = 'seven slow boats on a green river'

    await signInUser(page, site, username, old)
    expect(await alert.innerText()).toBe(refusedWords)
    await signInUser(page, site, username, temporary)
    await page.goto(`${site.origin}/welcome`)
    expect(page.url()).toMatch(/\/change-password$/)
    await page.getByLabel('New password', { exact: true }).fill(temporary)
    await page.getByLabel('New password again').fill(temporary)
    await page.keyboard.press('Enter')
    await alert.getByText('That is the temporary password.').waitFor()
    await page.getByLabel('New password', { exact: true }).fill(own)
    await page.getByLabel('New password again').fill(own)
    await page.keyboard.press('Enter')
    await page.getByText('Does not expire').waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()

    await signInUser(page, site, username, temporary)
    expect(await alert.innerText()).toBe(refusedWords)
    await site.pass(800 * hourMs)
    await signInUser(page, site, username, own)
    await page.getByRole('heading', { name: 'Welcome, Mina Okafor' }).waitFor()
  })

  it('refuses a temporary password that has expired, and says so', async () => {
    const { resetPassword } = await openDetails(context, site, account.amelie)
    const temporary = await resetPassword()
    await site.pass(24 * hourMs + minuteMs)
    const page = await context.newPage()
    await signInUser(page, site, 'amelie.roux', temporary)
    expect(await page.getByRole('alert').innerText()).toContain(
      'This temporary password has expired.',
    )
  })

  it('leaves no temporary password anywhere but in the answer that carried it', async () => {
    const passwords = issued()
    expect(passwords.length).toBeGreaterThan(8)
    expect(new Set(passwords).size).toBe(passwords.length)
    const planted = 'planted-xk4m-9tqz-c7hw'
    writeFileSync(join(site.folder, 'planted.txt'), `Somebody wrote ${planted} down`)
    const { sightings, files } = await searchFiles([site.folder], [...passwords, planted])
    // The database, its write-ahead log and index, the secret, the log, and the planted one.
    expect(files).toBe(6)
    expect(sightings.map(({ file, secret }) => [file, secret])).toEqual([
      [join(site.folder, 'planted.txt'), passwords.length],
    ])

    const isIn = (bytes: Buffer, secret: string) => {
      const scanner = secretScanner(secret)
      scanner.feed(bytes)
      scanner.gap()
      return totalFound(scanner.found) > 0
    }
    for (const secret of passwords) {
      const answers = site.proxy.exchanges.filter(({ answered }) => isIn(answered, secret))
      expect(answers.map(({ line, status }) => [line.endsWith('/force-reset'), status])).toEqual([
        [true, 200],
      ])
      const sent = site.proxy.exchanges.filter(({ sent }) => isIn(sent, secret))
      // Only the user it is for ever sends it.
      for (const { line } of sent) expect(['POST /signin', 'POST /change-password']).toContain(line)
    }
  })
})
