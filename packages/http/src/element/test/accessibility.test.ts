import { AxeBuilder } from '@axe-core/playwright'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { describeInBrowser, startBrowser } from './browser.fixture.ts'
import type { Site } from './site.fixture.ts'
import { respondWith, startSite } from './site.fixture.ts'
import { openUser } from './user-page.fixture.ts'

const schemes = ['light', 'dark'] as const

describeInBrowser('what axe finds', () => {
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

  it.each(schemes)(
    'is nothing in the area, the dialogs and the errors (%s)',
    async (colorScheme) => {
      const { page, open, reset, password, passedOn } = await openUser(context, site)
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      const found: Record<string, readonly string[]> = {}
      found['area'] = await violations(page)
      await open.click()
      found['confirmation'] = await violations(page)
      site.intercept('POST', respondWith(401, { code: 'unauthenticated', detail: 'x' }))
      await reset.click()
      await page.getByText('You are no longer signed in.').waitFor()
      found['error'] = await violations(page)
      site.intercept('POST', respondWith(409, { code: 'conflict', detail: 'x' }))
      await reset.click()
      await page.getByText('This account has changed').waitFor()
      found['conflict'] = await violations(page)
      await page.getByRole('button', { name: 'Look again' }).click()
      await page.locator('section:not([data-loading])').waitFor()
      await open.click()
      await reset.click()
      await password.waitFor()
      found['result'] = await violations(page)
      await page.getByRole('button', { name: 'Spell it' }).click()
      found['spelling'] = await violations(page)
      await passedOn.click()
      found['closed'] = await violations(page)
      expect(found).toEqual({
        area: [],
        confirmation: [],
        error: [],
        conflict: [],
        result: [],
        spelling: [],
        closed: [],
      })
    },
  )

  it.each(schemes)('is nothing where an account cannot be reset (%s)', async (colorScheme) => {
    const { page } = await openUser(context, site, 'suspended')
    await page.emulateMedia({ colorScheme })
    expect(await violations(page)).toEqual([])
  })

  it('is something where something is wrong', async () => {
    const { page } = await openUser(context, site)
    await page.evaluate(() => {
      document
        .querySelector('force-password-reset')
        ?.shadowRoot?.querySelector('button')
        ?.replaceChildren()
    })
    expect(await violations(page)).toContain('button-name')
  })

  it.each([320, 360, 1_280])('fits a page of %i px without scrolling sideways', async (width) => {
    const { page, open, reset, password } = await openUser(context, site)
    await page.setViewportSize({ width, height: 568 })
    const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    await open.click()
    const box = await page.getByText('kim.lee@example.com').boundingBox()
    expect(box && box.y + box.height).toBeLessThanOrEqual(568)
    expect(await overflow()).toBeLessThanOrEqual(0)
    await reset.click()
    await password.waitFor()
    await page.getByRole('button', { name: 'Spell it' }).click()
    expect(await overflow()).toBeLessThanOrEqual(0)
  })

  it('works by keyboard alone', async () => {
    const { page, open, password, dialog } = await openUser(context, site)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    await password.waitFor()
    const order: string[] = []
    for (let step = 0; step < 4; step++) {
      await page.keyboard.press('Tab')
      order.push(
        await dialog
          .locator(':focus')
          .evaluate((element) => element.getAttribute('aria-label') ?? element.textContent ?? ''),
      )
    }
    const goesOn = 'What goes on after the reset (2)'
    expect(order).toEqual(['Temporary password', 'Spell it', goesOn, 'I have passed it on'])
    await page.keyboard.press('Enter')
    expect(await dialog.count()).toBe(0)
    expect(await open.evaluate((element) => element.matches(':focus-visible'))).toBe(true)
  })

  it('moves nothing while an account is loaded', async () => {
    let respond = (): void => undefined
    site.intercept('GET', (_request, response) => {
      const user = { id: '42', username: 'kim', status: 'active', privileged: false, version: '1' }
      respond = () =>
        void response.end(JSON.stringify({ user, reset: { allowed: true, survives: [] } }))
    })
    const page = await context.newPage()
    await page.goto(`${site.origin}/user/42`)
    const area = page.locator('section')
    await expect.poll(() => site.requests.length).toBe(1)
    const before = await area.boundingBox()
    respond()
    await page.locator('section:not([data-loading])').waitFor()
    expect(await area.boundingBox()).toEqual(before)
  })
})

async function violations(page: Page): Promise<readonly string[]> {
  const { violations: found } = await new AxeBuilder({ page }).analyze()
  return found.map(({ id }) => id)
}
