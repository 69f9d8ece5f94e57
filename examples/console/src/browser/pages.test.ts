import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { BrowserContext, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { describeInChromium, startChromium } from './chromium.fixture.ts'
import { detailsOn, openDetails, signInOperator } from './console-page.fixture.ts'
import { type ConsoleSite, startConsoleSite } from './console-site.fixture.ts'

/** Accounts that a caller may mean, beside the sample accounts. */
const callers = [
  ['2001', 'mokafor', 'Mina Okafor-Berg', 'm.okafor@example.com'],
  ['2002', 'w.minarik', 'Wanda Minarik', 'wanda@example.com'],
  ['2003', 'kim', 'Kim Lee', 'kim@example.com'],
  ['2004', 'kim2', 'Kim Lee', 'kim2@example.com'],
  ['2005', 'kimberly', 'Kimberly Lee', 'kimberly@example.com'],
  ['2006', 'Zoe', 'Zoe Adam', 'zoe@example.com'],
  ['2007', 'adam', 'Adam Zoe', 'adam@example.com'],
  ['2008', 'ádám', 'Ádám Nagy', 'nagy@example.com'],
  [
    '2009',
    'constantia.ozefar.accounting.department',
    'C. Ozefar',
    'constantia.ozefar.accounting@departments.example.org',
  ],
] as const

/** Moments around both changes of the clocks in Berlin. */
const updates = {
  '1001': '2026-03-29T00:30:00.000Z',
  '1002': '2026-03-29T01:30:00.000Z',
  '1003': '2026-10-25T00:30:00.000Z',
  '1004': '2026-10-25T01:30:00.000Z',
} as const

describeInChromium('the pages of the console', () => {
  let site: ConsoleSite
  let context: BrowserContext
  beforeAll(async () => {
    site = await startConsoleSite()
    const database = new DatabaseSync(join(site.folder, 'users.db'))
    const add = database.prepare(
      `INSERT INTO users (id, username, display_name, email, status, role, created_at, updated_at)
       VALUES (?, ?, ?, ?, 'active', 'member', '2026-01-01T00:00:00.000Z',
         '2026-01-02T00:00:00.000Z')`,
    )
    for (const caller of callers) add.run(...caller)
    const update = database.prepare('UPDATE users SET updated_at = ? WHERE id = ?')
    for (const [id, moment] of Object.entries(updates)) update.run(moment, id)
    database.close()
    context = await startChromium()
  })
  afterEach(async () => {
    const [, ...pages] = context.pages()
    for (const page of pages) await page.close()
  })
  afterAll(async () => {
    await context?.close()
    await site?.close()
  })

  /** A page of an operator in a time zone. */
  const openIn = async (timezoneId: string): Promise<Page> => {
    const page = await context.newPage()
    const session = await context.newCDPSession(page)
    await session.send('Emulation.setTimezoneOverride', { timezoneId })
    await signInOperator(page, site)
    return page
  }
  const searchFor = async (page: Page, text: string) => {
    await page.goto(`${site.origin}/console/users?${new URLSearchParams({ search: text })}`)
    return page.locator('tbody tr')
  }
  const updatedOf = async (page: Page, username: string) =>
    await (await searchFor(page, username)).first().locator('.cell-updated').innerText()

  it.each([
    [
      'Europe/Berlin',
      'Europe/Berlin',
      [
        '29 Mar 2026, 01:30',
        '29 Mar 2026, 03:30',
        '25 Oct 2026, 02:30 CEST',
        '25 Oct 2026, 02:30 CET',
      ],
    ],
    [
      'America/New_York',
      'America/New York',
      ['28 Mar 2026, 20:30', '28 Mar 2026, 21:30', '24 Oct 2026, 20:30', '24 Oct 2026, 21:30'],
    ],
  ])(
    'show every moment on the one clock of a reader in %s, and name it',
    async (zone, name, all) => {
      const page = await openIn(zone)
      const people = ['mina.okafor', 'jonas.lindqvist', 'priya.raman', 'tomas.novak']
      const shown = []
      for (const username of people) shown.push(await updatedOf(page, username))
      expect(shown).toEqual(all)
      expect(await page.locator('thead th').last().innerText()).toMatch(
        new RegExp(`^Last updated\\s${name}$`),
      )
      // What the search puts in place while one types is on the same clock.
      await page.getByRole('searchbox').fill('jonas')
      await page
        .locator('tbody')
        .getByText(all[1] ?? '')
        .waitFor()
      await page.goto(`${site.origin}/console/users/1003`)
      await detailsOn(page)
      expect(await page.locator('.panel').innerText()).toContain(`Times: ${name}`)
      expect(await page.locator('.panel').innerText()).toContain((all[2] ?? '').slice(0, 18))
      await page.goto(`${site.origin}/console/audit`)
      expect(await page.locator('thead th').first().innerText()).toBe(`Time ${name}`)
      expect(await page.locator('main').innerText()).not.toContain('UTC')
      for (const time of await page.locator('time').all())
        expect(await time.innerText()).toBe(
          await time.evaluate(
            (element, timeZone) =>
              new Date(element.getAttribute('datetime') ?? '').toLocaleString('en-GB', {
                day: 'numeric',
                month: 'short',
                year: 'numeric',
                hour: '2-digit',
                minute: '2-digit',
                second: '2-digit',
                timeZone,
              }),
            zone,
          ),
        )
    },
  )

  it('name UTC where there is no script to know the reader’s clock', async () => {
    const page = await openIn('Asia/Tokyo')
    const without = await page.evaluate(
      async () => await (await fetch('/console/users?search=mina.okafor')).text(),
    )
    expect(without).toContain('<span data-zone>UTC</span>')
    expect(without).toContain('>29 Mar 2026, 00:30</time>')
  })

  it.each([
    ['mina', ['mina.okafor', 'mokafor', 'w.minarik', 'maximiliana.long']],
    ['okafor', ['mina.okafor', 'mokafor']],
    ['kim', ['kim', 'kim2', 'kimberly']],
    ['adam', ['adam', 'Zoe']],
    ['lee', ['kim', 'kim2', 'kimberly']],
    ['minarik', ['w.minarik']],
  ])('put whom a caller means by %s first', async (text, expected) => {
    const page = await openIn('UTC')
    const links = (await searchFor(page, text)).locator('.cell-username a')
    expect((await links.allInnerTexts()).slice(0, expected.length)).toEqual(expected)
  })

  it('mark what was found, in the name too', async () => {
    const page = await openIn('UTC')
    const rows = await searchFor(page, 'MINA')
    expect(await rows.first().locator('mark').allInnerTexts()).toEqual(['mina', 'Mina', 'mina'])
    const last = rows.filter({ hasText: 'Wilhelmina' })
    expect(await last.locator('mark').allInnerTexts()).toEqual(['mina'])
    expect(await last.locator('mark').isVisible()).toBe(true)
    await page.emulateMedia({ forcedColors: 'active' })
    expect(
      await rows
        .first()
        .locator('mark')
        .first()
        .evaluate((mark) => getComputedStyle(mark).textDecorationLine),
    ).toBe('underline')
  })

  it('show beside two accounts of one name what tells them apart', async () => {
    const page = await openIn('UTC')
    const rows = await searchFor(page, 'kim')
    for (const [index, id] of [
      [0, '2003'],
      [1, '2004'],
    ] as const) {
      const words = await rows.nth(index).innerText()
      expect(words).toContain('Same name')
      expect(words).toContain(`User ID ${id}`)
      // Both were created at one moment, which tells nothing.
      expect(words).not.toContain('Created')
    }
    expect(await rows.nth(2).innerText()).not.toContain('User ID')
    const { page: details } = await openDetails(context, site, '2003')
    const notice = details.locator('.namesakes')
    expect((await notice.innerText()).split(/\n+/)).toEqual([
      '1 other account has the name Kim Lee. Compare before you reset.',
      'kim2',
      'Active',
      'kim2@example.com',
      'User ID 2004',
    ])
    await notice.getByRole('link', { name: 'kim2' }).click()
    await details.waitForURL(/\/users\/2004$/)
    const { page: alone } = await openDetails(context, site, '2005')
    expect(await alone.locator('.namesakes').count()).toBe(0)
  })

  it('say of a list of several pages that each is sorted by itself', async () => {
    const page = await openIn('UTC')
    const byPage = page.getByText('Each page is sorted by itself.')
    const better = page.getByText('another page can have a better match')
    const see = async () => [await byPage.count(), await better.count()]
    await page.goto(`${site.origin}/console/users`)
    expect(await see()).toEqual([1, 0])
    // A capital comes first for SQLite, so that this name is on page 1 and "amelie" too.
    expect(await page.getByRole('link', { name: 'Zoe', exact: true }).count()).toBe(1)
    await page.getByRole('link', { name: 'Next page' }).click()
    await page.getByText('on page 2').waitFor()
    expect(await see()).toEqual([1, 0])
    await searchFor(page, 'example')
    expect(await see()).toEqual([0, 1])
    await page.getByRole('link', { name: 'Next page' }).click()
    await page.getByText('on page 2').waitFor()
    expect(await see()).toEqual([0, 1])
    await searchFor(page, 'mina')
    expect(await see()).toEqual([0, 0])
  })

  it('lead to the page before, and from the details back to the same page', async () => {
    const page = await openIn('UTC')
    await page.goto(`${site.origin}/console/users`)
    const names = () => page.locator('.cell-username a').allInnerTexts()
    const first = await names()
    expect(first.toSorted(new Intl.Collator('en', { numeric: true }).compare)).toEqual(first)
    expect(await page.getByRole('link', { name: 'Previous page' }).count()).toBe(0)
    await page.getByRole('link', { name: 'Next page' }).click()
    await page.getByText('on page 2').waitFor()
    const second = await names()
    expect(new Set([...first, ...second]).size).toBe(first.length + second.length)
    await page.locator('.cell-username a').first().click()
    await page.getByRole('link', { name: 'Back to list' }).click()
    await page.getByText('on page 2').waitFor()
    expect(await names()).toEqual(second)
    await page.getByRole('link', { name: 'Previous page' }).click()
    await page.getByText('on page 1').waitFor()
    expect(await names()).toEqual(first)
  })

  it('filter the trail, whose reasons are said once for each reset', async () => {
    const { page, open, reset, passedOn } = await openDetails(context, site, '1006')
    await open.click()
    await page.getByRole('textbox', { name: /Reason/ }).fill('Ticket 4711')
    await reset.click()
    await passedOn.click()
    await page.locator('.facts').getByRole('link', { name: 'Audit trail' }).click()
    const events = () => page.locator('.audit-event').allInnerTexts()
    await page.getByLabel('Username or user ID').waitFor()
    expect(await page.getByLabel('Username or user ID').inputValue()).toBe('1006')
    const both = await events()
    expect(both).toHaveLength(2)
    expect(both[0]).toMatch(/^Password reset\nReason: Ticket 4711/)
    expect(both[1]).toBe('Reset attempted')
    await page.getByLabel('Username or user ID').fill('LUCIA')
    await page.getByLabel('Operator').fill('operator')
    await page.getByLabel('Event').selectOption('Reset attempted')
    await page.getByRole('button', { name: 'Filter' }).click()
    await page.waitForURL(/event=reset\.attempted/)
    expect(await events()).toEqual([expect.stringMatching(/^Reset attempted\nReason: Ticket 4711/)])
    await page.getByLabel('Operator').fill('somebody else')
    await page.getByRole('button', { name: 'Filter' }).click()
    await page.getByRole('heading', { name: 'No events found' }).waitFor()
    await page.getByRole('link', { name: 'Show all events' }).click()
    await page.waitForURL(/\/audit$/)
    expect((await events()).length).toBeGreaterThan(2)
  })

  it('show the events of a day of the reader’s own calendar', async () => {
    const today = (timeZone: string) =>
      new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(new Date())
    // One of the two is always on another day than UTC.
    for (const zone of ['Pacific/Kiritimati', 'Pacific/Pago_Pago']) {
      const page = await openIn(zone)
      await page.goto(`${site.origin}/console/audit`)
      await page.getByLabel('Day').fill(today(zone))
      await page.getByRole('button', { name: 'Filter' }).click()
      await page.waitForURL(/zone=Pacific/)
      expect(await page.locator('.audit-event').count()).toBeGreaterThan(0)
      await page.getByLabel('Day').fill('2020-02-29')
      await page.getByRole('button', { name: 'Filter' }).click()
      await page.getByRole('heading', { name: 'No events found' }).waitFor()
    }
  })

  it('keep the filter on the way to older events', async () => {
    const page = await openIn('UTC')
    await page.goto(`${site.origin}/console/users/4711000`)
    // The trail takes at most 30 such events of an operator in a minute.
    const database = new DatabaseSync(join(site.folder, 'users.db'))
    const columns = 'happened_at, event_type, event_action, operator_id, store, user_id, code'
    const copy = database.prepare(
      `INSERT INTO force_reset_audit (event_id, ${columns})
       SELECT ?, ${columns} FROM force_reset_audit WHERE user_id = '4711000' LIMIT 1`,
    )
    for (let copied = 1; copied < 60; copied += 1) copy.run(`copy-${copied}`)
    database.close()
    await page.goto(`${site.origin}/console/audit?account=4711000`)
    await page.getByRole('link', { name: 'Older' }).click()
    await page.waitForURL(/before=/)
    expect(await page.locator('.audit-event').allInnerTexts()).toHaveLength(10)
    expect(await page.getByLabel('Username or user ID').inputValue()).toBe('4711000')
    await page.getByRole('link', { name: 'Newest' }).click()
    await page.waitForURL(/audit\?account=4711000$/)
  })

  it('keep an address whole on a tablet, and the search’s words on a narrow page', async () => {
    const page = await openIn('UTC')
    await page.setViewportSize({ width: 768, height: 1024 })
    await page.goto(`${site.origin}/console/users/1040`)
    const address = page.locator('.fact bdi').filter({ hasText: 'root.admin@example.com' })
    const tops = await address.evaluate((element) =>
      Array.from(element.getClientRects(), ({ top }) => top),
    )
    expect(new Set(tops).size).toBe(1)
    await page.setViewportSize({ width: 320, height: 568 })
    await page.goto(`${site.origin}/console/users`)
    const cut = await page.getByLabel('Search by username, email or name').evaluate((field) => {
      if (!(field instanceof HTMLInputElement)) return undefined
      field.value = field.placeholder
      return field.scrollWidth - field.clientWidth
    })
    expect(cut).toBe(0)
  })

  it('break a long address before its signs, and give the trail its width', async () => {
    const page = await openIn('UTC')
    await page.setViewportSize({ width: 320, height: 568 })
    const linesOf = (texts: Locator) =>
      texts.first().evaluate((element) => {
        const range = document.createRange()
        const lines: string[] = []
        let top = Number.NaN
        const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
        for (let text = walker.nextNode(); text; text = walker.nextNode())
          for (const [at, letter] of Array.from(text.textContent ?? '').entries()) {
            range.setStart(text, at)
            range.setEnd(text, at + 1)
            const rect = range.getBoundingClientRect()
            if (rect.top === top) lines.push((lines.pop() ?? '') + letter)
            else lines.push(letter)
            top = rect.top
          }
        return lines
      })
    const rows = await searchFor(page, 'ozefar.accounting')
    const name = ['constantia.ozefar', '.accounting.department']
    expect(await linesOf(rows.locator('.cell-username a bdi'))).toEqual(name)
    expect(await linesOf(rows.locator('.cell-email bdi'))).toEqual([
      'constantia.ozefar.accounting',
      '@departments.example.org',
    ])
    await rows.getByRole('link').click()
    const { resetPassword, open, dialog, cancel, passedOn } = await detailsOn(page)
    await open.click()
    expect((await linesOf(dialog.locator('dd bdi').nth(2)))[1]).toMatch(/^[@.]/)
    await cancel.click()
    await resetPassword()
    await passedOn.click()
    await page.goto(`${site.origin}/console/audit?account=2009`)
    const event = page.locator('.audit-event').first()
    expect(await event.evaluate((cell) => cell.getBoundingClientRect().width)).toBeGreaterThan(200)
  })

  it('tell where one is in forced colours, and lead out of every dead end', async () => {
    const page = await openIn('UTC')
    await page.emulateMedia({ forcedColors: 'active' })
    const borders = await page
      .locator('.nav a')
      .evaluateAll((links) => links.map((link) => getComputedStyle(link).borderBottomColor))
    const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    expect(borders[0]).not.toBe(ground)
    expect(borders[1]).toBe(ground)
    for (const path of ['/nothing', '/console/nothing', '/console/users/4711001']) {
      await page.goto(`${site.origin}${path}`)
      await page.locator('main').getByRole('link').click()
      await page.waitForURL(/\/console\/users$/)
    }
  })
})
