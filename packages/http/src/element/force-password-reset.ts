import type { AccountView } from './client/read-response.ts'
import type { AccountAddress, LoadResult, ResetResult } from './client/reset-client.ts'
import { checkOpenResets, loadAccount, post, resetPassword } from './client/reset-client.ts'
import type { ConfirmDialog } from './dialogs/confirm-dialog.ts'
import { confirmDialog } from './dialogs/confirm-dialog.ts'
import { dialogHost } from './dialogs/dialog-host.ts'
import type { ResetArea } from './dialogs/reset-area.ts'
import { resetArea } from './dialogs/reset-area.ts'
import type { ResultDialog } from './dialogs/result-dialog.ts'
import { resultDialog } from './dialogs/result-dialog.ts'
import { styleSheet } from './dialogs/styles.ts'
import type { ElementEvents } from './events.ts'
import type { VerificationStep } from './verification/verification-step.ts'
import { english, orEnglish, withEnglish } from './words/english.ts'
import { checkedWords, explainTrouble } from './words/explain-trouble.ts'
import { clockIn } from './words/moment.ts'
import type { ElementStrings, GivenStrings } from './words/strings.ts'
import type { Trouble } from './words/trouble.ts'
import { kindOf } from './words/trouble.ts'

/** Without a DOM, such as in Node, the module can be imported, but no element can be made. */
const ElementBase = globalThis.HTMLElement ?? (class {} as typeof HTMLElement)

const browserFetch: typeof globalThis.fetch = (...request) => globalThis.fetch(...request)

/** The elements that are in the page. */
const connected = new Set<ForcePasswordReset>()

/** Words that follow the page when the page changes its strings. */
type Notice = (words: ElementStrings) => string

const afterUnknown: Notice = (words) => words.afterUnknown

/**
 * The area, the confirmation and the result of a reset: the element `<force-password-reset>`.
 *
 * Attributes: `base` (where the handler is mounted), `user-id`, `reason` (`optional`, `required` or
 * `off`).
 *
 * The dialogs stand in a host of their own at the end of the document. They outlive a move and the
 * removal of the element: only the operator closes them, or leaving the page.
 *
 * @example
 * const element = document.createElement('force-password-reset')
 * element.setAttribute('base', '/admin/api')
 * element.setAttribute('user-id', '42')
 */
export class ForcePasswordReset extends ElementBase {
  static readonly observedAttributes: readonly string[] = ['base', 'user-id']

  readonly #root = this.attachShadow({ mode: 'open' })
  #fetch = browserFetch
  #strings = english
  #area: ResetArea | undefined
  #loaded: LoadResult | undefined
  #notice: Notice = () => ''
  #draft = ''
  #loading = new AbortController()
  /** Ends when the element leaves the page. */
  #connection: AbortController | undefined
  /** The host of the open dialog. `dialogs` ends when the last dialog closes. */
  #host: HTMLElement | undefined
  #dialogs = new AbortController()
  #confirm: ConfirmDialog | undefined
  #result: ResultDialog | undefined
  /** The step that identifies the caller, where the handler asks for that. It has the proofs. */
  #step: VerificationStep | undefined
  /** A request is under way, or a password is shown: leaving the page would lose it. */
  #isBusy = false
  /** The open confirmation has failed: the account that it shows may be out of date. */
  #hasFailed = false

  /**
   * Sends the requests. Replace the function to add a bearer token or a header against forged
   * requests. Default: the browser's own. The first function loads the account again; others, such
   * as those that a framework sets at every render, only take its place.
   *
   * @example
   * const headers = { authorization: `Bearer ${token}` }
   * element.fetch = (input, init) => fetch(input, { ...init, headers })
   */
  get fetch(): typeof globalThis.fetch {
    return this.#fetch
  }

  set fetch(value: typeof globalThis.fetch | null | undefined) {
    const isFirst = this.#fetch === browserFetch
    this.#fetch = value ?? browserFetch
    if (isFirst && value) this.reload()
  }

  /**
   * The words that are shown. A page may set a part of them: English stands in for the rest.
   *
   * @example
   * element.strings = { locale: 'de', cancel: 'Abbrechen' }
   */
  get strings(): ElementStrings {
    return this.#strings
  }

  set strings(value: GivenStrings | null | undefined) {
    this.#strings = withEnglish(value)
    this.#show(this.#loaded)
  }

  /**
   * Asks for the account again. Call this when something else on the page has changed the account.
   * An open dialog stays as it is.
   *
   * @example
   * document.querySelector('force-password-reset')?.reload()
   */
  reload(): void {
    if (this.#connection) void this.#load()
  }

  connectedCallback(): void {
    // A move takes the element out and puts it back: nothing is drawn or loaded again.
    if (this.#connection) return
    this.#takeEarlyProperty('fetch')
    this.#takeEarlyProperty('strings')
    this.#connection = new AbortController()
    const { signal } = this.#connection
    addEventListener('pageshow', (event) => event.persisted && this.reload(), { signal })
    // The browser may keep the page alive for Back: a proof ends with the page.
    addEventListener('pagehide', () => this.#step?.forget(), { signal })
    connected.add(this)
    if (!this.#area) {
      this.#root.adoptedStyleSheets = [styleSheet()]
      this.#area = resetArea({
        reset: () => this.#ask(),
        reload: () => this.reload(),
        check: () => void this.#check(),
      })
      this.#root.append(this.#area.element)
    }
    void this.#load()
  }

  /** Without this function `moveBefore` would take the element out and put it back. */
  connectedMoveCallback(): void {}

  disconnectedCallback(): void {
    queueMicrotask(() => {
      if (this.isConnected) return
      this.#connection?.abort()
      this.#connection = undefined
      connected.delete(this)
      this.#loading.abort()
    })
  }

  attributeChangedCallback(_name: string, before: string | null, after: string | null): void {
    if (before === after || !this.#connection) return
    if (!this.#isBusy) this.#closeDialogs()
    this.#notice = () => ''
    this.#draft = ''
    this.#step?.forget()
    this.reload()
  }

  get #address(): AccountAddress {
    return { base: this.getAttribute('base') ?? '', userId: this.getAttribute('user-id') ?? '' }
  }

  /** A property that was set before the element was defined hides the one of the class. */
  #takeEarlyProperty(name: 'fetch' | 'strings'): void {
    if (!Object.hasOwn(this, name)) return
    const early = { [name]: this[name] }
    Reflect.deleteProperty(this, name)
    Object.assign(this, early)
  }

  #show(loaded: LoadResult | undefined): void {
    this.#loaded = loaded
    orEnglish(this.#strings, (strings) => this.#area?.show(loaded, strings))
    if (loaded) this.#hold(loaded.ok ? loaded.view : undefined)
    this.#showNotice()
  }

  /** Puts the step in the place of the button, where the caller has to be identified. */
  #hold(view: AccountView | undefined): void {
    const step = view && asksForIdentity(view) ? this.#step : undefined
    if (view) step?.show(view, this.#strings)
    this.#area?.hold(step, step?.proofs() !== undefined)
  }

  /** The step is a script of its own, which pages without it never load. */
  async #loadStep(): Promise<void> {
    const { verificationStep } = await import('./verification/verification-step.ts')
    if (this.#step) return
    const about = (): { readonly userId: string; readonly during: 'verification' } => ({
      userId: this.#address.userId,
      during: 'verification',
    })
    const step = verificationStep({
      post: (action, body) => post(this.#fetch, this.#address, action, body),
      explain: (trouble) => explainTrouble(trouble, this.#strings, 'load'),
      report: (trouble) => this.#report(trouble, about()),
      changed: () => this.#show(this.#loaded),
      passed: () => {
        this.#show(this.#loaded)
        this.#ask()
      },
      ranOut: (words) => {
        if (!this.#confirm || this.#isBusy) return
        this.#hasFailed = true
        this.#confirm.explain(words, this.#strings.loadAgain)
      },
    })
    this.#step = step
    this.#root.adoptedStyleSheets.push(step.sheet)
  }

  #showNotice(): void {
    this.#area?.notice(orEnglish(this.#strings, this.#notice))
  }

  async #load(): Promise<void> {
    this.#loading.abort()
    this.#loading = new AbortController()
    const { signal } = this.#loading
    this.#show(undefined)
    // Several attributes may change in a row: one request for all of them.
    await Promise.resolve()
    if (signal.aborted || this.#address.userId === '') return
    const { userId } = this.#address
    let result = await loadAccount(this.#fetch, this.#address, signal)
    if (result.ok && asksForIdentity(result.view))
      await this.#loadStep().catch(() => {
        result = { ok: false, trouble: { code: 'no_answer' } }
      })
    if (signal.aborted) return
    // The area says more of a reset that the server names.
    const isNamed = result.ok && result.view.openResets.length > 0
    if (isNamed && this.#notice === afterUnknown) this.#notice = () => ''
    this.#show(result)
    if (!result.ok) this.#report(result.trouble, { userId, during: 'load' })
  }

  #ask(): void {
    if (!this.#loaded?.ok || this.#confirm || this.#result) return
    const { view } = this.#loaded
    if (!view.reset.allowed) return
    const identified = this.#step?.identified()
    if (asksForIdentity(view) && !identified) return
    const address = this.#address
    const dialog: ConfirmDialog = orEnglish(this.#strings, (strings) =>
      confirmDialog({
        view,
        strings,
        identified,
        reason: this.getAttribute('reason'),
        draft: this.#draft,
        onReset: (reason) => void this.#reset(dialog, view, address, reason),
        onLeave: () => this.#leave(dialog),
      }),
    )
    this.#draft = ''
    this.#hasFailed = false
    this.#confirm = dialog
    this.#host = dialogHost(this)
    this.#dialogs = new AbortController()
    const { signal } = this.#dialogs
    // The browser may keep the page alive for Back: a password that was shown must not come back.
    addEventListener('pagehide', () => this.#abandon(), { signal })
    addEventListener('beforeunload', (event) => this.#isBusy && event.preventDefault(), { signal })
    dialog.open(this.#host)
  }

  #leave(dialog: ConfirmDialog): void {
    if (this.#hasFailed) this.#draft = dialog.reason
    this.#closeDialogs()
    if (this.#hasFailed) this.reload()
    this.#area?.focus()
  }

  #closeDialogs(): void {
    this.#confirm?.close()
    this.#result?.close()
    this.#confirm = undefined
    this.#result = undefined
    this.#isBusy = false
    this.#dialogs.abort()
  }

  async #reset(
    dialog: ConfirmDialog,
    view: AccountView,
    address: AccountAddress,
    reason: string | undefined,
  ): Promise<void> {
    if (this.#isBusy) return
    this.#isBusy = true
    dialog.setBusy(true)
    const { version } = view.user
    const proofs = this.#step?.proofs()
    const result = await resetPassword(this.#fetch, address, { version, reason, proofs })
    const isWanted = this.#confirm === dialog
    if (result.ok) this.#succeed(result, view, address, isWanted)
    else this.#fail(result.trouble, address, isWanted ? dialog : undefined)
  }

  #succeed(
    { password, facts }: ResetResult & { readonly ok: true },
    view: AccountView,
    address: AccountAddress,
    isWanted: boolean,
  ): void {
    const { resetId, user, receipt } = facts
    try {
      if (isWanted && this.#host) {
        const { insecureTransport } = view
        const onClose = (): void => this.#finish(address, user.id)
        this.#result = orEnglish(this.#strings, (strings) =>
          resultDialog({ password, facts, insecureTransport, strings, onClose }),
        )
        this.#confirm?.close()
        this.#confirm = undefined
        this.#result.open(this.#host)
      }
    } finally {
      password.fill(0)
    }
    this.#step?.applied()
    if (!isWanted) this.#note(address, ({ afterLeaving }) => afterLeaving)
    this.#emit('force-reset-applied', { resetId, userId: user.id, receipt })
  }

  #fail(trouble: Trouble, address: AccountAddress, dialog: ConfirmDialog | undefined): void {
    if (trouble.code === 'outcome_unknown') this.#note(address, afterUnknown)
    const ofCaller = this.#step?.refused(trouble)
    if (trouble.code !== 'outcome_unknown' && !dialog)
      this.#note(address, (words) => ofCaller ?? explainTrouble(trouble, words, 'reset'))
    if (dialog) {
      this.#isBusy = false
      this.#hasFailed = true
      const reloadLabel =
        trouble.code === 'conflict' ? this.#strings.reload : this.#strings.loadAgain
      dialog.setBusy(false)
      dialog.explain(
        ofCaller ?? explainTrouble(trouble, this.#strings, 'reset'),
        kindOf(trouble).repeatable ? undefined : reloadLabel,
      )
    }
    this.#report(trouble, { userId: address.userId, during: 'reset' })
  }

  /** Asks what became of resets without a known outcome, and shows the account anew. */
  async #check(): Promise<void> {
    const address = this.#address
    const result = await checkOpenResets(this.#fetch, address)
    const now = new Date()
    this.#note(address, (words) =>
      result.ok
        ? checkedWords(result.outcomes, words, clockIn(words.locale, now))
        : explainTrouble(result.trouble, words, 'load'),
    )
    if (!result.ok) this.#report(result.trouble, { userId: address.userId, during: 'load' })
    if (this.#isAbout(address)) this.reload()
  }

  #finish(address: AccountAddress, userId: string): void {
    this.#closeDialogs()
    this.#noteReset(address)
    this.#area?.focus()
    for (const other of connected) if (other !== this) other.#hearOfReset(address)
    this.#emit('force-reset-closed', { userId })
  }

  #noteReset(address: AccountAddress): void {
    const now = new Date()
    this.#note(address, ({ afterReset, locale }) => afterReset(clockIn(locale, now)))
    this.reload()
  }

  /** Another element has reset an account, such as the one that stood here before. */
  #hearOfReset(address: AccountAddress): void {
    if (!this.#isAbout(address)) return
    this.#noteReset(address)
    if (document.activeElement === document.body) this.#area?.focus()
  }

  #isAbout({ base, userId }: AccountAddress): boolean {
    return base === this.#address.base && userId === this.#address.userId
  }

  /** Leaves words in the area, unless the area is about another account by now. */
  #note(address: AccountAddress, notice: Notice): void {
    if (!this.#isAbout(address)) return
    this.#notice = notice
    this.#showNotice()
  }

  /**
   * The page goes away. Nothing of a password stays, and a response that is still under way will be
   * wiped unseen.
   */
  #abandon(): void {
    if (this.#result) this.#notice = ({ afterLeaving }) => afterLeaving
    else if (this.#isBusy) this.#notice = afterUnknown
    this.#closeDialogs()
    this.#showNotice()
  }

  #report(
    trouble: Trouble,
    about: { readonly userId: string; readonly during: 'load' | 'reset' | 'verification' },
  ): void {
    this.#emit('force-reset-failed', { code: trouble.code, ...about })
    if (trouble.code === 'unauthenticated') this.#emit('force-reset-unauthenticated', about)
  }

  /** An element that was taken out has no ancestors: then the document hears the event. */
  #emit<Name extends keyof ElementEvents>(name: Name, detail: ElementEvents[Name]): void {
    const at = this.isConnected ? this : document
    at.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }))
  }
}

/** Whether the caller of a reset has to be identified first. */
function asksForIdentity({ reset }: AccountView): boolean {
  return reset.allowed && reset.verification !== undefined
}
