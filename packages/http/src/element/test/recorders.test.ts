import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { describeInBrowser, startBrowser } from './browser.fixture.ts'
import { libraryScript } from './library.fixture.ts'
import type { Site } from './site.fixture.ts'
import { startSite } from './site.fixture.ts'
import { canary, openUser, respondToReset } from './user-page.fixture.ts'

describeInBrowser('a recorder of sessions', () => {
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

  it.each(['from the start', 'while the password is shown'])(
    'has neither the password nor the reason when rrweb records %s',
    async (begin) => {
      const { page, open, reset, password } = await openUser(context, site)
      site.intercept('POST', respondToReset())
      if (begin === 'from the start') await record(page)
      await open.click()
      await page.getByRole('textbox').click()
      await page.keyboard.type('reason-4711')
      await reset.click()
      await password.click()
      if (begin !== 'from the start') await record(page)
      await page.getByRole('button', { name: 'Spell it' }).click()
      await page.getByText('as in Kilo').waitFor()
      const text = await recorded(page)
      // The recorder works, and looks into the shadow tree of the area.
      expect(text).toContain('Force password reset')
      expect(text).not.toContain(canary)
      expect(text).not.toContain('Kilo')
      expect(text).not.toContain('reason-4711')
      // The search finds a password that stands in the page without the marks.
      await page.evaluate(() => {
        const host = document.querySelector('force-password-reset-dialog')
        const drawn = host?.shadowRoot?.querySelector('[part~=password]')
        if (drawn) document.body.append(drawn.cloneNode(true))
      })
      await expect.poll(() => recorded(page)).toContain(canary)
    },
  )

  it('hears no key and no input of the dialogs when it listens on the document', async () => {
    const { page, open, reset } = await openUser(context, site)
    await page.evaluate(() => {
      const heard: string[] = []
      Reflect.set(globalThis, 'typed', heard)
      for (const type of ['keydown', 'input', 'change', 'beforeinput'])
        document.addEventListener(type, () => heard.push(type), true)
    })
    await open.click()
    await page.getByRole('textbox').click()
    await page.keyboard.type('reason-4711')
    await reset.focus()
    expect(await page.evaluate(() => Reflect.get(globalThis, 'typed'))).toEqual([])
  })
})

async function record(page: Page): Promise<void> {
  await page.evaluate(await libraryScript("export { record } from 'rrweb'"))
  await page.evaluate(() => {
    const events: unknown[] = []
    Reflect.set(globalThis, 'recorded', events)
    Reflect.get(globalThis, 'library').record({ emit: (event: unknown) => events.push(event) })
  })
}

/** Every text of the record, in order and in one piece: the password is drawn by characters. */
async function recorded(page: Page): Promise<string> {
  return await page.evaluate(() => {
    const texts: string[] = []
    const visit = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return
      for (const [name, field] of Object.entries(value)) {
        if (typeof field === 'string' && /^(textContent|text|value)$/.test(name)) texts.push(field)
        visit(field)
      }
    }
    visit(Reflect.get(globalThis, 'recorded'))
    return texts.join('')
  })
}
