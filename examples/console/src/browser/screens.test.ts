import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { describeInChromium, startChromium } from './chromium.fixture.ts'
import { detailsOn, openDetails, signInOperator, signInUser } from './console-page.fixture.ts'
import { type ConsoleSite, startConsoleSite } from './console-site.fixture.ts'

/** A folder: then the pictures of the manual are taken there. */
const pictures = process.env['CONSOLE_SCREENSHOTS']

describeInChromium('the screens', () => {
  let site: ConsoleSite
  let context: BrowserContext
  beforeAll(async () => {
    site = await startConsoleSite()
    context = await startChromium()
  })
  afterEach(async () => {
    await Promise.all(
      context
        .pages()
        .slice(1)
        .map(async (page) => await page.close()),
    )
    await context.clearCookies()
  })
  afterAll(async () => {
    await context?.close()
    await site?.close()
  })

  const settle = (page: Page) =>
    page.evaluate(async () => {
      await Promise.all(
        document.getAnimations().map((animation) => animation.finished.catch(() => undefined)),
      )
    })

  const take = async (page: Page, name: string) => {
    if (pictures)
      await page.screenshot({ path: join(pictures, `console-${name}.png`), caret: 'hide' })
  }

  /** axe finds nothing on the page as it is now, nor anything hard to read on its dark version. */
  const check = async (
    page: Page,
    screen: string,
    shots: { readonly light?: string; readonly dark?: string },
  ) => {
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
      await settle(page)
      // No frames: the other mode opens a page for each analysis.
      const axe = new AxeBuilder({ page }).setLegacyMode(true)
      const { violations, passes } = await (scheme === 'light'
        ? axe
        : axe.withRules('color-contrast')
      ).analyze()
      const found = violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id} ${target}: ${failureSummary}`),
      )
      expect(found, `${screen}, ${scheme}`).toEqual([])
      expect(passes.length, `${screen}, ${scheme}`).toBeGreaterThan(scheme === 'light' ? 5 : 0)
      const picture = shots[scheme]
      if (picture) await take(page, picture)
    }
  }

  it('have nothing that axe objects to, in light and in dark', async () => {
    const [userId, refusedId, username] = ['1002', '1021', 'jonas.lindqvist'] as const
    const page = await context.newPage()
    const look = (screen: string, light?: string, dark?: string) =>
      check(page, screen, { ...(light ? { light } : {}), ...(dark ? { dark } : {}) })

    await page.goto(`${site.origin}/console/sign-in`)
    await look('sign-in', 'sign-in')
    await signInOperator(page, site, 'not the password of the operator')
    await look('sign-in refused', 'sign-in-refused')
    await signInOperator(page, site)
    await look('users', 'users', 'users-dark')
    await page.goto(`${site.origin}/console/users?search=nobody`)
    await look('users, none found', 'users-none')
    await page.goto(`${site.origin}/console/users?search=paul`)
    await look('users of one name, found', 'users-same-name')
    await page.goto(`${site.origin}/console/users/1035`)
    await detailsOn(page)
    await look('details of an account whose name others have', 'details-same-name')
    await page.goto(`${site.origin}/console/users/${refusedId}`)
    await detailsOn(page)
    await look('details of an account that is not reset', 'details-refused')
    await page.goto(`${site.origin}/console/nothing`)
    await look('no such page', 'not-found')

    await page.goto(`${site.origin}/console/users/${userId}`)
    const { open, reset, password, passedOn } = await detailsOn(page)
    await look('details', 'details')
    await open.click()
    await look('confirmation', 'confirmation')
    const release = site.proxy.holdResets()
    await reset.click()
    await page.getByRole('button', { name: 'Resetting' }).waitFor()
    await look('while the reset is under way', 'resetting')
    release()
    await password.waitFor()
    const temporary = (await password.textContent()) ?? ''
    await look('result', 'result', 'result-dark')
    await page.getByRole('button', { name: 'Spell it' }).click()
    await look('result, spelled', 'spelled')
    await passedOn.click()
    await page.getByText('The password cannot be shown again.').waitFor()
    await look('after closing', 'after-closing')
    site.proxy.loseNextReset()
    await detailsOn(page)
    await open.click()
    await reset.click()
    await page.getByText('was changed. Ask the caller to wait.').waitFor()
    await look('outcome unknown', 'outcome-unknown')
    await page.getByRole('button', { name: 'Close' }).click()
    await page.goto(`${site.origin}/console/audit`)
    await look('audit trail', 'audit')

    await page.goto(`${site.origin}/signin`)
    await look('user’s sign-in', 'user-sign-in')
    // The lost reset has replaced the first one.
    await signInUser(page, site, username, temporary)
    await look('user’s sign-in refused', 'user-sign-in-refused')
    await page.goto(`${site.origin}/console/users/${userId}`)
    const latest = await (await detailsOn(page)).resetPassword()
    await passedOn.click()
    await signInUser(page, site, username, latest)
    await look('change password', 'change-password')
    await page.getByLabel('New password', { exact: true }).fill('one thing of fifteen')
    await page.getByLabel('New password again').fill('another of fifteen')
    await page.keyboard.press('Enter')
    await page.getByText('The two passwords are not the same.').waitFor()
    await look('change password refused')
    await page.getByLabel('New password', { exact: true }).fill('one thing of fifteen')
    await page.getByLabel('New password again').fill('one thing of fifteen')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Welcome' }).waitFor()
    await look('welcome', 'welcome')
  })

  it('fit a narrow window without scrolling sideways', async () => {
    const { page, open } = await openDetails(context, site, '1005')
    await page.setViewportSize({ width: 320, height: 640 })
    const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    expect(await overflow()).toBeLessThanOrEqual(0)
    await open.click()
    expect(
      await page.getByRole('dialog').evaluate((dialog) => dialog.scrollWidth - dialog.clientWidth),
    ).toBeLessThanOrEqual(0)
    for (const path of ['/console/users', '/console/audit', '/signin']) {
      await page.goto(`${site.origin}${path}`)
      expect(await overflow(), path).toBeLessThanOrEqual(0)
    }
  })

  it('are used with the keyboard alone, and the focus goes into each dialog and back', async () => {
    const page = await context.newPage()
    const keys = page.keyboard
    const focus = () =>
      page.evaluate(() => {
        const active = document.activeElement?.shadowRoot?.activeElement ?? document.activeElement
        return active?.getAttribute('aria-label') ?? (active?.textContent?.trim() || active?.id)
      })
    /** Goes on by the Tab key until the focus is on something. */
    const tabTo = async (words: RegExp) => {
      for (let press = 0; press < 60; press++) {
        await keys.press('Tab')
        if (words.test((await focus()) ?? '')) return
      }
      throw new Error(`The Tab key does not reach ${words}; it is on ${await focus()}`)
    }
    await page.goto(`${site.origin}/console/sign-in`)
    // `autofocus` comes with the first frame, which a busy machine draws after the page has loaded.
    await page.waitForFunction(() => document.activeElement?.matches('input'))
    await keys.type(site.operator.username)
    await keys.press('Tab')
    await keys.type(site.operator.password)
    await keys.press('Enter')
    await page.waitForURL(/\/users$/)
    await keys.press('Tab')
    expect(await focus()).toBe('Skip to content')
    await keys.press('Enter')
    await tabTo(/^search$/)
    await keys.type('oskar')
    await page.getByText('1 user', { exact: true }).first().waitFor()
    await tabTo(/^oskar\.berg$/)
    await keys.press('Enter')
    const { dialog, password } = await detailsOn(page)
    await tabTo(/^Reset password$/)
    await keys.press('Enter')
    expect(await focus()).toBe('Cancel')
    await keys.press('Tab')
    expect(await focus()).toMatch(/^Reset/)
    await keys.press('Shift+Tab')
    await keys.press('Enter')
    expect(await focus()).toBe('Reset password')
    await keys.press('Enter')
    await tabTo(/^Reset(Resetting…)?$/)
    await keys.press('Enter')
    await password.waitFor()
    expect(await focus()).toBe('Temporary password')
    await tabTo(/^Temporary password$/)
    expect(await page.evaluate(() => getSelection()?.toString())).toBe(await password.textContent())
    await tabTo(/^I have passed it on/)
    await keys.press('Enter')
    expect(await dialog.count()).toBe(0)
    expect(await focus()).toBe('Reset password')
  })
})
