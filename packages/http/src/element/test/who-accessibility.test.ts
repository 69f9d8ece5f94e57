import { AxeBuilder } from '@axe-core/playwright'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { describeInBrowser, startBrowser } from './browser.fixture.ts'
import { respondWith } from './site.fixture.ts'
import type { WhoSite } from './who-site.fixture.ts'
import { codeIn, openWho, startWhoSite } from './who-site.fixture.ts'

const schemes = ['light', 'dark'] as const

describeInBrowser('who is asking, for everybody', () => {
  let context: BrowserContext
  let site: WhoSite
  beforeAll(async () => {
    context = await startBrowser()
  })
  afterAll(() => context?.close())
  beforeEach(async () => {
    site = await startWhoSite()
  })
  afterEach(() => site.close())

  it.each(schemes)('has no barrier that axe finds, in any state (%s)', async (colorScheme) => {
    const { page, way, next, button, code, dialog, cancel } = await openWho(context, site)
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const found: Record<string, readonly string[]> = {}
    const look = async (state: string): Promise<void> => {
      found[state] = await violations(page)
    }
    await look('nothing chosen')
    await next.click()
    await look('nothing chosen, and Continue')
    await way('Call back').click()
    await look('call back')
    await button('Show number').first().click()
    await page.getByText('+49 151 5550123').waitFor()
    await look('a number')
    await way('Somebody vouches').click()
    await look('vouching')
    await way('Somebody else').click()
    await look('somebody else vouches')
    await way('At the counter').click()
    await next.click()
    await look('no document')
    await way('Code by message').click()
    await look('no code yet')
    await button('Send code').click()
    await code.waitFor()
    await look('a code was sent')
    await next.click()
    await look('no code entered')
    site.intercept('POST', respondWith(401, { code: 'unauthenticated', detail: 'x' }))
    await code.fill(codeIn(site.messages))
    await next.click()
    await page.getByText('You are no longer signed in.').waitFor()
    await look('signed out')
    await button('The caller could not be identified').click()
    await button('Record and stop').click()
    await look('stopping')
    await button('Back').click()
    await next.click()
    await dialog.waitFor()
    await look('confirmation')
    await cancel.click()
    await look('identified')
    await button('Start again').click()
    await button('The caller could not be identified').click()
    await page.getByRole('radio', { name: 'Nobody answered' }).click()
    await button('Record and stop').click()
    await page.getByText('Recorded.').waitFor()
    await look('stopped')
    expect(Object.entries(found).filter(([, ids]) => ids.length > 0)).toEqual([])
    expect(Object.keys(found)).toHaveLength(15)
  })

  it.each(schemes)('has no barrier where a way is closed (%s)', async (colorScheme) => {
    const { page, way, button } = await openWho(context, site)
    await page.emulateMedia({ colorScheme })
    for (let sent = 0; sent < 4; sent++) {
      await way('Code by message').click()
      await button(sent === 0 ? 'Send code' : 'Send a new code').click()
      await page.locator('section :not([aria-busy]) > .label').first().waitFor()
      await expect.poll(() => Math.max(site.messages.length, sent === 3 ? 4 : 0)).toBe(sent + 1)
    }
    await page
      .getByText(/Too many codes for this account/)
      .first()
      .waitFor()
    expect(await violations(page)).toEqual([])
  })

  it('works by keyboard alone', async () => {
    const { page, dialog } = await openWho(context, site)
    const { keyboard } = page
    await keyboard.press('Tab')
    await keyboard.press('ArrowUp')
    expect(await focused(page)).toBe('way-in_person')
    await keyboard.press('Tab')
    await keyboard.press('Space')
    expect(await focused(page)).toBe('document-staff_badge')
    await keyboard.press('ArrowDown')
    expect(await focused(page)).toBe('document-official_document')
    await keyboard.press('Tab')
    expect(await focused(page)).toBe('continue')
    for (let press = 0; press < 9; press++) await keyboard.down('Enter')
    await keyboard.up('Enter')
    await dialog.waitFor()
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.localName))
      .toBe('force-password-reset-dialog')
    await keyboard.press('Enter')
    expect(await dialog.count()).toBe(0)
    expect(site.store.writes).toBe(0)
    await keyboard.press('Tab')
    expect(await focused(page)).toBe('start-again')
  })

  it.each([
    [320, 256],
    [320, 800],
  ])('fits a window of %i by %i px without scrolling sideways', async (width, height) => {
    const { page, way, next, button, code, dialog } = await openWho(context, site)
    await page.setViewportSize({ width, height })
    const overflow = (): Promise<number> =>
      page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    expect(await overflow()).toBeLessThanOrEqual(0)
    for (const name of ['Call back', 'Somebody vouches', 'At the counter', 'Code by message']) {
      await way(name).click()
      expect(await overflow()).toBeLessThanOrEqual(0)
    }
    await button('Send code').click()
    await code.waitFor()
    await code.fill(codeIn(site.messages))
    await next.click()
    await dialog.waitFor()
    expect(await overflow()).toBeLessThanOrEqual(0)
    expect(await page.getByRole('button', { name: 'Cancel' }).isVisible()).toBe(true)
  })

  it('says in words, and not by colour alone, what a way is worth', async () => {
    const { page } = await openWho(context, site)
    for (const [name, worth] of [
      ['Call back', 'On your word'],
      ['Code by message', 'Checked here'],
    ] as const)
      expect(
        await page.getByRole('radio', { name: new RegExp(`^${name}.*${worth}$`) }).count(),
      ).toBe(1)
  })
})

/** The id of what has the focus in the area. */
async function focused(page: Page): Promise<string | undefined> {
  return await page.evaluate(
    () => document.querySelector('force-password-reset')?.shadowRoot?.activeElement?.id,
  )
}

async function violations(page: Page): Promise<readonly string[]> {
  const { violations: found } = await new AxeBuilder({ page }).analyze()
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
}
