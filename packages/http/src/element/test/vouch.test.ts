import { brotliCompressSync } from 'node:zlib'
import { AxeBuilder } from '@axe-core/playwright'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { elementVouchText } from '../../scripts/element-vouch-text.ts'
import { ForceResetVouch } from '../vouch.ts'
import { describeInBrowser, startBrowser } from './browser.fixture.ts'
import { respondWith } from './site.fixture.ts'
import type { WhoSite } from './who-site.fixture.ts'
import { openWho, startWhoSite } from './who-site.fixture.ts'

describe('the script of the page of vouchers', () => {
  it('can be imported where there is no DOM', () => {
    expect(ForceResetVouch.observedAttributes).toEqual(['base'])
  })

  it('is at most 5,500 bytes in brotli', async () => {
    expect(brotliCompressSync(await elementVouchText()).length).toBeLessThanOrEqual(5_500)
  })
})

describeInBrowser('the page of somebody who vouches', () => {
  let operators: BrowserContext
  let vouchers: BrowserContext
  let site: WhoSite
  beforeAll(async () => {
    operators = await startBrowser()
    vouchers = await startBrowser()
    vouchers.setDefaultTimeout(5_000)
  })
  afterAll(async () => {
    await operators?.close()
    await vouchers?.close()
  })
  beforeEach(async () => {
    site = await startWhoSite()
  })
  afterEach(() => site.close())

  /** The page, for whoever is named. */
  const openVouch = async (who: string): Promise<Page> => {
    await vouchers.addCookies([{ name: 'who', value: who, url: site.origin }])
    const page = await vouchers.newPage()
    await page.goto(`${site.origin}/vouch`)
    await page.getByRole('button', { name: 'Look again' }).waitFor()
    return page
  }
  const ask = async (): Promise<void> => {
    const { page, way } = await openWho(operators, site)
    const answered = page.waitForResponse(/start-verification$/)
    await way('Somebody vouches').click()
    await answered
  }
  const text = (page: Page): Promise<string> => page.locator('section').innerText()

  it('says that nobody asks, and looks again', async () => {
    const page = await openVouch('ravi')
    await page.getByText('Nobody asks you to vouch now.').waitFor()
    await ask()
    await page.getByRole('button', { name: 'Look again' }).click()
    await page.getByText(/You vouch for .*Kim Lee/).waitFor()
    expect(await text(page)).toContain('Your name goes into the record.')
  })

  it('shows a code only after the event is stored, and only to who is asked', async () => {
    await ask()
    for (const who of ['operator', 'zoe', '42']) {
      const other = await openVouch(who)
      await other.getByText('Nobody asks you to vouch now.').waitFor()
      expect(await other.getByRole('button', { name: 'Show code' }).count()).toBe(0)
    }
    const page = await openVouch('ravi')
    const show = page.getByRole('button', { name: 'Show code' })
    await show.waitFor()
    expect(site.events.map(({ type }) => type)).not.toContain('verification.vouched')
    await show.click()
    await page.getByText(/^\d{4} \d{4}$/).waitFor()
    expect(await text(page)).toMatch(/It works until \d\d:\d\d\. Give it to nobody else\./)
    expect(site.events.at(-1)).toMatchObject({
      type: 'verification.vouched',
      secondPersonId: 'ravi',
      operatorId: 'operator',
    })
  })

  it('says why no code is shown, and shows it later', async () => {
    await ask()
    const page = await openVouch('ravi')
    const show = page.getByRole('button', { name: 'Show code' })
    for (const [status, code, words] of [
      [401, 'unauthenticated', 'You are no longer signed in.'],
      [429, 'rate_limited', 'Too many requests.'],
      [503, 'audit_unavailable', 'This did not work.'],
    ] as const) {
      site.intercept('POST', respondWith(status, { code, detail: 'x' }))
      await show.click()
      await page.getByText(words).waitFor()
      expect(await text(page)).not.toMatch(/\d{4} \d{4}/)
    }
    site.later(601)
    await show.click()
    await page.getByText(/This took too long|You cannot vouch/).waitFor()
  })

  it('forgets the code when the page is left, also for Back', async () => {
    await ask()
    const page = await openVouch('ravi')
    await page.getByRole('button', { name: 'Show code' }).click()
    await page.getByText(/^\d{4} \d{4}$/).waitFor()
    await page.goto(`${site.origin}/elsewhere`)
    await page.goBack({ waitUntil: 'commit' })
    await page.getByRole('button', { name: 'Show code' }).waitFor()
    expect(await text(page)).not.toMatch(/\d{4} \d{4}/)
  })

  it.each(['light', 'dark'] as const)('has no barrier that axe finds (%s)', async (colorScheme) => {
    await ask()
    const page = await openVouch('ravi')
    await page.emulateMedia({ colorScheme })
    const show = page.getByRole('button', { name: 'Show code' })
    await show.waitFor()
    expect(await violations(page)).toEqual([])
    site.intercept('POST', respondWith(429, { code: 'rate_limited', detail: 'x' }))
    await show.click()
    await page.getByText('Too many requests.').waitFor()
    expect(await violations(page)).toEqual([])
    await show.click()
    await page.getByText(/^\d{4} \d{4}$/).waitFor()
    expect(await violations(page)).toEqual([])
    await page.setViewportSize({ width: 320, height: 256 })
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    expect(overflow).toBeLessThanOrEqual(0)
  })

  it('shows the words that the page gives it, and English where they fail', async () => {
    const page = await openVouch('ravi')
    await page.evaluate(
      `document.querySelector('force-reset-vouch').strings =
        { heading: 'Bürgen', locale: 'de', nobodyAsks: 'Niemand fragt.' }`,
    )
    await page.getByRole('heading', { name: 'Bürgen' }).waitFor()
    await page.getByText('Niemand fragt.').waitFor()
    await ask()
    await page.evaluate(
      `{
        const element = document.querySelector('force-reset-vouch')
        element.strings = { asks: () => { throw new Error('no') } }
        element.reload()
      }`,
    )
    await page.getByText('of the help desk asks since').waitFor()
  })
})

async function violations(page: Page): Promise<readonly string[]> {
  const { violations: found } = await new AxeBuilder({ page }).analyze()
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
}
