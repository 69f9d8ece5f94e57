import { join } from 'node:path'
import { describeWithServer } from '@force-reset/testing/vitest'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { sampleDirectories } from '../demo/sample-directories.ts'
import { describeInChromium, startChromium } from './chromium.fixture.ts'
import { detailsOn, signInOperator } from './console-page.fixture.ts'
import { type DirectorySite, startDirectorySite } from './directory-site.fixture.ts'

/** A folder: then the pictures of the guides are taken there. */
const pictures = process.env['CONSOLE_SCREENSHOTS']

/** Those that the manual shows. */
const shown = ['console-ad-result', 'console-ad-refused-dark', 'console-openldap-users-dark']

async function take(page: Page, name: string): Promise<void> {
  if (!pictures) return
  for (const colorScheme of ['light', 'dark'] as const) {
    const picture = `${name}${colorScheme === 'dark' ? '-dark' : ''}`
    if (!shown.includes(picture)) continue
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.screenshot({ path: join(pictures, `${picture}.png`), caret: 'hide' })
  }
}

for (const name of ['openldap', 'ad'] as const)
  describeWithServer(sampleDirectories[name].needs, sampleDirectories[name].title, () => {
    describeInChromium('a reset in the browser', () => {
      let site: DirectorySite
      let context: BrowserContext
      beforeAll(async () => {
        site = await startDirectorySite(sampleDirectories[name])
        context = await startChromium()
      })
      afterAll(async () => {
        await context?.close()
        await site?.[Symbol.asyncDispose]()
      })

      it('goes from the search to a temporary password, and says what survives', async () => {
        const { server } = site
        const { dn, username, password: old, displayName = '' } = server.user('active')
        const page = await context.newPage()
        await page.goto(`${site.origin}/console/sign-in`)
        expect(await page.getByText('Sign in as a user instead').count()).toBe(0)
        await signInOperator(page, site)
        await take(page, `console-${name}-users`)
        await page.getByRole('searchbox').pressSequentially(username.slice(0, 6))
        await page.getByText('1 user', { exact: true }).first().waitFor()
        const beginningsOnly = page.getByText('Each word of a search has to begin')
        expect(await page.getByLabel('Search by first letters').count()).toBe(name === 'ad' ? 1 : 0)
        await page.goto(`${site.origin}/console/users?search=${username.slice(1)}-and-nobody`)
        expect(await beginningsOnly.count()).toBe(name === 'ad' ? 1 : 0)
        await page.goto(`${site.origin}/console/users?search=${username.slice(0, 6)}`)
        await page.getByRole('link', { name: username }).click()
        await page.getByRole('heading', { name: displayName }).waitFor()
        const { resetPassword, dialog, passedOn } = await detailsOn(page)
        const temporary = await resetPassword()
        await take(page, `console-${name}-result`)
        expect(await dialog.innerText()).toContain('may stay signed in (sessions)')
        await dialog.getByRole('button', { name: 'What goes on after the reset' }).click()
        const words = await dialog.innerText()
        expect(words).toContain('Must choose a new password')
        expect(words).toContain('take the old password for a time (caches)')
        expect(words.includes('often for 10 hours (Kerberos tickets)')).toBe(name === 'ad')
        expect(await server.canSignIn(dn, old)).toBe('refused')
        expect(await server.canSignIn(dn, temporary)).toBe('must_change')
        await passedOn.click()
        await page.goto(`${site.origin}/console/audit`)
        expect(
          await page.getByRole('row').filter({ hasText: 'Password reset' }).innerText(),
        ).toContain(username)
      })

      it('says why an account cannot be made to choose a new password', async () => {
        const page = await context.newPage()
        await signInOperator(page, site)
        await page.goto(
          `${site.origin}/console/users?search=${site.server.user('neverExpires').username}`,
        )
        await page.getByRole('link', { name: site.server.user('neverExpires').username }).click()
        const { open } = await detailsOn(page)
        expect(await open.getAttribute('aria-disabled')).toBe('true')
        expect(await page.locator('.area').innerText()).toMatch(
          name === 'ad' ? /never expires/ : /Tell an administrator: policy_without_must_change/,
        )
        await take(page, `console-${name}-refused`)
      })
    })
  })
