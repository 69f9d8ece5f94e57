import { visibleText } from '@force-reset/core'
import type { WireView } from '../wire/wire.ts'
import type { AccountAddress, ResetAnswer } from './client/reset-client.ts'
import { loadAccount, resetPassword } from './client/reset-client.ts'
import type { ConfirmDialog } from './dialogs/confirm-dialog.ts'
import { confirmDialog } from './dialogs/confirm-dialog.ts'
import type { ReasonPolicy } from './dialogs/reason-field.ts'
import type { AreaState, ResetArea } from './dialogs/reset-area.ts'
import { resetArea } from './dialogs/reset-area.ts'
import type { ResultDialog } from './dialogs/result-dialog.ts'
import { resultDialog } from './dialogs/result-dialog.ts'
import { styleSheet } from './dialogs/styles.ts'
import type { ElementEvents } from './events.ts'
import { english, explainTrouble } from './words/english.ts'
import { clockIn, fromNowIn } from './words/moment.ts'
import type { ElementStrings } from './words/strings.ts'
import type { Trouble } from './words/trouble.ts'
import { isRepeatable } from './words/trouble.ts'

/**
 * Without a DOM, in Node for instance, the module can be imported; an element can only be made in a
 * browser.
 */
const ElementBase = globalThis.HTMLElement ?? (class {} as typeof HTMLElement)

/**
 * `<force-password-reset base="/admin/api" user-id="42">`: the area, the confirmation and the
 * result of a reset.
 *
 * Attributes: `base` (where the handler is mounted), `user-id`, `reason` (`optional`,
 * `required` or `off`).
 */
export class ForcePasswordReset extends ElementBase {
  static readonly observedAttributes: readonly string[] = ['base', 'user-id']

  #fetch: typeof globalThis.fetch = (...request) => globalThis.fetch(...request)
  #strings = english
  #area: ResetArea | undefined
  #state: AreaState = { kind: 'loading' }
  #notice = ''
  #draft = ''
  #loading = new AbortController()
  #connection = new AbortController()
  #confirm: ConfirmDialog | undefined
  #result: ResultDialog | undefined
  /** A request is under way, or a password is shown: leaving the page would lose it. */
  #isBusy = false
  /** The open confirmation has failed: what it shows may be out of date. */
  #hasFailed = false

  /**
   * Sends the requests: replace it to add a bearer token or a header against forged requests.
   * Default: the browser's own.
   */
  get fetch(): typeof globalThis.fetch {
    return this.#fetch
  }

  set fetch(value: typeof globalThis.fetch) {
    this.#fetch = value
    this.reload()
  }

  /** The words that are shown. What is set may be a part; English stands in for the rest. */
  get strings(): ElementStrings {
    return this.#strings
  }

  set strings(value: Partial<ElementStrings>) {
    this.#strings = { ...english, ...value }
    if (this.#area) this.#render()
  }

  /**
   * Asks for the account again: call it when something else on the page has changed it. An open
   * dialog stays as it is.
   */
  reload(): void {
    if (this.#area) void this.#load()
  }

  connectedCallback(): void {
    this.#takeEarlyProperty('fetch')
    this.#takeEarlyProperty('strings')
    this.#connection = new AbortController()
    const { signal } = this.#connection
    // What was shown must not come back when the browser keeps the page alive and somebody presses
    // Back.
    addEventListener('pagehide', () => this.#abandon(), { signal })
    addEventListener('pageshow', (event) => event.persisted && this.reload(), { signal })
    addEventListener('beforeunload', (event) => this.#isBusy && event.preventDefault(), { signal })
    this.#render()
    void this.#load()
  }

  disconnectedCallback(): void {
    this.#abandon()
    this.#connection.abort()
    this.#loading.abort()
  }

  attributeChangedCallback(_name: string, before: string | null, after: string | null): void {
    if (before === after || !this.#area) return
    if (!this.#isBusy) this.#closeConfirm()
    this.#notice = ''
    this.#draft = ''
    this.reload()
  }

  get #address(): AccountAddress {
    return { base: this.getAttribute('base') ?? '', userId: this.getAttribute('user-id') ?? '' }
  }

  get #reasonPolicy(): ReasonPolicy {
    const value = this.getAttribute('reason')
    return value === 'required' || value === 'off' ? value : 'optional'
  }

  /** A property that was set before the element was defined hides the one of the class. */
  #takeEarlyProperty(name: 'fetch' | 'strings'): void {
    const early = Object.getOwnPropertyDescriptor(this, name)
    if (early === undefined) return
    Reflect.deleteProperty(this, name)
    Reflect.set(this, name, early.value)
  }

  #root(): ShadowRoot {
    if (this.shadowRoot) return this.shadowRoot
    const root = this.attachShadow({ mode: 'open' })
    root.adoptedStyleSheets = [styleSheet()]
    return root
  }

  #render(): void {
    const area = resetArea(this.#strings, { reset: () => this.#ask(), reload: () => this.reload() })
    const hadFocus = this.#area?.element.matches(':focus-within') === true
    if (this.#area) this.#area.element.replaceWith(area.element)
    else this.#root().append(area.element)
    this.#area = area
    this.#show(this.#state)
    if (hadFocus) area.focus()
  }

  #show(state: AreaState): void {
    this.#state = state
    this.#area?.show(state)
    this.#area?.notice(this.#notice)
  }

  async #load(): Promise<void> {
    this.#loading.abort()
    this.#loading = new AbortController()
    const { signal } = this.#loading
    this.#show({ kind: 'loading' })
    // Several attributes may change in a row: one request for all of them.
    await Promise.resolve()
    if (signal.aborted || this.#address.userId === '') return
    const { userId } = this.#address
    const answer = await loadAccount(this.#fetch, this.#address, signal)
    if (signal.aborted) return
    if (answer.ok) return this.#show({ kind: 'loaded', view: answer.view })
    this.#show({ kind: 'trouble', words: this.#explain(answer.trouble) })
    this.#report(answer.trouble, { userId, during: 'load' })
  }

  #ask(): void {
    if (
      this.#state.kind !== 'loaded' ||
      !this.#state.view.reset.allowed ||
      this.#confirm ||
      this.#result
    )
      return
    const { view } = this.#state
    const address = this.#address
    const dialog = confirmDialog({
      view,
      strings: this.#strings,
      reason: this.#reasonPolicy,
      draft: this.#draft,
      onReset: (reason) => void this.#reset(dialog, view, address, reason),
      onLeave: () => this.#leave(dialog),
    })
    this.#draft = ''
    this.#hasFailed = false
    this.#confirm = dialog
    dialog.open(this.#root())
  }

  #leave(dialog: ConfirmDialog): void {
    if (this.#hasFailed) this.#draft = dialog.reason
    this.#closeConfirm()
    if (this.#hasFailed) this.reload()
    this.#area?.focus()
  }

  #closeConfirm(): void {
    this.#confirm?.close()
    this.#confirm = undefined
  }

  async #reset(
    dialog: ConfirmDialog,
    view: WireView,
    address: AccountAddress,
    reason: string | undefined,
  ): Promise<void> {
    if (this.#isBusy) return
    this.#isBusy = true
    dialog.setBusy(true)
    const answer = await resetPassword(this.#fetch, address, { version: view.user.version, reason })
    const isWanted = this.#confirm === dialog
    if (answer.ok) this.#succeed(answer, view, isWanted)
    else this.#fail(answer.trouble, address.userId, isWanted ? dialog : undefined)
  }

  #succeed(
    { password, facts }: ResetAnswer & { readonly ok: true },
    view: WireView,
    isWanted: boolean,
  ): void {
    const { resetId, user, receipt } = facts
    try {
      if (isWanted) {
        const insecureTransport = view.insecureTransport === true
        const onClose = (): void => this.#finish(user.id)
        this.#result = resultDialog({
          password,
          facts,
          insecureTransport,
          strings: this.#strings,
          onClose,
        })
        this.#closeConfirm()
        this.#result.open(this.#root())
      }
    } finally {
      password.fill(0)
    }
    if (!isWanted) this.#note(user.id, this.#strings.afterLeaving)
    this.#emit('force-reset-applied', { resetId, userId: user.id, receipt })
  }

  #fail(trouble: Trouble, userId: string, dialog: ConfirmDialog | undefined): void {
    if (trouble.code === 'outcome_unknown') this.#note(userId, this.#strings.afterUnknown)
    if (dialog) {
      this.#isBusy = false
      this.#hasFailed = true
      const reloadLabel =
        trouble.code === 'conflict' ? this.#strings.reload : this.#strings.loadAgain
      dialog.setBusy(false)
      dialog.explain(this.#explain(trouble), isRepeatable(trouble) ? undefined : reloadLabel)
    }
    this.#report(trouble, { userId, during: 'reset' })
  }

  #finish(userId: string): void {
    this.#closeResult()
    this.#note(userId, this.#strings.afterReset(clockIn(this.#strings.locale, new Date())))
    this.reload()
    this.#area?.focus()
    this.#emit('force-reset-closed', { userId })
  }

  /** Leaves words in the area, unless it is about somebody else by now. */
  #note(userId: string, words: string): void {
    if (this.#address.userId !== userId) return
    this.#notice = words
    this.#area?.notice(words)
  }

  #closeResult(): void {
    this.#result?.close()
    this.#result = undefined
    this.#isBusy = false
  }

  /**
   * The page or the element goes away: nothing of a password stays, and an answer that is still
   * under way is wiped unseen.
   */
  #abandon(): void {
    if (this.#result) this.#notice = this.#strings.afterLeaving
    else if (this.#isBusy) this.#notice = this.#strings.afterUnknown
    this.#closeResult()
    this.#closeConfirm()
    this.#area?.notice(this.#notice)
  }

  #explain(trouble: Trouble): string {
    const { retryAfterSeconds } = trouble
    const at =
      retryAfterSeconds === undefined
        ? undefined
        : fromNowIn(this.#strings.locale, retryAfterSeconds)
    return visibleText(this.#wordsFor(trouble, at) ?? explainTrouble(trouble, at))
  }

  /** The page's own words. Whatever its function does, the operator reads something. */
  #wordsFor(trouble: Trouble, at: string | undefined): string | undefined {
    try {
      const words: unknown = this.#strings.trouble(trouble, at)
      return typeof words === 'string' ? words : undefined
    } catch {
      return undefined
    }
  }

  #report(
    trouble: Trouble,
    about: { readonly userId: string; readonly during: 'load' | 'reset' },
  ): void {
    this.#emit('force-reset-failed', { code: trouble.code, ...about })
    if (trouble.code === 'unauthenticated') this.#emit('force-reset-unauthenticated', about)
  }

  #emit<Name extends keyof ElementEvents>(name: Name, detail: ElementEvents[Name]): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }))
  }
}
