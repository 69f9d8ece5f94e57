import { memoryPendingResets } from '@force-reset/core/testing'
import type { BrowserContext } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { describeInBrowser, startBrowser } from './browser.fixture.ts'
import type { Site } from './site.fixture.ts'
import { held, respondWithJson, startSite } from './site.fixture.ts'
import { openUser } from './user-page.fixture.ts'

describeInBrowser('a reset without a known outcome', () => {
  let context: BrowserContext
  let site: Site
  beforeAll(async () => {
    context = await startBrowser()
  })
  afterAll(() => context?.close())
  beforeEach(async () => {
    site = await startSite({}, { pending: memoryPendingResets() })
  })
  afterEach(() => site.close())

  /** Resets, with an outcome that nobody knows, and closes the dialog. */
  async function resetUnknown(lost: 'loseAnswer' | 'loseWrite') {
    site.store.faults[lost]()
    site.store.faults.failSettle()
    const user = await openUser(context, site)
    await user.confirm()
    await user.page.getByRole('button', { name: 'Load the account again' }).click()
    const check = user.page.getByRole('button', { name: 'Check now', exact: true })
    await check.waitFor()
    return { ...user, check, area: user.page.getByRole('region') }
  }

  it('asks the caller to wait, and says what was found out', async () => {
    const { check, area, open, page } = await resetUnknown('loseAnswer')
    expect(await area.innerText()).toMatch(
      /We do not know yet whether the reset of .+ changed the password\. Ask the caller to wait\./,
    )
    expect(await area.innerText()).not.toContain('whether the password was changed')
    await check.click()
    const said = area.getByText(/^Checked at /)
    await said.waitFor()
    expect(await said.innerText()).toMatch(
      /^Checked at .+: the password was changed, and nobody has seen the new one\. Reset again\.$/,
    )
    await check.waitFor({ state: 'detached' })
    expect(site.events.at(-1)).toMatchObject({ type: 'reset.applied_unused', ended: true })
    expect(await open.getAttribute('aria-disabled')).toBeNull()
    await page.close()
  })

  it('can be checked again while it stays open', async () => {
    const { check, area, page } = await resetUnknown('loseWrite')
    await check.click()
    await area.getByText(/so far the password was not changed\. Reset again\./).waitFor()
    await check.waitFor()
    expect(await check.getAttribute('aria-disabled')).toBeNull()
    await page.close()
  })

  it('is checked by the keyboard, once, and keeps the focus in the area', async () => {
    const { page, area, open, ...user } = await resetUnknown('loseAnswer')
    // While it works, the button has another name.
    const check = page.locator('.check-now')
    const { interception, asked, respond } = held()
    site.intercept('POST', interception)
    await user.check.focus()
    await page.keyboard.press('Enter')
    await asked
    expect(await check.getAttribute('aria-busy')).toBe('true')
    await page.keyboard.press('Enter')
    respond(respondWithJson(200, { resets: [{ closing: 'overtaken' }] }))
    await area.getByText(/another password has been set since that reset/).waitFor()
    expect(site.requests.filter((line) => line.endsWith('/check'))).toHaveLength(1)
    await check.waitFor()
    expect(await open.count()).toBe(1)
    await page.close()
  })

  it.each([
    ['a server that is gone', 503, { code: 'store_unavailable', detail: 'x' }, /cannot be reached/],
    ['an answer of another program', 200, 'hello', /was not understood/],
    ['nothing new', 200, { resets: [] }, /nothing new is known/],
    ['a newer word', 200, { resets: [{ closing: 'lunar' }] }, /cannot be found out/],
  ])('says so of %s', async (_, status, body, words) => {
    const { check, area, page } = await resetUnknown('loseAnswer')
    site.intercept('POST', respondWithJson(status, body))
    await check.click()
    await area.getByText(words).waitFor()
    await page.close()
  })
})
