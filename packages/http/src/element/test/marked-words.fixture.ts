import type { Page } from 'playwright-core'
import type { WireParameters } from '../../wire/wire-fields.ts'

/** A refusal as the server sends it. */
export interface SentRefusal {
  readonly code: string
  readonly detail: string
  readonly parameters?: WireParameters | undefined
}

/** Every text and label of the three places that show a refusal. */
export interface ShownRefusal {
  /** The area, for an account that cannot be reset. */
  readonly preview: string
  /** The area, for an account that could not be loaded. */
  readonly area: string
  readonly confirmation: string
  /** The area after the page was left while the reset was under way, and shown again by Back. */
  readonly notice: string
}

/** Puts every word of the element between `⟦` and `⟧`, the results of functions included. */
export async function markWords(page: Page): Promise<void> {
  await page.evaluate(() => {
    const mark = (value: unknown): unknown => {
      if (typeof value === 'string') return `⟦${value}⟧`
      if (typeof value === 'function') return (...given: unknown[]) => mark(value(...given))
      return Object.fromEntries(
        Object.entries(Object(value)).map(([name, one]) => [name, mark(one)]),
      )
    }
    const element = document.querySelector('force-password-reset')
    if (element)
      Object.assign(element, { strings: { ...Object(mark(element.strings)), locale: 'en-GB' } })
  })
}

/** Has the element show a refusal in every place. The server's part is played inside the page. */
export async function showRefusal(page: Page, refusal: SentRefusal): Promise<ShownRefusal> {
  return await page.evaluate(async (sent) => {
    const element = document.querySelector('force-password-reset')
    const root = element?.shadowRoot
    if (!element || !root) throw new Error('There is no element.')
    const user = {
      id: '42',
      username: 'kim.lee',
      displayName: 'Kim Lee',
      email: 'kim.lee@example.com',
      version: '1',
    }
    const json = (status: number, body: unknown) =>
      new Response(JSON.stringify(body), {
        status,
        headers: { 'retry-after': '300', 'content-type': 'application/json' },
      })
    const allowed = () => json(200, { user, reset: { allowed: true, survives: ['crystals'] } })
    const until = async (isSo: () => boolean) => {
      while (!isSo()) await new Promise((resolve) => requestAnimationFrame(resolve))
    }
    const press = (part: string) => {
      const at = `[part~="${part}"]`
      const button = (dialogs() ?? root).querySelector<HTMLElement>(at)
      button?.click()
    }
    const dialogs = () => document.querySelector('force-password-reset-dialog')?.shadowRoot
    const shown = (place: Element | null | undefined) => {
      const labels = [...(place?.querySelectorAll('*') ?? [])].flatMap((one) =>
        ['aria-label', 'title', 'placeholder', 'alt'].map((name) => one.getAttribute(name) ?? ''),
      )
      return [place?.textContent ?? '', ...labels].join(' ')
    }
    const load = async (response: () => Response) => {
      element.fetch = async () => response()
      element.reload()
      await until(() => root.querySelector('section:not([data-loading])') !== null)
    }

    await load(() => json(200, { user, reset: { allowed: false, ...sent } }))
    const preview = shown(root.querySelector('section'))
    await load(() => json(400, sent))
    const area = shown(root.querySelector('section'))

    await load(allowed)
    press('reset')
    element.fetch = async (_, init) => (init?.method === 'POST' ? json(400, sent) : allowed())
    press('confirm')
    await until(() => (dialogs()?.querySelector('.message')?.textContent ?? '') !== '')
    const confirmation = shown(dialogs()?.querySelector('dialog'))
    press('cancel')

    await load(allowed)
    press('reset')
    let respond = (): void => undefined
    element.fetch = (_, init) =>
      init?.method !== 'POST'
        ? Promise.resolve(allowed())
        : new Promise((resolve) => {
            respond = () => resolve(json(400, sent))
          })
    press('confirm')
    dispatchEvent(new PageTransitionEvent('pagehide'))
    const before = root.querySelector('.notice')?.textContent
    respond()
    if (sent.code !== 'outcome_unknown')
      await until(() => root.querySelector('.notice')?.textContent !== before)
    return { preview, area, confirmation, notice: shown(root.querySelector('section')) }
  }, refusal)
}

/** The letters that stand outside of the marks, without the names of the user. */
export function unmarked(text: string): string {
  let rest = text
  for (let before = ''; before !== rest; ) {
    before = rest
    rest = rest.replace(/⟦[^⟦⟧]*⟧/gu, ' ')
  }
  for (const name of ['kim.lee@example.com', 'kim.lee', 'Kim Lee', 'crystals'])
    rest = rest.replaceAll(name, ' ')
  return rest.replace(/\s+/gu, ' ').trim()
}
