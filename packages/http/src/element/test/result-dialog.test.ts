import type { BrowserContext } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { describeInBrowser, startBrowser } from './browser.fixture.ts'
import type { Site } from './site.fixture.ts'
import { startSite } from './site.fixture.ts'
import { canary, openUser, respondToReset } from './user-page.fixture.ts'

describeInBrowser('the result', () => {
  let context: BrowserContext
  let site: Site
  beforeAll(async () => {
    context = await startBrowser()
  })
  afterAll(() => context?.close())
  beforeEach(async () => {
    site = await startSite()
  })
  afterEach(() => site.close())

  it('shows the password that now signs in, and no other', async () => {
    const { page, confirm, password, selection } = await openUser(context, site)
    await confirm()
    await password.waitFor()
    await page.keyboard.press('Tab')
    expect(site.store.signIn('kim.lee', await selection())).toBe('change_password')
    expect(site.store.signIn('kim.lee', canary)).toBe('refused')
  })

  it('puts the focus on its heading, and describes itself without the password', async () => {
    const { page, confirm, password, dialog } = await openUser(context, site)
    site.intercept('POST', respondToReset())
    await confirm()
    await password.waitFor()
    expect(
      await page
        .getByRole('heading', { name: 'Temporary password' })
        .evaluate((element) => element.matches(':focus')),
    ).toBe(true)
    const described = await dialog.evaluate((element) =>
      (element.getAttribute('aria-describedby') ?? '')
        .split(' ')
        .map((id) => (element.getRootNode() as ShadowRoot).getElementById(id)?.textContent),
    )
    expect(described.join(' ')).toContain('Shown only once.')
    expect(described.join(' ')).not.toContain(canary)
    expect(await dialog.locator('[role=alert], [role=status], [aria-live], output').count()).toBe(0)
  })

  it('keeps all of it selected, however often one clicks', async () => {
    const { page, confirm, password, selection } = await openUser(context, site)
    site.intercept('POST', respondToReset())
    await confirm()
    await password.click()
    expect(await selection()).toBe(canary)
    await password.click({ delay: 50 })
    expect(await selection()).toBe(canary)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Shift+Tab')
    await password.click()
    expect(await selection()).toBe(canary)
    await password.dblclick()
    expect(await selection()).toBe(canary)
  })

  it('stays through Escape, clicks outside and time', async () => {
    const { page, confirm, password, dialog } = await openUser(context, site)
    await confirm()
    await password.waitFor()
    await page.clock.install()
    for (let press = 0; press < 3; press++) await page.keyboard.press('Escape')
    await page.mouse.click(5, 5)
    await page.mouse.dblclick(1_200, 700)
    await page.clock.fastForward('24:00:00')
    expect(await dialog.count()).toBe(1)
    expect(await password.innerText()).not.toBe('')
  })

  it('opens again when the browser closes it without asking', async () => {
    const { confirm, password, dialog } = await openUser(context, site)
    await confirm()
    await password.waitFor()
    await dialog.evaluate((element) => (element as HTMLDialogElement).close())
    await password.waitFor()
    expect(await dialog.evaluate((element) => element.matches(':modal'))).toBe(true)
  })

  it.each([
    ['a password in groups', canary, 1_280],
    [
      'a password that takes several lines',
      'Correct-Horse-Battery-Staple-Mnemonic-Wonderful-7',
      320,
    ],
    ['a password with symbols', 'aB3dE7+kqzz9<Wm=4"ty\\s', 1_280],
  ])('selects exactly %s, by click and by keyboard', async (_, expected, width) => {
    const { page, confirm, password, selection } = await openUser(context, site)
    await page.setViewportSize({ width, height: 700 })
    site.intercept('POST', respondToReset(expected))
    await confirm()
    await password.waitFor()
    const clear = () => page.evaluate(() => getSelection()?.removeAllRanges())
    const ways: readonly (readonly [string, () => Promise<void>])[] = [
      ['click', () => password.click()],
      ['click on one character', () => password.locator('.digit').first().click()],
      ['double click', () => password.dblclick()],
      ['triple click', () => password.click({ clickCount: 3 })],
      ['Tab', () => page.keyboard.press('Shift+Tab').then(() => page.keyboard.press('Tab'))],
      ['Ctrl+A', () => page.keyboard.press('Control+a')],
    ]
    for (const [way, act] of ways) {
      await clear()
      await act()
      expect({ way, selected: await selection() }).toEqual({ way, selected: expected })
    }
  })

  it('copies exactly the password', async () => {
    const { page, confirm, password, passedOn } = await openUser(
      context,
      site,
      '42?reason=optional',
    )
    await page.setViewportSize({ width: 320, height: 700 })
    site.intercept('POST', respondToReset())
    await confirm()
    await password.click()
    await page.keyboard.press('Control+c')
    await passedOn.click()
    await page.getByRole('button', { name: 'Reset password' }).click()
    await page.getByRole('textbox').focus()
    await page.keyboard.press('Control+v')
    expect(await page.getByRole('textbox').inputValue()).toBe(canary)
  })

  it('has no button to copy, and the password is not to be translated', async () => {
    const { confirm, password, dialog } = await openUser(context, site)
    await confirm()
    await password.waitFor()
    expect(await dialog.getByRole('button').allInnerTexts()).toEqual([
      'Spell it',
      'What goes on after the reset (2)',
      'I have passed it on',
    ])
    expect(await password.getAttribute('translate')).toBe('no')
  })

  it('spells the password for the telephone on demand', async () => {
    const { page, confirm, password } = await openUser(context, site)
    site.intercept('POST', respondToReset('k7-Aq'))
    await confirm()
    await password.waitFor()
    expect(await page.getByText('as in').count()).toBe(0)
    await page.getByRole('button', { name: 'Spell it' }).click()
    expect(await page.getByRole('listitem').allInnerTexts()).toEqual([
      'k as in Kilo',
      '7 seven',
      '- hyphen',
      'capital A as in Alfa',
      'q as in Quebec',
    ])
    await page.getByRole('button', { name: 'Hide the spelling' }).click()
    expect(await page.getByRole('listitem').count()).toBe(0)
  })

  it('says what the reset did, and what it did not end', async () => {
    const { confirm, password, dialog } = await openUser(context, site)
    site.intercept(
      'POST',
      respondToReset(canary, {
        survives: ['replicas', 'sessions'],
        auditComplete: false,
        unreadRules: ['PSO\u202Ex'],
      }),
    )
    await confirm()
    await password.waitFor()
    await dialog.getByText('What goes on after the reset').click()
    const text = await dialog.innerText()
    for (const words of [
      'For Kim Lee (kim.lee)',
      /Works until\s+2 Jan 2030, \d\d:04/,
      /Next sign-in\s+Must choose a new password/,
      /Sessions\s+2 sessions ended/,
      /Lock\s+Lifted/,
      'may stay signed in (sessions)',
      'take the old one (replication)',
      'The audit trail could not record the outcome',
      String.raw`PSO\u{202e}x`,
    ])
      expect(text).toMatch(words)
  })

  it.each([
    ['a language that is none', "{ locale: 'de_DE' }"],
    ['a function that fails', '{ sessionsRevoked: () => { throw new Error() } }'],
    ['a table that is no table', "{ ...element.strings, mustChange: 7, survivors: 'none' }"],
  ])('shows the password, and closes, whatever the words of the page are: %s', async (_, words) => {
    const { page, confirm, password, passedOn, heard, dialog } = await openUser(context, site)
    await page.evaluate(
      `{
        const element = document.querySelector('force-password-reset')
        element.strings = ${words}
      }`,
    )
    site.intercept('POST', respondToReset())
    await confirm()
    await password.waitFor()
    expect(await password.innerText()).toContain('k7mq')
    await passedOn.click()
    expect(await dialog.count()).toBe(0)
    await page.getByRole('status').getByText('The password cannot be shown again.').waitFor()
    expect((await heard()).map(({ name }) => name)).toContain('force-reset-closed')
  })

  it('names what outlives the old password in the words of a newer server, too', async () => {
    const { confirm, password, dialog } = await openUser(context, site)
    const survives: readonly string[] = ['previous_password', 'tokens', 'crystals\u202E']
    site.intercept('POST', (_request, response) => {
      const user = { id: '42', username: 'kim.lee', version: '2' }
      const receipt = { mustChange: 'later', survives }
      response.end(JSON.stringify({ resetId: 'r', user, temporaryPassword: canary, receipt }))
    })
    await confirm()
    await password.waitFor()
    await dialog.getByText('What goes on after the reset').click()
    const text = await dialog.innerText()
    for (const words of [
      'The old password may still work in some places',
      'may stay signed in (tokens',
      String.raw`crystals\u{202e}`,
      'Nobody asks for a new password.',
    ])
      expect(text).toContain(words)
  })

  it('gives the focus back to the button, and says that the password is gone', async () => {
    const { page, confirm, passedOn, open } = await openUser(context, site)
    await confirm()
    await passedOn.click()
    await page.getByRole('status').getByText('The password cannot be shown again.').waitFor()
    expect(await open.evaluate((element) => element.matches(':focus'))).toBe(true)
    await page.locator('section:not([data-loading])').waitFor()
    await confirm()
    await passedOn.waitFor()
    expect(site.store.writes).toBe(2)
  })

  it('asks before the page is left while the password is on it', async () => {
    const { page, confirm, password, passedOn } = await openUser(context, site)
    const asked: string[] = []
    page.on('dialog', (dialog) => {
      asked.push(dialog.type())
      void dialog.dismiss()
    })
    await confirm()
    await password.click()
    await page.evaluate(() => location.reload()).catch(() => undefined)
    await expect.poll(() => asked).toEqual(['beforeunload'])
    await passedOn.click()
    await page.goto(`${site.origin}/elsewhere`)
    expect(asked).toEqual(['beforeunload'])
  })
})
