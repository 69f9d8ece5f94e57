import type { BrowserContext } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { describeInBrowser, startBrowser } from './browser.fixture.ts'
import type { Site } from './site.fixture.ts'
import { held, respondWith, startSite } from './site.fixture.ts'
import { openUser } from './user-page.fixture.ts'

const notKnown =
  'We do not know yet whether the password was changed. Ask the caller to wait. ' +
  'Load the account again, then reset again.'

describeInBrowser('the confirmation', () => {
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

  const posts = (): number => site.requests.filter((request) => request.startsWith('POST')).length

  it('names the user, says that it cannot be undone, and what will survive', async () => {
    const { open, dialog } = await openUser(context, site)
    await open.click()
    const text = await dialog.innerText()
    for (const words of [
      'Kim Lee',
      'kim.lee',
      'kim.lee@example.com',
      'This cannot be undone.',
      'What goes on after the reset (2)',
    ])
      expect(text).toContain(words)
    expect(text).toContain('Reset the password of \u2068Kim Lee\u2069?')
    expect(text).not.toContain('API keys')
    await dialog.getByText('What goes on after the reset').click()
    expect(await dialog.innerText()).toContain('go on (API keys).')
  })

  it('starts on Cancel, so that a held Enter resets nothing', async () => {
    const { page, open, cancel, dialog } = await openUser(context, site)
    await open.focus()
    for (let press = 0; press < 20; press++) await page.keyboard.down('Enter')
    await page.keyboard.up('Enter')
    expect(await dialog.count()).toBe(1)
    expect(await cancel.evaluate((element) => element.matches(':focus'))).toBe(true)
    expect(posts()).toBe(0)
  })

  it('is left by Cancel and by Escape, and then nothing has changed', async () => {
    const { page, open, cancel, dialog } = await openUser(context, site)
    for (const leave of [
      () => cancel.click(),
      () => page.keyboard.press('Escape'),
      () => page.keyboard.press('Enter'),
    ]) {
      await open.click()
      await leave()
      expect(await dialog.count()).toBe(0)
      expect(await open.evaluate((element) => element.matches(':focus'))).toBe(true)
    }
    expect(posts()).toBe(0)
    expect(site.store.writes).toBe(0)
  })

  it('is left by Escape too when the Tab key has led past it', async () => {
    const { page, open, dialog } = await openUser(context, site)
    await open.click()
    await page.evaluate(() =>
      (document.activeElement?.shadowRoot?.activeElement as HTMLElement | null)?.blur(),
    )
    await page.keyboard.press('Escape')
    expect(await dialog.count()).toBe(0)
    expect(site.store.writes).toBe(0)
  })

  it('sends one request, however often and fast one clicks', async () => {
    const { page, open, reset, passedOn, dialog } = await openUser(context, site)
    await open.dblclick()
    expect(await dialog.count()).toBe(1)
    expect(posts()).toBe(0)
    await reset.dblclick({ noWaitAfter: true })
    await passedOn.waitFor()
    const box = await passedOn.boundingBox()
    // The second click of a pair that began on something else.
    await page.mouse.move((box?.x ?? 0) + 20, (box?.y ?? 0) + 10)
    await page.mouse.down({ clickCount: 2 })
    await page.mouse.up({ clickCount: 2 })
    expect(await passedOn.count()).toBe(1)
    expect(posts()).toBe(1)
    expect(site.store.writes).toBe(1)
  })

  it('cannot be closed or pressed while the request is under way', async () => {
    const { page, open, reset, cancel, dialog } = await openUser(context, site)
    const pending = held()
    site.intercept('POST', pending.interception)
    await open.click()
    await reset.click()
    await pending.asked
    const busy = page.getByRole('button', { name: 'Resetting…' })
    expect(await busy.getAttribute('aria-busy')).toBe('true')
    expect(await cancel.getAttribute('aria-disabled')).toBe('true')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Enter')
    await busy.click({ force: true })
    await cancel.click({ force: true })
    await page.mouse.click(5, 5)
    expect(await dialog.count()).toBe(1)
    const detail = 'Too many resets are under way. Nothing was changed.'
    pending.respond(respondWith(503, { code: 'busy', detail }))
    await page.getByText('Too many resets are under way.').waitFor()
    expect(await reset.getAttribute('aria-disabled')).toBeNull()
    expect(posts()).toBe(1)
  })

  it('sends the reason and the version that was seen', async () => {
    const { page, open, reset, password } = await openUser(context, site)
    await open.click()
    await page.getByLabel('Reason or ticket number (optional)').fill('INC-4711')
    await page.keyboard.press('Enter')
    expect(posts()).toBe(0)
    await reset.click()
    await password.waitFor()
    expect(site.events.map(({ reason }) => reason)).toEqual(['INC-4711', 'INC-4711'])
  })

  it('insists on a reason when the page says so, and takes at most 500 characters', async () => {
    const { page, open, reset, password } = await openUser(context, site, '42?reason=required')
    await open.click()
    await reset.click()
    const field = page.getByLabel('Reason or ticket number')
    expect(await field.getAttribute('aria-invalid')).toBe('true')
    expect(await field.evaluate((element) => element.matches(':focus'))).toBe(true)
    expect(posts()).toBe(0)
    await page.keyboard.insertText('x'.repeat(600))
    await reset.click()
    await password.waitFor()
    expect(site.events[0]?.reason).toBe('x'.repeat(500))
  })

  it('asks for no reason when the page says so', async () => {
    const { page, open } = await openUser(context, site, '42?reason=off')
    await open.click()
    expect(await page.getByRole('textbox').count()).toBe(0)
  })

  it.each([409, 412])(
    'says that the account has changed (%i), and loads it again with the reason kept',
    async (status) => {
      const { page, open, reset, dialog, password, heard } = await openUser(context, site)
      site.intercept(
        'POST',
        respondWith(status, { code: 'conflict', detail: 'Somebody was faster.' }),
      )
      await open.click()
      await page.getByRole('textbox').fill('INC-4711')
      await reset.click()
      await page
        .getByText('This account has changed since you opened it. This request changed nothing.')
        .waitFor()
      expect(await reset.count()).toBe(0)
      const before = site.requests.length
      await page.getByRole('button', { name: 'Look again' }).click()
      expect(await dialog.count()).toBe(0)
      await page.locator('section:not([data-loading])').waitFor()
      expect(site.requests.slice(before)).toEqual(['GET /api/users/42'])
      await open.click()
      expect(await page.getByRole('textbox').inputValue()).toBe('INC-4711')
      await reset.click()
      await password.waitFor()
      expect(await heard()).toContainEqual({
        name: 'force-reset-failed',
        detail: { code: 'conflict', userId: '42', during: 'reset' },
      })
    },
  )

  it('finds a real change between the look and the reset', async () => {
    const { page, open, reset } = await openUser(context, site)
    site.store.setStatus('42', 'pending')
    await open.click()
    await reset.click()
    await page.getByText('This account has changed since you opened it.').waitFor()
    expect(site.store.writes).toBe(0)
  })

  it('keeps everything when the session has ended, to send the same reset again', async () => {
    const { page, open, reset, password, heard } = await openUser(context, site)
    site.intercept('POST', respondWith(401, { code: 'unauthenticated', detail: 'Sign in.' }))
    await open.click()
    await page.getByRole('textbox').fill('INC-4711')
    await reset.click()
    await page.getByText('You are no longer signed in. Nothing was changed.').waitFor()
    expect(await heard()).toContainEqual({
      name: 'force-reset-unauthenticated',
      detail: { userId: '42', during: 'reset' },
    })
    expect(await page.getByRole('textbox').inputValue()).toBe('INC-4711')
    await reset.click()
    await password.waitFor()
    expect(site.store.writes).toBe(1)
  })

  it.each([
    [
      'the response breaks off',
      (_request, response) =>
        void response
          .writeHead(200, { 'content-length': '99' })
          .write('{"temp', () => response.destroy()),
    ],
    [
      'a proxy gives up',
      (_request, response) =>
        void response.writeHead(504, { 'content-type': 'text/html' }).end('<h1>Timeout</h1>'),
    ],
    [
      'the response has no password',
      (_request, response) =>
        void response.writeHead(200, { 'content-type': 'application/json' }).end('{}'),
    ],
    [
      'the store does not know',
      respondWith(500, { code: 'outcome_unknown', detail: 'The reset may have happened.' }),
    ],
  ] satisfies (readonly [string, Parameters<Site['intercept']>[1]])[])(
    'says that the outcome is not known, and what to do, when %s',
    async (_, fault) => {
      const { page, confirm, open, reset, dialog, heard } = await openUser(context, site)
      site.intercept('POST', fault)
      await confirm()
      await page.getByText(notKnown).waitFor()
      expect(await reset.count()).toBe(0)
      await page.getByRole('button', { name: 'Load the account again' }).click()
      expect(await dialog.count()).toBe(0)
      await page.getByText('was changed. Reset again.').waitFor()
      expect(await open.evaluate((element) => element.matches(':focus'))).toBe(true)
      expect(posts()).toBe(1)
      expect(await heard()).toContainEqual({
        name: 'force-reset-failed',
        detail: { code: 'outcome_unknown', userId: '42', during: 'reset' },
      })
    },
  )

  it('says so too when the connection is lost for good', async () => {
    const { page, confirm } = await openUser(context, site)
    // Chromium repeats a request by itself on every connection that was kept open, a POST included.
    for (let attempt = 0; attempt < 8; attempt++)
      site.intercept('POST', (_request, response) => void response.destroy())
    await confirm()
    await page.getByText(notKnown).waitFor()
  })

  it('resets once when the response is lost and the browser repeats the request', async () => {
    const { page, confirm } = await openUser(context, site)
    site.loseNextResponse()
    await confirm()
    await page.getByText('or an earlier try of yours.').waitFor()
    expect(posts()).toBe(2)
    expect(site.store.writes).toBe(1)
  })

  it('says that nothing was sent while the browser is offline, and resets later', async () => {
    const { page, confirm, reset, password } = await openUser(context, site)
    await context.setOffline(true)
    await confirm()
    await page
      .getByText('Not sent: this computer has no connection. Nothing was changed.')
      .waitFor()
    expect(posts()).toBe(0)
    await context.setOffline(false)
    await reset.click()
    await password.waitFor()
    expect(site.store.writes).toBe(1)
  })

  it('resets offline on the machine of the server, which needs no network', async () => {
    const { page, confirm, password } = await openUser(context, site)
    await page.evaluate(() => Object.defineProperty(navigator, 'onLine', { value: false }))
    await confirm()
    await password.waitFor()
    expect(posts()).toBe(1)
  })

  it('says when to try again after too many requests', async () => {
    const { page, confirm, reset } = await openUser(context, site)
    site.intercept(
      'POST',
      respondWith(429, { code: 'rate_limited', detail: 'x' }, { 'retry-after': '300' }),
    )
    await confirm()
    await page
      .getByText('Too many requests. Nothing was changed. Try again in 5 minutes.')
      .waitFor()
    expect(await reset.count()).toBe(1)
  })

  it('never follows a redirect: it is a sign-in in front of the handler', async () => {
    const { page, confirm } = await openUser(context, site)
    site.intercept(
      'POST',
      (_request, response) => void response.writeHead(307, { location: '/elsewhere' }).end(),
    )
    await confirm()
    await page.getByText('You are no longer signed in.').waitFor()
  })

  it('names what refused a request before the handler saw it', async () => {
    const { page, confirm } = await openUser(context, site)
    site.intercept(
      'POST',
      (_request, response) =>
        void response.writeHead(403, { 'content-type': 'text/html' }).end('<h1>Forbidden</h1>'),
    )
    await confirm()
    await page.getByText('refused the request (403). Nothing was changed.').waitFor()
  })
})
