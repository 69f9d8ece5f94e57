import { visibleText } from '@force-reset/core'
import type { Fields } from '../client/json-fields.ts'
import { fieldsOf, isText, listOf } from '../client/json-fields.ts'
import { styleSheet } from '../dialogs/styles.ts'
import { isolated, node } from '../parts/node.ts'
import { clockIn } from '../words/moment.ts'
import { become } from './become.ts'
import { alertPlace, place, pressButton } from './controls.ts'
import { verificationSheet } from './styles.ts'
import type { VouchStrings } from './vouch-strings.ts'
import { englishVouch } from './vouch-strings.ts'

/** Without a DOM, such as in Node, the module can be imported, but no element can be made. */
const ElementBase = globalThis.HTMLElement ?? (class {} as typeof HTMLElement)

const browserFetch: typeof globalThis.fetch = (...request) => globalThis.fetch(...request)

/** How long a request may take, in milliseconds. */
const limitMs = 30_000

/** Somebody asks the person to vouch. */
interface Asked {
  readonly id: string
  readonly operator: string
  readonly person: string
  readonly place: string | undefined
  readonly at: Date
}

/** A code that is shown. */
interface Shown {
  readonly code: string
  readonly until: Date
}

type Failure = 'mayNotVouch' | 'tooLate' | 'signedOut' | 'tooOften' | 'failed'

/**
 * The page of somebody who vouches: the element `<force-reset-vouch>`. Whoever is signed in sees
 * which operator asks, since when and for whom, and shows the code that the operator types.
 *
 * Attribute: `base` (where the handler is mounted).
 *
 * @example
 * const element = document.createElement('force-reset-vouch')
 * element.setAttribute('base', '/admin/api')
 */
export class ForceResetVouch extends ElementBase {
  static readonly observedAttributes: readonly string[] = ['base']

  readonly #root = this.attachShadow({ mode: 'open' })
  #fetch = browserFetch
  #strings = englishVouch
  #drawn: HTMLElement | undefined
  #asked: readonly Asked[] | undefined
  /** The codes that are shown, by the id of the question. Leaving the page forgets them. */
  #shown = new Map<string, Shown>()
  #busy: string | undefined
  #failure: Failure | undefined

  /** Sends the requests: replace the function to add a header. Default: the browser's own. */
  get fetch(): typeof globalThis.fetch {
    return this.#fetch
  }

  set fetch(value: typeof globalThis.fetch | null | undefined) {
    this.#fetch = value ?? browserFetch
  }

  /** The words that are shown. English stands in for those that a page does not set. */
  get strings(): VouchStrings {
    return this.#strings
  }

  set strings(value: Partial<VouchStrings> | null | undefined) {
    this.#strings = { ...englishVouch, ...value }
    this.#draw()
  }

  /** Asks again who asks. */
  reload(): void {
    if (this.isConnected) void this.#load()
  }

  connectedCallback(): void {
    this.#root.adoptedStyleSheets = [styleSheet(), verificationSheet()]
    addEventListener('pagehide', this.#forget)
    this.#draw()
    void this.#load()
  }

  disconnectedCallback(): void {
    removeEventListener('pagehide', this.#forget)
    this.#forget()
  }

  attributeChangedCallback(): void {
    this.reload()
  }

  /** The browser may keep the page alive for Back: a code must not come back. */
  readonly #forget = (): void => {
    this.#shown.clear()
    this.#draw()
  }

  async #load(): Promise<void> {
    this.#busy = 'load'
    this.#failure = undefined
    this.#draw()
    const json = await this.#post('vouches', {})
    this.#busy = undefined
    if (json) this.#asked = listOf(json['vouches']).flatMap(readAsked)
    this.#draw()
    this.#root.querySelector<HTMLElement>('#vouch-heading')?.focus({ preventScroll: true })
  }

  async #show({ id }: Asked): Promise<void> {
    if (this.#busy !== undefined) return
    this.#busy = id
    this.#failure = undefined
    this.#draw()
    const json = await this.#post('vouch', { verificationId: id })
    this.#busy = undefined
    const shown = json && readShown(json)
    if (shown) this.#shown.set(id, shown)
    this.#draw()
  }

  /** The JSON of a response; `undefined` after a failure, which is noted. */
  async #post(path: string, body: object): Promise<Fields | undefined> {
    try {
      const base = (this.getAttribute('base') ?? '').replace(/\/+$/, '')
      const response = await this.#fetch(`${base}/${path}`, {
        method: 'POST',
        headers: { accept: 'application/json', 'content-type': 'application/json' },
        body: JSON.stringify(body),
        cache: 'no-store',
        redirect: 'manual',
        credentials: 'same-origin',
        signal: AbortSignal.timeout(limitMs),
      })
      const json = fieldsOf(await response.json().catch(() => undefined))
      if (response.ok) return json
      this.#failure = failureOf(response, json)
    } catch {
      this.#failure = 'failed'
    }
    return undefined
  }

  #draw(): void {
    let next: HTMLElement
    try {
      next = this.#tree(this.#strings)
    } catch {
      // A function of the page failed, or `locale` is not a language.
      next = this.#tree(englishVouch)
    }
    if (this.#drawn) become(this.#drawn, next)
    else this.#root.append(next)
    this.#drawn ??= next
  }

  #tree(words: VouchStrings): HTMLElement {
    const asked = this.#asked
    const lead = asked === undefined ? words.loading : asked.length === 0 ? words.nobodyAsks : ''
    return node(
      'section',
      { part: 'area', 'aria-labelledby': 'vouch-heading' },
      node('h2', { id: 'vouch-heading', part: 'heading', tabindex: '-1' }, words.heading),
      node(
        'div',
        { part: 'body' },
        place(...(asked ?? []).map((one) => this.#question(one, words))),
        node('div', { role: 'status' }, this.#failure || !lead ? undefined : node('p', {}, lead)),
        alertPlace('vouch-error', this.#failure && words[this.#failure]),
        pressButton({
          id: 'look-again',
          label: words.lookAgain,
          busyLabel: words.loading,
          state: this.#busy === 'load' ? 'busy' : this.#busy === undefined ? 'on' : 'off',
          onPress: () => void this.#load(),
        }),
      ),
    )
  }

  #question(one: Asked, words: VouchStrings): HTMLElement {
    const shown = this.#shown.get(one.id)
    const where = one.place === undefined ? undefined : isolated(one.place)
    return node(
      'div',
      { part: 'vouch' },
      node('p', { class: 'passed' }, words.youVouch(isolated(one.person), where)),
      node('p', {}, words.asks(isolated(one.operator), clockIn(words.locale, one.at))),
      node('p', {}, words.only),
      node('div', { role: 'status' }, ...(shown ? code(shown, words) : [])),
      place(
        shown
          ? undefined
          : pressButton({
              id: `show-code-${one.id}`,
              label: words.showCode,
              busyLabel: words.showing,
              kind: 'primary',
              state: this.#busy === one.id ? 'busy' : this.#busy === undefined ? 'on' : 'off',
              onPress: () => void this.#show(one),
            }),
      ),
    )
  }
}

function code({ code: digits, until }: Shown, words: VouchStrings): readonly HTMLElement[] {
  return [
    node('p', {}, words.code),
    node('p', { class: 'spoken-code', translate: 'no', dir: 'ltr' }, digits),
    node('p', {}, `${words.worksUntil(clockIn(words.locale, until))} ${words.giveNobody}`),
  ]
}

function failureOf({ status, type }: Response, { parameters }: Fields): Failure {
  const { key } = fieldsOf(parameters)
  if (key === 'may_not_vouch' || key === 'own_vouch') return 'mayNotVouch'
  if (key === 'not_started' || key === 'code_used') return 'tooLate'
  if (status === 401 || type === 'opaqueredirect') return 'signedOut'
  return status === 429 ? 'tooOften' : 'failed'
}

function readAsked(fields: Fields): readonly Asked[] {
  const { verificationId, operator, user, askedAt } = fields
  const { username, displayName, place: where } = fieldsOf(user)
  const { name } = fieldsOf(operator)
  const at = new Date(isText(askedAt) ? askedAt : Number.NaN)
  if (!isText(verificationId) || !isText(username) || Number.isNaN(at.getTime())) return []
  return [
    {
      id: verificationId,
      operator: isText(name) ? name : '',
      person: isText(displayName) && displayName !== '' ? displayName : username,
      place: isText(where) && where !== '' ? where : undefined,
      at,
    },
  ]
}

function readShown({ code: digits, until }: Fields): Shown | undefined {
  const end = new Date(isText(until) ? until : Number.NaN)
  return isText(digits) && !Number.isNaN(end.getTime())
    ? { code: visibleText(digits), until: end }
    : undefined
}
