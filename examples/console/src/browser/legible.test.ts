import { type Contrast, contrasts } from '@force-reset/testing/contrasts'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeInChromium, startChromium } from './chromium.fixture.ts'
import { detailsOn, signInOperator, signInUser } from './console-page.fixture.ts'
import { type ConsoleSite, startConsoleSite } from './console-site.fixture.ts'

const looks = [
  ['light', {}],
  ['dark', {}],
  ['light', { forcedColors: 'active' }],
  ['dark', { forcedColors: 'active' }],
] as const

/** Everything that takes the focus. */
const controls = 'a, button, input:not([type="hidden"]), select'

describeInChromium('what can be read', () => {
  let site: ConsoleSite
  let context: BrowserContext
  beforeAll(async () => {
    site = await startConsoleSite()
    context = await startChromium()
  })
  afterAll(async () => {
    await context?.close()
    await site?.close()
  })

  it.each(looks)('is every control on every page (%s, %o)', async (colorScheme, more) => {
    await context.clearCookies()
    const page = await context.newPage()
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce', ...more })
    const seen: Contrast[] = []
    const known = new Set<string>()
    const measure = async (state: string, root = 'body'): Promise<readonly Contrast[]> => {
      const found = await contrasts(page, [root])
      seen.push(...found.map((one) => ({ ...one, what: `${state}: ${one.what}` })))
      return found
    }
    /** The page at rest, and each kind of control once with the focus and under the mouse. */
    const look = async (state: string): Promise<void> => {
      await page.mouse.move(0, 0)
      await measure(`${state}, rest`)
      for (const [index, kind] of (await kindsOfControls(page)).entries()) {
        if (kind === '' || known.has(kind)) continue
        known.add(kind)
        const control = page.locator(controls).nth(index)
        await page.mouse.move(0, 0)
        await control.evaluate((element) => {
          document.querySelector('[data-measured]')?.removeAttribute('data-measured')
          const around = element.closest('tr, nav, form') ?? element.parentElement
          around?.setAttribute('data-measured', '')
        })
        const measureAround = (how: string) =>
          measure(`${state}, ${how} ${index}`, '[data-measured]')
        await control.focus()
        const rings = (await measureAround('focus')).filter(({ what }) =>
          /^(?:focus|outline) of/.test(what),
        )
        expect(rings, `${state}, focus ${index}`).not.toEqual([])
        await control.hover({ force: true })
        await measureAround('focus and hover')
        await control.blur()
        await measureAround('hover')
      }
    }
    const open = async (path: string): Promise<void> => {
      await page.goto(`${site.origin}${path}`)
      // The focus that a key gives is drawn, and the focus that a click gives need not be.
      await page.keyboard.press('Tab')
    }

    await open('/console/sign-in')
    await look('sign-in')
    await signInOperator(page, site, 'not the password of the operator')
    await look('sign-in refused')
    await signInOperator(page, site)
    await open('/console/users')
    await look('users')
    await open('/console/users?search=mina')
    await look('users found')
    await open('/console/users?search=paul&status=active')
    await look('users of one name')
    await page.locator('#results').evaluate((list) => list.setAttribute('aria-busy', 'true'))
    await measure('users, busy')
    await open('/console/users?search=nobody')
    await look('none found')
    await page.route('**/console/users?*', (route) => route.abort())
    await page.getByRole('searchbox').fill('nobody at all')
    await page.getByText('The server cannot be reached.').waitFor()
    await measure('users, unreachable')
    await page.unroute('**/console/users?*')
    await open('/console/users')
    await page.getByRole('link', { name: 'Next page' }).click()
    await page.waitForURL(/page=2/)
    await look('page 2')
    await open('/console/users/1035')
    await detailsOn(page)
    await look('details')
    await open('/console/audit?account=nobody')
    await look('audit trail, none found')
    await open('/console/audit')
    await look('audit trail')
    for (const path of ['/console/users/4711', '/nothing']) {
      await open(path)
      await look(path)
    }
    await open('/signin')
    await look('user’s sign-in')
    await signInUser(page, site, 'jonas.lindqvist', 'not the password')
    await look('user’s sign-in refused')
    await page.goto(`${site.origin}/console/users/1002`)
    const details = await detailsOn(page)
    const temporary = await details.resetPassword()
    await details.passedOn.click()
    await signInUser(page, site, 'jonas.lindqvist', temporary)
    await look('choose a password')
    await page.getByLabel('New password', { exact: true }).fill('one thing of fifteen')
    await page.getByLabel('New password again').fill('another of fifteen')
    await page.keyboard.press('Enter')
    await page.getByText('The two passwords are not the same.').waitFor()
    await look('choose a password, refused')
    await page.getByLabel('New password', { exact: true }).fill('one thing of fifteen')
    await page.getByLabel('New password again').fill('one thing of fifteen')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Welcome' }).waitFor()
    await look('welcome')
    await page.close()

    expect(seen.length).toBeGreaterThan(1500)
    expect(known.size).toBeGreaterThan(20)
    expect(seen.filter(({ ratio, least }) => ratio < least)).toEqual([])
  })

  it('is every page on paper, without what can only be pressed', async () => {
    await context.clearCookies()
    const page = await context.newPage()
    await signInOperator(page, site)
    const print = async (path: string) => {
      await page.emulateMedia({ colorScheme: 'dark', media: 'screen' })
      await page.goto(`${site.origin}${path}`)
      await page.emulateMedia({ colorScheme: 'dark', media: 'print' })
      const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor)
      expect(ground, path).toBe('rgba(0, 0, 0, 0)')
      const found = await contrasts(page, ['body'])
      expect(found.length, path).toBeGreaterThan(5)
      expect(
        found.filter(({ ratio, least }) => ratio < least),
        path,
      ).toEqual([])
      expect(await page.getByRole('button').count(), path).toBe(0)
    }
    await print('/console/users')
    expect(await page.getByRole('searchbox').isVisible()).toBe(false)
    expect(await page.getByRole('radio').count()).toBe(0)
    await print('/console/users?search=paul&status=active')
    expect(await page.getByRole('searchbox').isVisible()).toBe(true)
    expect(await page.getByRole('radio').count()).toBe(1)
    await print('/console/users/1035')
    await print('/console/audit')
    expect(await page.locator('.filter .field:visible').count()).toBe(0)
    await print('/console/audit?operator=operator')
    expect(await page.locator('.filter .field:visible').allInnerTexts()).toEqual(['Operator'])
    await print('/signin')
    await page.close()
  })

  it('is measured: what is too pale is found, a part of each kind', async () => {
    await context.clearCookies()
    const page = await context.newPage()
    await signInOperator(page, site)
    await page.goto(`${site.origin}/console/users?search=paul`)
    const paleOnes = async (): Promise<readonly string[]> =>
      (await contrasts(page, ['body']))
        .filter(({ ratio, least }) => ratio < least)
        .map(({ what }) => what)
    expect(await paleOnes()).toEqual([])
    await page.getByRole('searchbox').fill('')
    await page.evaluate(() => {
      const [sheet] = document.styleSheets
      for (const rule of [
        ':root { --text-2: #999; --line-strong: #ccc }',
        '.search { opacity: 0.5 }',
        '.cell-username a::after { outline: 2px solid #ddd }',
      ])
        sheet?.insertRule(rule, sheet.cssRules.length)
    })
    const pale = await paleOnes()
    for (const part of ['text tag', 'text of', 'example of', 'edge of', 'ring of', 'sign icon'])
      expect(pale, part).toContainEqual(expect.stringMatching(new RegExp(`^${part}`)))
    expect(pale).toContainEqual(expect.stringMatching(/^outline of .*paul/))
    await page.close()
  })
})

/** The element, class, place and state of each control. Empty for a control that is not shown. */
async function kindsOfControls(page: Page): Promise<readonly string[]> {
  return await page.locator(controls).evaluateAll((elements) =>
    elements.map((element) => {
      // A shadow tree belongs to the element, which has a test of its own.
      if (element.getRootNode() !== document) return ''
      if (!element.checkVisibility({ visibilityProperty: true })) return ''
      const { tagName, className, parentElement } = element
      const place = parentElement?.closest('[class]')?.className
      const state = ['type', 'aria-current', 'aria-invalid'].map((one) => element.getAttribute(one))
      const isChecked = element instanceof HTMLInputElement && element.checked
      return [tagName, className, parentElement?.tagName, place, ...state, isChecked].join(' ')
    }),
  )
}
