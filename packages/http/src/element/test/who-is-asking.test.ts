import type { BrowserContext, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { describeInBrowser, startBrowser } from './browser.fixture.ts'
import { held, respondWith, respondWithJson, startSite } from './site.fixture.ts'
import { openUser } from './user-page.fixture.ts'
import type { WhoOptions, WhoPage, WhoSite } from './who-site.fixture.ts'
import { areaText, codeIn, openWho, startWhoSite } from './who-site.fixture.ts'

describeInBrowser('the step that identifies the caller', () => {
  let context: BrowserContext
  let site: WhoSite
  beforeAll(async () => {
    context = await startBrowser()
    context.setDefaultTimeout(9_000)
  })
  afterAll(() => context?.close())
  afterEach(() => site?.close())

  const start = async (options: WhoOptions = {}, path = '42'): Promise<WhoPage> => {
    site = await startWhoSite(options)
    return await openWho(context, site, path)
  }
  const types = (): readonly string[] => site.events.map(({ type }) => type)

  it('stands in the place of the button, with nothing chosen', async () => {
    const { page, open, next, way } = await start()
    expect(await areaText(page)).toContain('Who is asking?')
    expect(await open.isVisible()).toBe(false)
    for (const name of ['Call back', 'Code by message', 'Somebody vouches', 'At the counter'])
      expect(await way(name).isChecked()).toBe(false)
    await next.click()
    expect(await areaText(page)).toContain('Select how you identified the person.')
    expect(await way('Call back').evaluate((radio) => radio.matches(':focus'))).toBe(true)
    expect(site.requests).toEqual(['GET /api/users/42'])
  })

  it('takes a look at the counter: two clicks more, and no entry', async () => {
    const { page, way, next, reset, dialog, password, passedOn } = await start()
    await way('At the counter').click()
    await page.getByRole('radio', { name: 'Staff badge with a photo' }).click()
    await next.click()
    await dialog.getByText('Identified', { exact: true }).waitFor()
    expect(await dialog.innerText()).toMatch(
      /Identified\s+\d\d:\d\d, at the counter \(Staff badge with a photo\), on your word/,
    )
    await reset.click()
    await password.waitFor()
    expect(await clicksOn(page)).toBe(2 + 2)
    await passedOn.click()
    expect(types()).toEqual(['verification.passed', 'reset.attempted', 'reset.applied'])
    expect(site.store.writes).toBe(1)
  })

  it('shows a number only when it is asked for, and takes the call: two clicks more', async () => {
    const { page, way, next, button, reset, dialog, password } = await start()
    await way('Call back').click()
    expect(await areaText(page)).not.toContain('5550123')
    await button('Show number').first().click()
    await page.getByText('+49 151 5550123').waitFor()
    expect(await areaText(page)).not.toContain('5550456')
    expect(await number(page, 'Mobile').isChecked()).toBe(true)
    await next.click()
    await dialog.getByText(/call back to .*Mobile …123.*, on your word/).waitFor()
    await reset.click()
    await password.waitFor()
    expect(await clicksOn(page)).toBe(2 + 2)
    expect(types().slice(0, 2)).toEqual(['verification.started', 'verification.passed'])
  })

  it('wants the number that was rung, and that it was shown', async () => {
    const { page, way, next, button } = await start()
    await way('Call back').click()
    await next.click()
    expect(await areaText(page)).toContain('Select the number that you rang.')
    expect(await number(page, 'Mobile').evaluate((radio) => radio.matches(':focus'))).toBe(true)
    await number(page, 'Ward 3B').click()
    await next.click()
    expect(await areaText(page)).toContain('Show the number, then ring it.')
    const show = button('Show number').nth(1)
    expect(await show.evaluate((element) => element.matches(':focus'))).toBe(true)
    expect(types()).toEqual([])
  })

  it('sends a code and checks it: two clicks more, and one entry', async () => {
    const { page, way, next, button, code, reset, dialog, password } = await start()
    await way('Code by message').click()
    expect(site.messages).toEqual([])
    await button('Send code').click()
    await code.waitFor()
    await expect.poll(() => code.evaluate((field) => field.matches(':focus'))).toBe(true)
    expect(await page.getByRole('status').first().innerText()).toBe('Code sent')
    await page.keyboard.type(codeIn(site.messages))
    // Nothing submits by itself.
    expect(await dialog.count()).toBe(0)
    await next.click()
    await dialog.getByText(/code to .*Mobile …123.*, checked here/).waitFor()
    await reset.click()
    await password.waitFor()
    expect(await clicksOn(page)).toBe(2 + 2)
  })

  it('says at the field that a code is wrong, and how many tries are left', async () => {
    const { page, way, next, button, code, dialog } = await start()
    await way('Code by message').click()
    await next.click()
    expect(await areaText(page)).toContain('Send the code first.')
    await button('Send code').click()
    await code.waitFor()
    for (const [typed, words] of [
      ['', 'Enter the code.'],
      ['1234', 'The code has eight digits.'],
      [wrongCode(site), 'That is not the code. 4 tries left.'],
    ] as const) {
      await code.fill(typed)
      await next.click()
      await page.getByText(words).waitFor()
      expect(await code.getAttribute('aria-invalid')).toBe('true')
      expect(await code.evaluate((field) => field.matches(':focus'))).toBe(true)
    }
    const selected = await code.evaluate((field) =>
      field instanceof HTMLInputElement
        ? (field.selectionEnd ?? 0) - (field.selectionStart ?? 0) === field.value.length
        : false,
    )
    expect(selected).toBe(true)
    await code.fill(`  ${codeIn(site.messages).replace(' ', '-')} `)
    expect(await code.getAttribute('aria-invalid')).toBeNull()
    await next.click()
    await dialog.waitFor()
  })

  it('closes a way after too many wrong codes, and leaves the others', async () => {
    const { page, way, next, button, code, dialog } = await start()
    await way('Code by message').click()
    await button('Send code').click()
    await code.waitFor()
    for (let attempt = 1; attempt <= 6; attempt++) {
      if ((await way('Code by message').getAttribute('disabled')) !== null) break
      await code.fill(wrongCode(site))
      await next.click()
      await page
        .getByText(/That is not the code|Too many wrong codes/)
        .first()
        .waitFor()
      await next.and(page.locator(':not([aria-busy])')).waitFor()
    }
    expect(await areaText(page)).toMatch(/Too many wrong codes.*again at \d\d:\d\d\./)
    expect(await way('Code by message').isDisabled()).toBe(true)
    await way('At the counter').click()
    await page.getByRole('radio', { name: 'I know this person by sight' }).click()
    await next.click()
    await dialog.waitFor()
  })

  it('says that a code ran out, and puts the focus where a new one is sent', async () => {
    const { page, way, next, button, code } = await start()
    await way('Code by message').click()
    await button('Send code').click()
    await code.waitFor()
    const sent = codeIn(site.messages)
    site.later(301)
    await code.fill(sent)
    await next.click()
    await page.getByText(/That code ran out at \d\d:\d\d\. Send a new one\./).waitFor()
    const send = button('Send code')
    expect(await send.evaluate((element) => element.matches(':focus'))).toBe(true)
  })

  it('says that a code could not be sent, and leaves the other ways', async () => {
    const { page, way, button, heard } = await start({
      deliver: () => Promise.reject(new Error('no provider')),
    })
    await way('Code by message').click()
    await button('Send code').click()
    await page.getByText('The code could not be sent. Use another way.').waitFor()
    expect(await heard()).toContainEqual({
      name: 'force-reset-failed',
      detail: { code: 'verification_required', userId: '42', during: 'verification' },
    })
    await way('At the counter').click()
    expect(await areaText(page)).toContain('What did you look at?')
  })

  it('shows that a code is on its way, and lets another way be used meanwhile', async () => {
    const { page, way, button, code } = await start()
    const pending = held()
    await way('Code by message').click()
    site.intercept('POST', pending.interception)
    await button('Send code').click()
    await pending.asked
    expect(await button('Sending…').getAttribute('aria-busy')).toBe('true')
    await way('Call back').click()
    await button('Show number').first().click()
    await page.getByText('+49 151 5550123').waitFor()
    const at = new Date().toISOString()
    pending.respond(
      respondWithJson(200, {
        verificationId: 'v',
        method: 'sent_code',
        startedAt: at,
        until: at,
      }),
    )
    await way('Code by message').click()
    await code.waitFor()
  })

  it('takes the word of somebody who vouches: one click more, and one entry', async () => {
    const { page, way, next, code, reset, dialog, password } = await start()
    await way('Somebody vouches').click()
    await page.getByText(/Ask .*Ravi Patel.* to open console.example.org/).waitFor()
    const other = await startBrowser()
    try {
      await other.addCookies([{ name: 'who', value: 'ravi', url: site.origin }])
      const ravi = await other.newPage()
      await ravi.goto(`${site.origin}/vouch`)
      await ravi.getByText(/You vouch for .*Kim Lee.*\./).waitFor()
      expect(await ravi.locator('section').innerText()).toMatch(/operator\S* of the help desk asks/)
      expect(await ravi.locator('section').innerText()).not.toMatch(/\d{4} \d{4}/)
      expect(types()).not.toContain('verification.vouched')
      await ravi.getByRole('button', { name: 'Show code' }).click()
      const shown = ravi.getByText(/^\d{4} \d{4}$/)
      await shown.waitFor()
      expect(types()).toContain('verification.vouched')
      // One focus begins the entry, which the test makes by the keyboard.
      await code.focus()
      await page.keyboard.type(await shown.innerText())
    } finally {
      await other.close()
    }
    await next.click()
    await dialog.getByText(/Ravi Patel.* vouched, checked here/).waitFor()
    await reset.click()
    await password.waitFor()
    expect(await clicksOn(page)).toBe(2 + 1)
  })

  it('refuses somebody who may not vouch, and the operator', async () => {
    const { page, way, code, button } = await start()
    await way('Somebody vouches').click()
    await way('Somebody else').click()
    for (const [id, words] of [
      ['zoe', 'This person may not vouch for this account.'],
      ['operator', 'You cannot vouch for a reset that you do yourself'],
    ] as const) {
      await page.getByLabel('The name that they sign in with').fill(id)
      await code.focus()
      await page.getByText(words).waitFor()
    }
    // Nobody was asked, so there is no code to be entered.
    await button('Continue').click()
    await expect.poll(() => site.requests.length).toBe(5)
    await page.getByText('You cannot vouch for a reset').waitFor()
    await page.getByLabel('The name that they sign in with').fill('ravi')
    await button('Continue').click()
    await expect.poll(types).toContain('verification.started')
    await button('Continue').and(page.locator(':not([aria-disabled])')).click()
    await page.getByText('Enter the code.').waitFor()
  })

  it('sends nothing while the arrow keys lead past a way', async () => {
    const { page, way } = await start()
    await way('Call back').focus()
    await page.keyboard.press('Space')
    for (let press = 0; press < 3; press++) await page.keyboard.press('ArrowDown')
    expect(await way('At the counter').isChecked()).toBe(true)
    expect(await way('At the counter').evaluate((radio) => radio.matches(':focus'))).toBe(true)
    expect(site.requests).toEqual(['GET /api/users/42'])
  })

  it('asks for both ways where the policy wants both', async () => {
    const { page, way, next, dialog, button, code } = await start({
      sets: [['in_person', 'sent_code']],
    })
    expect(await areaText(page)).toContain('Needed: At the counter and Code by message.')
    await way('At the counter').click()
    await page.getByRole('radio', { name: 'Staff badge with a photo' }).click()
    await next.click()
    await page.getByText('One more way is needed.').waitFor()
    expect(await dialog.count()).toBe(0)
    // One way is left: it needs no radio.
    expect(await way('Code by message').count()).toBe(0)
    await button('Continue').click()
    expect(await areaText(page)).toContain('Select how you identified the person.')
    expect(await code.count()).toBe(0)
  })

  it('opens the only way by itself', async () => {
    const { page, next, dialog } = await start({ sets: [['in_person']] })
    expect(await areaText(page)).toContain('What did you look at?')
    expect(await page.getByRole('radio', { name: 'At the counter' }).count()).toBe(0)
    await next.click()
    expect(await areaText(page)).toContain('Select what you looked at.')
    await page.getByRole('radio', { name: 'Staff badge with a photo' }).click()
    await next.click()
    await dialog.waitFor()
  })

  it('keeps the identification when the dialog is cancelled, until it starts again', async () => {
    const { page, open, cancel, next, dialog, button, way } = await identified()
    await cancel.click()
    expect(await dialog.count()).toBe(0)
    expect(await open.evaluate((element) => element.matches(':focus'))).toBe(true)
    expect(await areaText(page)).toMatch(/Identified at \d\d:\d\d.*Good until \d\d:\d\d\./)
    expect(await next.count()).toBe(0)
    await open.click()
    await dialog.getByText('Identified', { exact: true }).waitFor()
    await cancel.click()
    await button('Start again').click()
    expect(await open.isVisible()).toBe(false)
    expect(await way('At the counter').isChecked()).toBe(false)
    const heading = page.getByRole('heading', { name: 'Who is asking?' })
    expect(await heading.evaluate((element) => element.matches(':focus'))).toBe(true)
  })

  it('carries the identification over once in the same call', async () => {
    const { page, open, reset, password, passedOn } = await identified()
    await reset.click()
    await password.waitFor()
    await passedOn.click()
    await page.getByText(/Identified at \d\d:\d\d, in the same call\./).waitFor()
    await open.click()
    await reset.click()
    await password.waitFor()
    await passedOn.click()
    await page.getByRole('radio', { name: 'At the counter' }).waitFor()
    expect(await open.isVisible()).toBe(false)
    expect(site.store.writes).toBe(2)
  })

  it('says that the identification ran out at the server, and keeps the reason', async () => {
    const { page, reset, dialog, open, button } = await identified()
    await page.getByRole('textbox').fill('INC-4711')
    site.later(601)
    await reset.click()
    await page
      .getByText(/ran out at \d\d:\d\d\. Nothing was changed\./)
      .first()
      .waitFor()
    await button('Load the account again').click()
    expect(await dialog.count()).toBe(0)
    await page.locator('section:not([data-loading])').waitFor()
    expect(await areaText(page)).toMatch(/ran out at \d\d:\d\d\. Nothing was changed\./)
    expect(await open.isVisible()).toBe(false)
    expect(site.store.writes).toBe(0)
    await lookAtTheBadge(page)
    expect(await page.getByRole('textbox').inputValue()).toBe('INC-4711')
  })

  it('says that the account changed after the caller was identified', async () => {
    const { page, reset, dialog, password, cancel, open, button } = await identified()
    await cancel.click()
    site.store.setStatus('42', 'pending')
    await page.evaluate(() => document.querySelector('force-password-reset')?.reload())
    await page.locator('section:not([data-loading])').waitFor()
    await open.click()
    await reset.click()
    await page.getByText('after you identified the caller. You changed nothing.').first().waitFor()
    expect(site.store.writes).toBe(0)
    await button('Load the account again').click()
    expect(await dialog.count()).toBe(0)
    await page.locator('section:not([data-loading])').waitFor()
    await lookAtTheBadge(page)
    await reset.click()
    await password.waitFor()
  })

  it('records that the caller could not be identified, for the next operator to read', async () => {
    const { page, way, button } = await start()
    await way('Call back').click()
    await button('The caller could not be identified').click()
    await button('Record and stop').click()
    expect(await areaText(page)).toContain('Select what happened.')
    await page.getByRole('radio', { name: 'I think this is somebody else' }).click()
    await button('Record and stop').click()
    await page.getByText('Recorded. Nothing was changed.').waitFor()
    const heading = page.getByRole('heading', { name: 'Who is asking?' })
    expect(await heading.evaluate((element) => element.matches(':focus'))).toBe(true)
    expect(types()).toContain('verification.suspicious')
    const next = await openWho(context, site)
    expect(await areaText(next.page)).toMatch(
      /1 caller could not be identified today\. Last: \d\d:\d\d, operator: I think/,
    )
    expect(site.store.writes).toBe(0)
  })

  it('keeps everything when the session has ended', async () => {
    const { page, way, next, dialog, heard } = await start()
    await way('At the counter').click()
    await page.getByRole('radio', { name: 'Staff badge with a photo' }).click()
    site.intercept('POST', respondWith(401, { code: 'unauthenticated', detail: 'x' }))
    await next.click()
    await page.getByText('You are no longer signed in.').waitFor()
    expect(await heard()).toContainEqual({
      name: 'force-reset-unauthenticated',
      detail: { userId: '42', during: 'verification' },
    })
    await next.click()
    await dialog.waitFor()
  })

  it('has a proof in the body of the reset, and nowhere else', async () => {
    let sent = ''
    const user = await start()
    const { page, everything, heard } = user
    page.on('request', (request) => {
      if (request.url().endsWith('/force-reset')) sent = request.postData() ?? ''
      expect(request.url()).not.toContain('proof')
    })
    await lookAtTheBadge(page)
    await user.cancel.click()
    await user.open.click()
    await user.reset.click()
    await user.password.waitFor()
    const [proof = 'missing'] = JSON.parse(sent).proofs
    expect(proof.length).toBeGreaterThan(100)
    const places = [
      await everything(),
      JSON.stringify(await heard()),
      JSON.stringify(site.events),
      page.url(),
      await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, name])),
      JSON.stringify(await context.storageState()),
    ]
    for (const text of places) expect(text).not.toContain(proof.slice(-40))
  })

  it('forgets the proof when the page is left, also for Back', async () => {
    const { page, open, cancel, way } = await identified()
    await cancel.click()
    await page.goto(`${site.origin}/elsewhere`)
    await page.goBack({ waitUntil: 'commit' })
    await way('At the counter').waitFor()
    expect(await page.evaluate(() => Reflect.get(globalThis, 'cameBackAlive'))).toBe(true)
    expect(await open.isVisible()).toBe(false)
  })

  it('is about another account when the page turns to it, and forgets the proof', async () => {
    const { page, open, cancel } = await identified()
    await cancel.click()
    await page.evaluate(() =>
      document.querySelector('force-password-reset')?.setAttribute('user-id', 'turned'),
    )
    await page.getByRole('radio', { name: 'At the counter' }).waitFor()
    await page.evaluate(() =>
      document.querySelector('force-password-reset')?.setAttribute('user-id', '42'),
    )
    await page.getByRole('radio', { name: 'At the counter' }).waitFor()
    expect(await open.isVisible()).toBe(false)
  })

  it('speaks another language at once, and keeps what was chosen', async () => {
    const { page, way, code, button } = await start()
    await way('Code by message').click()
    await button('Send code').click()
    await code.fill('1234')
    await page.evaluate(() => {
      const element = document.querySelector('force-password-reset')
      if (element)
        element.strings = {
          locale: 'de',
          verification: { heading: 'Wer fragt?', methods: { call_back: 'Rückruf' }, code: 'Kode' },
        }
    })
    await page.getByRole('heading', { name: 'Wer fragt?' }).waitFor()
    expect(await page.getByLabel('Kode').inputValue()).toBe('1234')
    expect(await way('Rückruf').count()).toBe(1)
    expect(await button('Continue').count()).toBe(1)
  })

  it('speaks English where a word of the page fails', async () => {
    const { page } = await start({ sets: [['in_person', 'sent_code']] })
    await page.evaluate(
      `document.querySelector('force-password-reset').strings =
        { verification: { needed: () => { throw new Error('no') } } }`,
    )
    expect(await areaText(page)).toContain('Needed: At the counter')
  })

  it('is not there, and nothing of it is loaded, where nobody has to be identified', async () => {
    const plain = await startSite()
    try {
      const loaded: string[] = []
      context.on('request', (request) => void loaded.push(new URL(request.url()).pathname))
      const { page, open } = await openUser(context, plain)
      await open.click()
      expect(loaded).toContain('/api/element.js')
      expect(loaded.filter((path) => path.includes('verification'))).toEqual([])
      const statuses = await page.evaluate(() =>
        Promise.all(
          ['/api/element-verification.js', '/api/element-vouch.js'].map(
            async (path) => (await fetch(path)).status,
          ),
        ),
      )
      expect(statuses).toEqual([404, 404])
      loaded.length = 0
      site = await startWhoSite()
      await openWho(context, site)
      expect(loaded.filter((path) => path.includes('verification'))).toHaveLength(1)
    } finally {
      await plain.close()
    }
  })

  async function identified(): Promise<WhoPage> {
    const user = await start()
    await lookAtTheBadge(user.page)
    return user
  }
})

describeInBrowser('the clock of an identification', () => {
  let context: BrowserContext
  let site: WhoSite
  beforeAll(async () => {
    context = await startBrowser()
    context.setDefaultTimeout(9_000)
    await context.clock.install()
  })
  afterAll(() => context?.close())
  beforeEach(async () => {
    site = await startWhoSite()
  })
  afterEach(() => site.close())

  it('tells a minute before the end, and starts again at the end', async () => {
    const { page, open, cancel } = await openWho(context, site)
    await lookAtTheBadge(page)
    await cancel.click()
    await context.clock.fastForward(539_000)
    expect(await areaText(page)).not.toContain('runs out')
    await context.clock.fastForward(2_000)
    await page.getByText(/The identification runs out at \d\d:\d\d\./).waitFor()
    expect(await open.isVisible()).toBe(true)
    await context.clock.fastForward(60_000)
    await page
      .getByText(/The identification ran out at \d\d:\d\d\. Nothing was changed\./)
      .waitFor()
    expect(await open.isVisible()).toBe(false)
  })

  it('says so in the confirmation too, and keeps the reason', async () => {
    const { page, dialog, reset } = await openWho(context, site)
    await lookAtTheBadge(page)
    await page.getByRole('textbox').fill('INC-4711')
    await context.clock.fastForward(601_000)
    await dialog.getByText(/The identification ran out at/).waitFor()
    expect(await reset.count()).toBe(0)
    await dialog.getByRole('button', { name: 'Load the account again' }).click()
    await page.locator('section:not([data-loading])').waitFor()
    await lookAtTheBadge(page)
    expect(await page.getByRole('textbox').inputValue()).toBe('INC-4711')
  })

  it('tells after ten seconds that another way can be used', async () => {
    const { page, way, button } = await openWho(context, site)
    const pending = held()
    await way('Code by message').click()
    site.intercept('POST', pending.interception)
    await button('Send code').click()
    await pending.asked
    await context.clock.fastForward(10_001)
    await page.getByText('Still sending. You can use another way.').waitFor()
    pending.respond(respondWith(503, { code: 'store_unavailable', detail: 'x' }))
    await page.getByText('The accounts cannot be reached').waitFor()
  })
})

/** Identifies the caller at the counter, until the confirmation is open. */
async function lookAtTheBadge(page: Page): Promise<void> {
  await page.getByRole('radio', { name: 'At the counter' }).click()
  await page.getByRole('radio', { name: 'Staff badge with a photo' }).click()
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('dialog').waitFor()
}

/** The radio of a number. */
function number(page: Page, name: string): Locator {
  return page.getByRole('radio', { name: new RegExp(`^${name}`) })
}

/** How often the operator has pressed something. */
async function clicksOn(page: Page): Promise<number> {
  return await page.evaluate(() => Number(Reflect.get(globalThis, 'presses')))
}

/** Eight digits that are not the code. */
function wrongCode({ messages }: WhoSite): string {
  const code = codeIn(messages).replace(' ', '')
  return code.startsWith('0') ? `1${code.slice(1)}` : `0${code.slice(1)}`
}
