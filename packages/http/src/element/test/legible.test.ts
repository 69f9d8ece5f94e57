import type { BrowserContext, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Contrast } from './browser.fixture.ts'
import { contrasts, describeInBrowser, startBrowser } from './browser.fixture.ts'
import type { Site } from './site.fixture.ts'
import { held, respondWith, startSite } from './site.fixture.ts'
import { canary, openUser, respondToReset } from './user-page.fixture.ts'

const looks = [
  ['light', {}],
  ['dark', {}],
  ['light', { forcedColors: 'active' }],
  ['dark', { forcedColors: 'active' }],
] as const

describeInBrowser('what can be read', () => {
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

  it.each(looks)('is every control in every state (%s, %o)', async (colorScheme, more) => {
    const { page, open, cancel, reset, password } = await openUser(context, site)
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce', ...more })
    const seen: Contrast[] = []
    const look = async (state: string, controls: readonly Locator[] = []): Promise<void> => {
      const measure = async (how: string): Promise<void> => {
        const found = await contrasts(page)
        seen.push(...found.map((one) => ({ ...one, what: `${state}, ${how}: ${one.what}` })))
      }
      await page.mouse.move(0, 0)
      await measure('rest')
      for (const [index, control] of controls.entries()) {
        await control.hover({ force: true })
        await measure(`hover ${index}`)
        await page.mouse.down()
        await measure(`pressed ${index}`)
        await page.mouse.move(0, 0)
        await page.mouse.up()
        await control.focus()
        await measure(`focus ${index}`)
      }
    }
    await look('area', [open])
    await open.click()
    const field = page.getByRole('textbox')
    await look('confirmation', [cancel, reset, field])

    const pending = held()
    site.intercept('POST', pending.interception)
    await reset.click()
    await pending.asked
    await look('busy', [cancel, page.getByRole('button', { name: 'Resetting…' }), field])
    pending.respond(respondWith(409, { code: 'conflict', detail: 'x' }))
    const reload = page.getByRole('button', { name: 'Look again' })
    await reload.waitFor()
    await look('conflict', [reload, page.getByRole('button', { name: 'Close' }), field])
    await reload.click()
    await page.locator('section:not([data-loading])').waitFor()
    await open.click()
    site.intercept('POST', respondToReset())
    await reset.click()
    await password.waitFor()
    const spell = page.getByRole('button', { name: 'Spell it' })
    const passedOn = page.getByRole('button', { name: 'I have passed it on' })
    await look('result', [password, spell, passedOn])
    await spell.click()
    await look('spelled', [page.getByRole('button', { name: 'Hide the spelling' })])
    await passedOn.click()
    await page.evaluate(() =>
      document.querySelector('force-password-reset')?.setAttribute('user-id', 'suspended'),
    )
    await page.getByText('This account is suspended.').waitFor()
    await look('refused', [open])
    site.intercept('GET', respondWith(403, { code: 'forbidden', detail: 'x' }))
    await page.evaluate(() => document.querySelector('force-password-reset')?.reload())
    await page.getByText('You may not do this.').waitFor()
    await look('failed', [open, page.getByRole('button', { name: 'Load the account again' })])

    expect(seen.length).toBeGreaterThan(300)
    expect(new Set(seen.map(({ least }) => least))).toEqual(new Set([4.5, 3]))
    expect(seen.filter(({ ratio, least }) => ratio < least)).toEqual([])
  })

  it('is measured: a text that is too pale is found', async () => {
    const { page } = await openUser(context, site)
    await page.evaluate(() =>
      document
        .querySelector('force-password-reset')
        ?.style.setProperty('--force-reset-muted', '#999'),
    )
    const pale = (await contrasts(page)).filter(({ ratio, least }) => ratio < least)
    expect(pale.map(({ what }) => what)).toContainEqual(expect.stringContaining('Sets a temporary'))
  })

  const long = 'Maximiliana Theodora von und zu Hohenstein-Wittelsbach '.repeat(5).trim()

  it.each([
    ['at 400 % zoom of 1280 × 1024', 320, 256, 'Kim Lee', 'ltr'],
    ['on a small telephone', 320, 568, 'Kim Lee', 'ltr'],
    ['with a long name at 400 % zoom', 320, 256, long, 'ltr'],
    ['from right to left at 400 % zoom', 320, 256, 'كيم لي', 'rtl'],
    ['with a long name on a telephone on its side', 568, 320, long, 'rtl'],
    ['at 200 % zoom', 640, 512, long, 'ltr'],
  ])(
    'is the password, before the button that closes it: %s',
    async (_, width, height, name, dir) => {
      const { page, confirm, password, passedOn, selection } = await openUser(context, site)
      await page.setViewportSize({ width, height })
      await page.evaluate((direction) => {
        document.documentElement.dir = direction
      }, dir)
      site.intercept('POST', respondToReset(canary, {}, name))
      await confirm()
      await password.waitFor()
      const box = await password.boundingBox()
      const button = await passedOn.boundingBox()
      const end = (box?.y ?? 0) + (box?.height ?? 0)
      expect(box?.y).toBeGreaterThan(0)
      expect(end).toBeLessThanOrEqual(height)
      expect(button?.y).toBeGreaterThan(end)
      // Nothing lies above the password: a click in its middle hits it.
      await page.mouse.click((box?.x ?? 0) + (box?.width ?? 0) / 2, end - (box?.height ?? 0) / 2)
      expect(await selection()).toBe(canary)
      await page.getByRole('button', { name: 'Spell it' }).click()
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0)
      expect(
        await page
          .locator('dialog')
          .evaluate((element) => element.scrollWidth - element.clientWidth),
      ).toBe(0)
      await passedOn.click()
      expect(await page.locator('dialog').count()).toBe(0)
    },
  )

  it.each([
    [256, ['Kim Lee', 'kim.lee', 'kim.lee@example.com']],
    [200, ['Kim Lee', 'kim.lee']],
  ])('is the user, before the button that resets, on 320 × %i px', async (height, names) => {
    const { page, open, reset } = await openUser(context, site)
    await page.setViewportSize({ width: 320, height })
    await open.click()
    const foot = await page.locator('.dialog-foot').boundingBox()
    for (const text of names) {
      const name = await page.locator('dialog').getByText(text, { exact: true }).boundingBox()
      expect((name?.y ?? 0) + (name?.height ?? 0), text).toBeLessThanOrEqual(foot?.y ?? 0)
    }
    const button = await reset.boundingBox()
    expect((button?.y ?? 0) + (button?.height ?? 0)).toBeLessThanOrEqual(height)
  })

  it.each(['light', 'dark'] as const)('is the password on paper (%s)', async (colorScheme) => {
    const { page, confirm, password } = await openUser(context, site)
    await page.emulateMedia({ colorScheme })
    site.intercept('POST', respondToReset())
    await confirm()
    await password.waitFor()
    await page.emulateMedia({ colorScheme, media: 'print' })
    const pale = (await contrasts(page)).filter(({ ratio, least }) => ratio < least)
    expect(pale).toEqual([])
    expect(await password.isVisible()).toBe(true)
    expect(await page.getByText('Works until').isVisible()).toBe(true)
    expect(await page.getByRole('button', { name: 'Spell it' }).isVisible()).toBe(false)
    expect(await printedPages(page)).toBe(1)
  })
})

/** How many sheets the browser prints. */
async function printedPages(page: Page): Promise<number> {
  const pdf = (await page.pdf()).toString('latin1')
  return pdf.match(/\/Type \/Page\b/g)?.length ?? 0
}
