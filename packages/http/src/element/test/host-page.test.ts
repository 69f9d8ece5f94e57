import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { describeInBrowser, startBrowser } from './browser.fixture.ts'
import { libraryScript } from './library.fixture.ts'
import type { Site } from './site.fixture.ts'
import { held, respondWith, startSite } from './site.fixture.ts'
import type { UserPage } from './user-page.fixture.ts'
import { canary, openUser, respondToReset } from './user-page.fixture.ts'

describeInBrowser('the page around the element', () => {
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

  const loads = (): number => site.requests.filter((request) => request.startsWith('GET')).length

  /** The password can be selected by click and by keyboard, and only the button closes it. */
  const expectUsable = async (user: UserPage, expected = canary): Promise<void> => {
    const { page, password, passedOn, selection } = user
    const dialog = page.locator('dialog.result')
    await password.waitFor()
    expect(await dialog.evaluate((element) => element.matches(':modal'))).toBe(true)
    for (const press of ['Escape', 'Enter', 'k', '/', 'Delete']) await page.keyboard.press(press)
    await page.mouse.click(5, 5)
    expect(await password.count()).toBe(1)
    await password.click()
    expect(await selection()).toBe(expected)
    await page.evaluate(() => getSelection()?.removeAllRanges())
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Tab')
    await password.focus()
    await page.keyboard.press('Control+a')
    expect(await selection()).toBe(expected)
    await passedOn.click()
    expect(await dialog.count()).toBe(0)
  }

  it('hears no key, click or clipboard event of a dialog, in no phase', async () => {
    const { page, open, reset, cancel, password, dialog } = await openUser(context, site)
    await page.evaluate(() => {
      const types = 'keydown keypress keyup input click mousedown pointerdown focusin copy wheel'
      const seen: string[] = []
      Reflect.set(globalThis, 'seen', seen)
      for (const target of [window, document, document.body, document.documentElement])
        for (const capture of [true, false])
          for (const type of types.split(' '))
            target.addEventListener(type, (event) => seen.push(event.type), capture)
    })
    const seen = () => page.evaluate(() => Reflect.get(globalThis, 'seen').splice(0))
    // The page hears its own keys before the dialog opens.
    await open.focus()
    await page.keyboard.press('k')
    expect(await seen()).toContain('keydown')
    await open.click()
    await cancel.waitFor()
    await seen()
    await page.getByRole('textbox').click()
    await page.keyboard.type('gone? j/k')
    expect(await page.getByRole('textbox').inputValue()).toBe('gone? j/k')
    await reset.hover()
    await page.mouse.wheel(0, 50)
    await page.keyboard.press('Escape')
    expect(await dialog.count()).toBe(0)
    // The focus is back in the page: that is all that the page hears, eight times.
    expect([...new Set(await seen())]).toEqual(['focusin'])
    await open.click()
    await seen()
    for (let count = 0; count < 5; count++) await page.keyboard.down('Escape')
    await page.keyboard.up('Escape')
    expect(await dialog.count()).toBe(0)
    expect([...new Set(await seen())]).toEqual(['focusin'])
    await page.keyboard.press('Escape')
    expect(await seen()).toContain('keydown')

    await open.click()
    site.intercept('POST', respondToReset())
    await reset.click()
    await password.click()
    await seen()
    await page.keyboard.press('Control+c')
    await page.keyboard.press('Escape')
    await page.evaluate(() =>
      (document.activeElement?.shadowRoot?.activeElement as HTMLElement | null)?.blur(),
    )
    expect(await page.evaluate(() => document.activeElement === document.body)).toBe(true)
    for (const key of ['Escape', 'Enter', 'k', 'Delete']) await page.keyboard.press(key)
    await page.mouse.click(5, 5)
    expect(await seen()).toEqual([])
    expect(await password.count()).toBe(1)
  })

  it('is heard again by the page once the dialog is closed', async () => {
    const { page, open, cancel } = await openUser(context, site)
    await open.click()
    await cancel.click()
    await page.evaluate(() => {
      document.addEventListener('keydown', ({ key }) => Reflect.set(globalThis, 'pressed', key))
    })
    await page.keyboard.press('q')
    expect(await page.evaluate(() => Reflect.get(globalThis, 'pressed'))).toBe('q')
  })

  it('hears a key come up that it heard go down, also after the dialog has lost it', async () => {
    const { page, open, cancel } = await openUser(context, site)
    await open.click()
    await cancel.waitFor()
    const session = await context.newCDPSession(page)
    const control = { key: 'Control', code: 'ControlLeft', windowsVirtualKeyCode: 17 }
    // With Ctrl held the operator goes to another tab: the key comes up there.
    await session.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...control })
    await cancel.click()
    await page.evaluate(() => {
      const heard: string[] = []
      Reflect.set(globalThis, 'pressed', heard)
      for (const type of ['keydown', 'keyup'])
        document.addEventListener(type, () => heard.push(type))
    })
    await session.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...control })
    await session.send('Input.dispatchKeyEvent', { type: 'keyUp', ...control })
    expect(await page.evaluate(() => Reflect.get(globalThis, 'pressed'))).toEqual([
      'keydown',
      'keyup',
    ])
  })

  it('may open a dialog of its own above, and hears its keys', async () => {
    const user = await openUser(context, site)
    site.intercept('POST', respondToReset())
    await user.confirm()
    await user.password.waitFor()
    await user.page.evaluate(() => {
      const above = document.createElement('dialog')
      const field = document.createElement('input')
      field.id = 'above'
      above.append(field)
      document.body.append(above)
      above.showModal()
      document.addEventListener('keydown', ({ key }) => Reflect.set(globalThis, 'pressed', key))
    })
    await user.page.locator('#above').press('q')
    expect(await user.page.evaluate(() => Reflect.get(globalThis, 'pressed'))).toBe('q')
    await user.page.evaluate(() => document.querySelector('dialog')?.remove())
    await expectUsable(user)
  })

  it('keeps the password from a Bootstrap modal around the element, also at Escape', async () => {
    const user = await openUser(context, site)
    const { page } = user
    await page.evaluate(await libraryScript("export { Modal } from 'bootstrap'"))
    await page.evaluate(() => {
      const modal = document.createElement('div')
      modal.className = 'modal'
      modal.tabIndex = -1
      const content = document.createElement('div')
      content.className = 'modal-dialog'
      content.append(document.querySelector('force-password-reset') ?? '')
      modal.append(content)
      document.body.append(modal)
      const { Modal } = Reflect.get(globalThis, 'library')
      new Modal(modal).show()
    })
    site.intercept('POST', respondToReset())
    await user.open.click()
    await page.getByRole('textbox').click()
    await page.keyboard.type('a ticket')
    expect(await page.getByRole('textbox').inputValue()).toBe('a ticket')
    await page.keyboard.press('Escape')
    expect(await page.locator('.modal').getAttribute('aria-modal')).toBe('true')
    await user.confirm()
    await expectUsable(user)
    expect(await page.locator('.modal').getAttribute('aria-modal')).toBe('true')
  })

  it('keeps the password when a modal dialog around the element closes', async () => {
    const user = await openUser(context, site)
    await user.page.evaluate(() => {
      const around = document.createElement('dialog')
      around.append(document.querySelector('force-password-reset') ?? '')
      document.body.append(around)
      around.showModal()
      document.addEventListener('force-reset-applied', () => around.close())
    })
    site.intercept('POST', respondToReset())
    await user.confirm()
    await expectUsable(user)
  })

  it('keeps the password and every click from a focus trap around the element', async () => {
    const user = await openUser(context, site)
    await user.page.evaluate(await libraryScript("export { createFocusTrap } from 'focus-trap'"))
    await user.page.evaluate(() => {
      const { createFocusTrap } = Reflect.get(globalThis, 'library')
      createFocusTrap('main', { fallbackFocus: 'main' }).activate()
    })
    site.intercept('POST', respondToReset())
    await user.confirm()
    await expectUsable(user)
  })

  it.each([
    ['sorted by insertBefore', 'list.insertBefore(list.lastElementChild, list.firstElementChild)'],
    ['sorted by moveBefore', 'list.moveBefore(list.lastElementChild, list.firstElementChild)'],
  ])('loads and draws nothing again when its list is %s', async (_, sort) => {
    const user = await openUser(context, site)
    const { page } = user
    await asList(page)
    await user.open.focus()
    const area = await page.locator('section').elementHandle()
    const before = loads()
    await page.evaluate(`{ const list = document.querySelector('ul'); ${sort} }`)
    await page.evaluate(`{ const list = document.querySelector('ul'); ${sort} }`)
    expect(await area?.evaluate((element) => element.isConnected)).toBe(true)
    await user.open.click()
    await page.getByRole('textbox').fill('INC-4711')
    await page.evaluate(`{ const list = document.querySelector('ul'); ${sort} }`)
    expect(await page.getByRole('textbox').inputValue()).toBe('INC-4711')
    expect(loads()).toBe(before)
    site.intercept('POST', respondToReset())
    await user.reset.click()
    await user.password.waitFor()
    await page.evaluate(`{ const list = document.querySelector('ul'); ${sort} }`)
    await expectUsable(user)
  })

  it.each([
    ['is drawn again', 'list.innerHTML = html'],
    ['loses the row', 'list.firstElementChild.remove()'],
    ['goes away with everything else', 'document.body.replaceWith(document.createElement("body"))'],
    ['goes away with the host of the dialog', 'document.documentElement.replaceChildren()'],
  ])('keeps the password when a list %s on force-reset-applied', async (_, refresh) => {
    const user = await openUser(context, site)
    const { page } = user
    await asList(page)
    await page.evaluate(`{
      const policy = trustedTypes.createPolicy('page', { createHTML: (text) => text })
      const list = document.querySelector('ul')
      const html = policy.createHTML(list.innerHTML)
      document.addEventListener('force-reset-applied', () => { ${refresh} })
    }`)
    site.intercept('POST', respondToReset())
    await user.confirm()
    await expectUsable(user)
    expect((await user.heard()).map(({ name }) => name)).toEqual([
      'force-reset-applied',
      'force-reset-closed',
    ])
  })

  it('tells the element that took the place of the first, and gives it the focus', async () => {
    const user = await openUser(context, site)
    const { page, open } = user
    await page.evaluate(() => {
      const first = document.querySelector('force-password-reset')
      document.addEventListener('force-reset-applied', () => first?.replaceWith(first.cloneNode()))
    })
    await user.confirm()
    await user.passedOn.click()
    await page.getByRole('status').getByText('The password cannot be shown again.').waitFor()
    expect(await open.evaluate((element) => element.matches(':focus'))).toBe(true)
    await page.locator('section:not([data-loading])').waitFor()
    await user.confirm()
    await user.passedOn.waitFor()
    expect(site.store.writes).toBe(2)
  })

  it('tells no element of an account with the same id behind another handler', async () => {
    const user = await openUser(context, site)
    const { page } = user
    await page.evaluate(() => {
      for (const base of ['/api', '/elsewhere']) {
        const other = document.createElement('force-password-reset')
        other.setAttribute('user-id', '42')
        other.setAttribute('base', base)
        other.id = base.slice(1)
        document.body.append(other)
      }
    })
    await user.open.first().click()
    await user.reset.click()
    await user.passedOn.click()
    await page.locator('#api').getByText('The password cannot be shown again.').waitFor()
    expect(await page.locator('#elsewhere [role=status]').textContent()).toBe('')
  })

  it('keeps the confirmation and the request of an element that is taken out', async () => {
    const user = await openUser(context, site)
    const { page, dialog } = user
    await user.open.click()
    await page.evaluate(() => document.querySelector('force-password-reset')?.remove())
    expect(await dialog.innerText()).toContain('Kim Lee')
    const pending = held()
    site.intercept('POST', pending.interception)
    await user.reset.click()
    await pending.asked
    pending.respond(respondToReset())
    await expectUsable(user)
  })

  it('hears of a failure on the document when the element was taken out', async () => {
    const user = await openUser(context, site)
    await user.open.click()
    await user.page.evaluate(() => document.querySelector('force-password-reset')?.remove())
    site.intercept('POST', respondWith(409, { code: 'conflict', detail: 'x' }))
    await user.reset.click()
    await user.page.getByRole('button', { name: 'Look again' }).click()
    expect(await user.dialog.count()).toBe(0)
    expect((await user.heard()).map(({ name }) => name)).toEqual(['force-reset-failed'])
    expect(loads()).toBe(1)
  })

  it('may render with React twice a second: nothing is loaded or drawn again', async () => {
    const user = await openUser(context, site)
    const { page } = user
    await page.evaluate(await libraryScript(reactPage))
    await page.evaluate(() => {
      document.querySelector('force-password-reset')?.remove()
      Reflect.get(globalThis, 'library').mount(document.querySelector('main'))
    })
    const render = () => page.evaluate(() => Reflect.get(globalThis, 'library').render())
    await page.locator('section:not([data-loading])').waitFor()
    const before = loads()
    await page.evaluate(() => {
      const seen: string[] = []
      const root = document.querySelector('force-password-reset')?.shadowRoot
      if (root)
        new MutationObserver((records) => {
          seen.push(...records.filter(({ type }) => type === 'childList').map(({ type }) => type))
        }).observe(root, { subtree: true, childList: true })
      Reflect.set(globalThis, 'drawn', seen)
    })
    for (let count = 0; count < 5; count++) await render()
    expect(await page.evaluate(() => Reflect.get(globalThis, 'drawn'))).toEqual([])
    // A click whose press and release lie before and after a render.
    const box = await user.open.boundingBox()
    await page.mouse.move((box?.x ?? 0) + 10, (box?.y ?? 0) + 10)
    await page.mouse.down()
    await render()
    await page.mouse.up()
    await page.getByRole('textbox').fill('INC-4711')
    await render()
    expect(await page.getByRole('textbox').inputValue()).toBe('INC-4711')
    site.intercept('POST', respondToReset())
    await user.reset.click()
    await user.password.waitFor()
    await render()
    expect(loads()).toBe(before)
    expect(site.lastHeader('x-render')).toBe('8')
    await expectUsable(user)
  })

  it.each(['62.5%', '100%', '24px'])(
    'may set html to a font size of %s, and the text keeps the size of the reader',
    async (size) => {
      const user = await openUser(context, site)
      const { page } = user
      await page.evaluate((value) => {
        document.documentElement.style.fontSize = value
      }, size)
      const sizeOf = (selector: string) =>
        page.locator(selector).evaluate((element) => getComputedStyle(element).fontSize)
      expect(await sizeOf('section')).toBe('14px')
      await user.open.click()
      expect(await sizeOf('.confirmation')).toBe('14px')
      expect(await sizeOf('.dialog-heading')).toMatch(/^18\.?/)
    },
  )

  it('cannot change how the password is written', async () => {
    const user = await openUser(context, site)
    const { page, password } = user
    await page.evaluate(() => {
      const sheet = new CSSStyleSheet()
      sheet.replaceSync(`html, body {
        text-transform: uppercase; font-variant: small-caps; letter-spacing: 1em; cursor: none;
        -webkit-text-security: disc; user-select: none; white-space: pre; text-indent: 50px;
      }`)
      document.adoptedStyleSheets.push(sheet)
      document.addEventListener('copy', (event) => {
        event.clipboardData?.setData('text/plain', 'changed by the page')
        event.preventDefault()
      })
      document.addEventListener('selectstart', (event) => event.preventDefault(), true)
    })
    site.intercept('POST', respondToReset())
    await user.confirm()
    await password.click()
    expect(await user.selection()).toBe(canary)
    expect(
      await password.evaluate((element) => {
        const { textTransform, fontVariantCaps, letterSpacing, cursor } = getComputedStyle(element)
        return { textTransform, fontVariantCaps, letterSpacing, cursor }
      }),
    ).toEqual({
      textTransform: 'none',
      fontVariantCaps: 'normal',
      letterSpacing: 'normal',
      cursor: 'pointer',
    })
    await page.keyboard.press('Control+c')
    await user.passedOn.click()
    await user.open.click()
    await page.getByRole('textbox').focus()
    await page.keyboard.press('Control+v')
    expect(await page.getByRole('textbox').inputValue()).toBe(canary)
  })

  it('sets sizes, colours, font and direction of the dialogs on the element', async () => {
    const user = await openUser(context, site)
    const { page } = user
    await page.evaluate(() => {
      const main = document.querySelector('main')
      const element = document.querySelector('force-password-reset')
      if (!main || !element) return
      main.dir = 'rtl'
      main.lang = 'ar'
      main.style.fontFamily = 'serif'
      main.style.colorScheme = 'dark'
      element.style.setProperty('--force-reset-size', '20px')
      element.style.setProperty('--force-reset-text', 'rgb(1, 2, 3)')
    })
    await user.open.click()
    expect(
      await user.dialog.evaluate((element) => {
        const { fontSize, color, fontFamily, colorScheme, direction } = getComputedStyle(element)
        const lang = element.matches(':lang(ar)')
        return { fontSize, color, fontFamily, colorScheme, direction, lang }
      }),
    ).toEqual({
      fontSize: '17.5px',
      color: 'rgb(1, 2, 3)',
      fontFamily: 'serif',
      colorScheme: 'dark',
      direction: 'rtl',
      lang: true,
    })
  })
})

/** The element in the first of two rows of a list. */
async function asList(page: Page): Promise<void> {
  await page.evaluate(() => {
    const list = document.createElement('ul')
    const rows = ['first', 'second'].map(() => document.createElement('li'))
    list.append(...rows)
    const element = document.querySelector('force-password-reset')
    element?.parentElement?.append(list)
    if (element) rows[0]?.append(element)
  })
  await page.locator('section:not([data-loading])').waitFor()
}

const reactPage = `
  import { createElement } from 'react'
  import { createRoot } from 'react-dom/client'
  import { flushSync } from 'react-dom'
  let root
  let count = 0
  const page = () => {
    const mine = ++count
    return createElement('force-password-reset', {
      base: '/api',
      'user-id': '42',
      strings: { openConfirmation: 'Reset password', afterReset: (at) => at },
      fetch: (input, init) =>
        fetch(input, { ...init, headers: { ...init.headers, 'x-render': mine } }),
    })
  }
  export const render = () => flushSync(() => root.render(page()))
  export const mount = (place) => { root = createRoot(place); render() }
`
