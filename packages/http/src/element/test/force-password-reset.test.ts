import { fileURLToPath } from 'node:url'
import { brotliCompressSync } from 'node:zlib'
import { build } from 'esbuild'
import type { BrowserContext } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { elementText } from '../../scripts/element-text.ts'
import { elementVerificationText } from '../../scripts/element-verification-text.ts'
import { english, ForcePasswordReset } from '../index.ts'
import { describeInBrowser, startBrowser } from './browser.fixture.ts'
import type { Site } from './site.fixture.ts'
import { respondWith, startSite } from './site.fixture.ts'
import { openUser } from './user-page.fixture.ts'

describe('the module of the element', () => {
  it('can be imported where there is no DOM', () => {
    expect(ForcePasswordReset.observedAttributes).toEqual(['base', 'user-id'])
    expect(english.areaHeading).toBe('Force password reset')
  })
})

describe('the script of the element', () => {
  it('is at most 15,193 bytes in brotli', async () => {
    expect(brotliCompressSync(await elementText()).length).toBeLessThanOrEqual(15_193)
  })

  it('loads the step that identifies the caller only when it is needed', async () => {
    expect(await elementText()).toContain('import("./element-verification.js")')
    expect(await elementText()).not.toContain('Who is asking?')
    const step = await elementVerificationText()
    expect(step).toContain('Who is asking?')
    expect(brotliCompressSync(step).length).toBeLessThanOrEqual(9_990)
  })

  it('takes a function and a sentence of core, and nothing else', async () => {
    const { metafile } = await build({
      entryPoints: [fileURLToPath(new URL('../index.ts', import.meta.url))],
      bundle: true,
      minify: true,
      // A script of its own.
      external: ['*/verification-step.ts'],
      write: false,
      metafile: true,
      format: 'esm',
      conditions: ['@force-reset/source'],
    })
    const bytesOfCore = Object.values(metafile.outputs)
      .flatMap(({ inputs }) => Object.entries(inputs))
      .filter(([file]) => file.includes('packages/core/'))
      .reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0)
    expect(bytesOfCore).toBeGreaterThan(0)
    expect(bytesOfCore).toBeLessThanOrEqual(300)
  })
})

describeInBrowser('the area', () => {
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

  it('says why an account cannot be reset, and its button is off with that reason', async () => {
    const { open, dialog } = await openUser(context, site, 'suspended')
    expect(await open.getAttribute('aria-disabled')).toBe('true')
    const described = await open.evaluate((element) => {
      const root = element.getRootNode() as ShadowRoot
      return root.getElementById(element.getAttribute('aria-describedby') ?? '')?.textContent
    })
    expect(described).toBe(
      'This account is suspended. A reset would not open it. Ask an administrator.',
    )
    await open.click({ force: true })
    await open.press('Enter')
    expect(await dialog.count()).toBe(0)
  })

  it('writes out what would turn or hide a name, in both dialogs', async () => {
    const { open, reset, dialog, password } = await openUser(context, site, 'turned')
    await open.click()
    expect(await dialog.innerText()).toContain(String.raw`Ann\u{202e} (nimda)\u{200b}`)
    expect(await dialog.innerText()).not.toMatch(/[\u202E\u200B]/)
    expect(await dialog.locator('bdi').count()).toBe(6)
    await reset.click()
    await password.waitFor()
    expect(await dialog.innerText()).toContain(String.raw`ann\u{202e}noel`)
    expect(await dialog.innerText()).not.toMatch(/[\u202E\u200B]/)
  })

  it('tells two people of one name apart, where the site chose facts', async () => {
    const { open, dialog } = await openUser(context, site, 'turned')
    await open.click()
    const rows = async () =>
      (await dialog.locator('[part=identity] .row').allInnerTexts()).map((row) =>
        row.replace(/\s*\n\s*/, ': '),
      )
    expect((await rows()).slice(3)).toEqual([
      String.raw`Place: Berlin\u{202e} / Ward 3B`,
      String.raw`Employee\u{200b} number: <b>\u{202e}1174</b>`,
      'Department: Nursing',
    ])
    const other = await openUser(context, site, '42')
    await other.open.click()
    expect(await other.dialog.locator('[part=identity] .row').count()).toBe(3)
  })

  it('says that the page is not encrypted', async () => {
    site.intercept('GET', (_request, response) => {
      const user = { id: '42', username: 'kim', status: 'active', privileged: false, version: '1' }
      response
        .writeHead(200)
        .end(
          JSON.stringify({ user, reset: { allowed: true, survives: [] }, insecureTransport: true }),
        )
    })
    const { page, open } = await openUser(context, site)
    expect(await page.getByText('The connection to this page is not encrypted.').count()).toBe(1)
    await open.click()
    expect(
      await page
        .getByRole('dialog')
        .getByText('The connection to this page is not encrypted.')
        .count(),
    ).toBe(1)
  })

  it.each([
    [
      'nobody is signed in',
      respondWith(401, { code: 'unauthenticated', detail: 'x' }),
      'You are no longer signed in.',
    ],
    [
      'there is no such account',
      respondWith(404, { code: 'user_not_found', detail: 'There is no such account.' }),
      'There is no such account.',
    ],
    ['no response comes', (_request, response) => void response.destroy(), 'no answer came'],
    [
      'something else responds',
      (_request, response) => void response.end('<p>Hello</p>'),
      'the answer was not understood',
    ],
  ] satisfies (readonly [string, Parameters<Site['intercept']>[1], string])[])(
    'says so when %s, and loads again on demand',
    async (_, fault, words) => {
      for (let attempt = 0; attempt < 8; attempt++) site.intercept('GET', fault)
      const { page, open } = await openUser(context, site)
      await page.getByText(words).waitFor()
      expect(await open.getAttribute('aria-disabled')).toBe('true')
      const again = page.getByRole('button', { name: 'Load the account again' })
      // As often as it takes: a browser repeats by itself what a broken connection has swallowed.
      while ((await open.getAttribute('aria-disabled')) !== null) {
        if ((await again.count()) > 0) await again.click()
        await page.locator('section:not([data-loading])').waitFor()
      }
    },
  )

  it('follows its attributes, and asks once when several change', async () => {
    const { page, open, dialog } = await openUser(context, site)
    await open.click()
    await page.evaluate(() => {
      const element = document.querySelector('force-password-reset')
      element?.setAttribute('base', '/api/')
      element?.setAttribute('user-id', 'a/b')
      element?.setAttribute('user-id', 'suspended')
    })
    await page.getByText('This account is suspended.').waitFor()
    expect(await dialog.count()).toBe(0)
    expect(site.requests).toEqual(['GET /api/users/42', 'GET /api/users/suspended'])
  })

  it('keeps the result of one user when the page turns to another', async () => {
    const { page, confirm, dialog, passedOn, open, heard } = await openUser(context, site)
    await confirm()
    await passedOn.waitFor()
    await page.evaluate(() =>
      document.querySelector('force-password-reset')?.setAttribute('user-id', 'suspended'),
    )
    await page.getByText('This account is suspended.').waitFor()
    expect(await dialog.innerText()).toContain('Kim Lee')
    await passedOn.click()
    expect(await heard()).toContainEqual({ name: 'force-reset-closed', detail: { userId: '42' } })
    expect(await open.getAttribute('aria-disabled')).toBe('true')
    expect(await page.getByText('The password cannot be shown again.').count()).toBe(0)
  })

  it('keeps an id in its place in the address, whatever it holds', async () => {
    const { page } = await openUser(context, site)
    await page.evaluate(() =>
      document.querySelector('force-password-reset')?.setAttribute('user-id', 'ou=x/../y?z#ü'),
    )
    await page.getByText('There is no such account.').waitFor()
    expect(site.requests.at(-1)).toBe('GET /api/users/ou%3Dx%2F..%2Fy%3Fz%23%C3%BC')
  })

  it('sends its requests through the function that the page gives it', async () => {
    const { page, confirm, password } = await openUser(context, site)
    await page.evaluate(() => {
      const element = document.querySelector('force-password-reset')
      if (element)
        element.fetch = (input, init) =>
          fetch(input, {
            ...init,
            headers: { ...init?.headers, authorization: 'Bearer of-the-page' },
          })
    })
    await expect.poll(() => site.lastHeader('authorization')).toBe('Bearer of-the-page')
    await confirm()
    await password.waitFor()
    expect(site.requests.at(-1)).toBe('POST /api/users/42/force-reset')
    expect(site.lastHeader('authorization')).toBe('Bearer of-the-page')
  })

  it('shows the words that the page gives it, and English for the rest', async () => {
    const { page } = await openUser(context, site)
    await page.evaluate(() => {
      const element = document.querySelector('force-password-reset')
      if (element)
        element.strings = {
          openConfirmation: 'Passwort zurücksetzen',
          confirmHeading: (name) => `Passwort von ${name} zurücksetzen?`,
          locale: 'de',
        }
    })
    await page.getByRole('button', { name: 'Passwort zurücksetzen' }).click()
    const dialog = page.getByRole('dialog', {
      name: 'Passwort von \u2068Kim Lee\u2069 zurücksetzen?',
    })
    expect(await dialog.count()).toBe(1)
    expect(await page.getByRole('button', { name: 'Cancel' }).count()).toBe(1)
  })

  it.each([
    ['has no words for it', 'undefined'],
    ['fails', '{ throw new Error("no such message") }'],
  ])('says in English what went wrong where the function of the page %s', async (_, body) => {
    const { page, confirm, heard } = await openUser(context, site)
    await page.evaluate(
      `document.querySelector('force-password-reset').strings = { trouble: () => ${body} }`,
    )
    site.intercept(
      'POST',
      (_request, response) => void response.writeHead(502).end('<p>Bad gateway</p>'),
    )
    await confirm()
    await page.getByText('was changed. Ask the caller to wait.').waitFor()
    expect((await heard()).map(({ name }) => name)).toContain('force-reset-failed')
  })

  it('speaks another language at once, also in a refusal and in the notice', async () => {
    const { page, confirm, passedOn } = await openUser(context, site)
    await confirm()
    await passedOn.click()
    await page.getByText('The password cannot be shown again.').waitFor()
    site.intercept('GET', respondWith(403, { code: 'forbidden', detail: 'x' }))
    await page.evaluate(() => document.querySelector('force-password-reset')?.reload())
    await page.getByText('You may not do this.').waitFor()
    await page.evaluate(() => {
      const element = document.querySelector('force-password-reset')
      if (element)
        element.strings = {
          failures: { forbidden: 'Das dürfen Sie nicht.' },
          afterReset: () => 'Ein Passwort wurde gesetzt.',
        }
    })
    expect(await page.locator('section').innerText()).toContain('Das dürfen Sie nicht.')
    expect(await page.getByRole('status').innerText()).toBe('Ein Passwort wurde gesetzt.')
  })

  it.each(['null', 'undefined'])(
    'takes its properties back as %s, as a framework does',
    async (none) => {
      const { page, open } = await openUser(context, site)
      await page.evaluate(`{
      const element = document.querySelector('force-password-reset')
      element.strings = { openConfirmation: 'Zurücksetzen' }
      element.fetch = () => Promise.reject(new Error('of the page'))
      element.strings = ${none}
      element.fetch = ${none}
      element.reload()
    }`)
      await page.locator('section:not([data-loading])').waitFor()
      expect(await open.getAttribute('aria-disabled')).toBeNull()
      await page.close()
    },
  )

  it('takes properties that were set before it was defined', async () => {
    const { page } = await openUser(context, site)
    await page.evaluate(() => {
      const early = document
        .createElement('div')
        .appendChild(document.createElement('force-password-reset-early'))
      Object.assign(early, { strings: { areaHeading: 'Early' } })
      const Defined = customElements.get('force-password-reset')
      if (Defined) customElements.define('force-password-reset-early', class extends Defined {})
      document.body.append(early)
    })
    await page.getByRole('heading', { name: 'Early' }).waitFor()
  })

  it('may be loaded twice', async () => {
    const { page, heard } = await openUser(context, site)
    const failed: string[] = []
    page.on('pageerror', (error) => failed.push(error.name))
    await page.evaluate("import('/api/element.js?again')")
    expect(failed).toEqual([])
    expect(await heard()).toEqual([])
  })
})
