import type { AccountView } from '../client/read-response.ts'
import { row } from '../parts/facts.ts'
import { isolated } from '../parts/node.ts'
import { clockIn } from '../words/moment.ts'
import type { ElementStrings } from '../words/strings.ts'
import type { Trouble } from '../words/trouble.ts'
import { become } from './become.ts'
import { drawStep, startAgain } from './draw-step.ts'
import type { Drawing, StepActions } from './drawing.ts'
import { closedWords, howIdentified } from './drawing.ts'
import { englishVerification, withEnglishVerification } from './english-verification.ts'
import type { Closed, Way } from './read-offer.ts'
import { readBegun, readClosed, readOffer, readProven } from './read-offer.ts'
import type { ErrorPlace, Say, StepState } from './step-state.ts'
import {
  begunOf,
  chosenDestination,
  chosenVoucher,
  chosenWay,
  freshState,
  isOtherVoucher,
  keyOf,
  suffices,
} from './step-state.ts'
import { verificationSheet } from './styles.ts'

/** What a request was answered. */
type Posted =
  | { readonly ok: true; readonly json: unknown }
  | { readonly ok: false; readonly trouble: Trouble }

/** The element around the step. */
export interface StepHost {
  /** Sends a request about the account. */
  post(action: string, body: object): Promise<Posted>
  /** The words for a trouble that is not about the caller. */
  explain(trouble: Trouble): string
  report(trouble: Trouble): void
  /** The caller was identified, or is no longer. */
  changed(): void
  /** The caller was identified just now: asks for the reset. */
  passed(): void
  /** The identification ran out. */
  ranOut(words: string): void
}

/** The step "Who is asking?" in the area. */
export interface VerificationStep {
  readonly element: HTMLElement
  /** Stands beside the button that resets, once the caller was identified. */
  readonly again: HTMLElement
  readonly sheet: CSSStyleSheet
  /** Shows an account, whose reset is allowed once the caller was identified. */
  show(view: AccountView, strings: ElementStrings): void
  /** The proofs for the reset; `undefined` until the caller was identified. */
  proofs(): readonly string[] | undefined
  /** How the caller was identified, for the confirmation. */
  identified(): HTMLElement | undefined
  /** The words for a refusal that is about the caller. The step then begins anew, or waits. */
  refused(trouble: Trouble): string | undefined
  /** A reset happened: the same identification may serve once more, in the same call. */
  applied(): void
  /** Forgets the proofs: the page is left, or is about another account. */
  forget(): void
}

/** Resets that one identification serves. */
const mostResets = 2
/** How long before its end the operator is told, in milliseconds. */
const warningMs = 60_000
/** After this time the operator reads that another way can be used, in milliseconds. */
const slowMs = 10_000

/** The refusals after which a proof is worth nothing any more. */
const spentKeys: ReadonlySet<string> = new Set([
  'no_proof',
  'proof_expired',
  'proof_used',
  'proof_of_another',
  'foreign_proof',
  'clocks_differ',
  'account_changed',
])

/** The refusals that close a way until the account is loaded again. */
const closingKeys: ReadonlySet<string> = new Set([
  'closed',
  'denied',
  'destination_changed',
  'destination_unknown',
  'method_unavailable',
  'too_many_answers',
  'too_many_starts',
])

/** The refusals of a code, which stand at its field. */
const codeKeys: ReadonlySet<string> = new Set(['wrong_answer', 'code_used'])

/** The refusals of a person who shall vouch. */
const voucherKeys: ReadonlySet<string> = new Set(['may_not_vouch', 'own_vouch'])

/**
 * Builds the step. The proofs stay in this function: no element, no event and no storage holds
 * them. They end with the page.
 */
export function verificationStep(host: StepHost): VerificationStep {
  let shown: AccountView | undefined
  let state: StepState = freshState(readOffer(undefined))
  let strings: ElementStrings | undefined
  let words = englishVerification
  let element: HTMLElement | undefined
  const again = document.createElement('button')
  let warning: ReturnType<typeof setTimeout> | undefined
  let end: ReturnType<typeof setTimeout> | undefined

  const drawing = (over: Pick<Drawing, 'words' | 'locale'>): Drawing => ({
    state,
    person: isolated(shown?.user.displayName || shown?.user.username || ''),
    on,
    ...over,
  })
  /** Draws with the page's words, or in English where one of them fails. */
  const spoken = <T>(say: (with_: Drawing) => T): T => {
    try {
      return say(drawing({ words, locale: strings?.locale ?? 'en-GB' }))
    } catch {
      return say(drawing({ words: englishVerification, locale: 'en-GB' }))
    }
  }
  const draw = (): void => {
    const next = spoken(drawStep)
    if (element) become(element, next)
    else element = next
    become(again, spoken(startAgain))
  }
  const focus = (id: string, selects = false): void => {
    const target = element?.querySelector<HTMLElement>(`#${CSS.escape(id)}`)
    target?.focus()
    if (selects && target instanceof HTMLInputElement) target.select()
  }
  const fail = (place: ErrorPlace, say: Say, at?: string): void => {
    state.error = { place, say }
    draw()
    if (at !== undefined) focus(at, true)
  }
  const now = (): string => clockIn(strings?.locale ?? 'en-GB', new Date())

  const on: StepActions = {
    chooseWay: (name, byHand) => {
      if (state.way === name) return
      state.way = name
      // An answer that takes long stops nobody from using another way.
      if (state.busy?.with === 'begin') state.busy = undefined
      state.answer = ''
      state.error = undefined
      state.notice = undefined
      state.status = () => ''
      draw()
      const way = chosenWay(state)
      // Nothing is sent to anybody: the page of the person who vouches shows the question.
      if (byHand && way?.kind === 'second_person') void begin()
    },
    chooseDestination: (name) => {
      state.destination = name
      state.answer = ''
      state.error = undefined
      draw()
    },
    chooseDocument: (document) => {
      state.document = document
      state.error = undefined
      draw()
    },
    chooseVoucher: (id, byHand) => {
      state.voucher = id
      state.otherVoucher = undefined
      state.error = undefined
      draw()
      if (byHand) void begin()
    },
    chooseOther: () => {
      state.otherVoucher ??= ''
      state.error = undefined
      draw()
    },
    nameVoucher: (id) => {
      state.otherVoucher = id
      if (state.error) state.error = undefined
      draw()
    },
    type: (answer) => {
      state.answer = answer
      if (!state.error) return
      state.error = undefined
      draw()
    },
    begin: (destination) => void begin(destination),
    check: () => void check(),
    stop: () => {
      state.stopping = state.stopping ? undefined : { why: undefined }
      state.error = undefined
      draw()
      focus(state.stopping ? 'why-nobody_answered' : 'not-identified')
    },
    chooseWhy: (why) => {
      state.stopping = { why }
      state.error = undefined
      draw()
    },
    record: () => void record(),
    startAgain: () => {
      restart(undefined)
      focus('who')
    },
  }

  /** Shows the number, sends the code, asks somebody. */
  const begin = async (destination?: string): Promise<void> => {
    const way = chosenWay(state)
    if (!way || state.busy) return
    if (destination !== undefined) state.destination = destination
    const isVouch = way.kind === 'second_person'
    const at = isVouch ? undefined : chosenDestination(state, way)
    if (isVouch && (chosenVoucher(state, way) === '' || begunOf(state, way))) return
    if (!isVouch && way.kind !== 'confirmed' && at === undefined)
      return fail('inside', (w) => (way.kind === 'call_back' ? w.chooseNumber : w.chooseAddress))
    const key = keyOf(state, way)
    const mine = state
    state.busy = { with: 'begin', key }
    state.error = undefined
    state.status = isVouch ? () => '' : (w) => (way.kind === 'call_back' ? '' : w.sending)
    draw()
    const slow = setTimeout(() => {
      if (mine !== state || state.busy?.key !== key) return
      state.status = (w) => w.stillSending
      draw()
    }, slowMs)
    const body = isVouch ? { voucherId: chosenVoucher(state, way) } : { destination: at }
    const posted = await host.post('start-verification', { method: way.name, ...body })
    clearTimeout(slow)
    // The page turned to another account meanwhile.
    if (mine !== state) return
    const isWanted = state.busy?.key === key
    if (isWanted) {
      state.busy = undefined
      state.status = () => ''
    }
    if (!posted.ok)
      return isWanted ? refuse(way, posted.trouble, 'begin') : host.report(posted.trouble)
    const begun = readBegun(posted.json)
    if (!begun) return refuse(way, { code: 'unreadable_answer' }, 'begin')
    state.begun.set(key, begun)
    const isSent = isWanted && way.kind === 'sent_code'
    if (isSent) {
      state.answer = ''
      state.status = (w) => w.codeSent
    }
    draw()
    if (isSent) focus('answer')
  }

  /** What is missing before the answer can be checked; the body of the request otherwise. */
  const answerOf = (way: Way): object | undefined => {
    const missing = (place: ErrorPlace, say: Say, at?: string): undefined => {
      fail(place, say, at)
      return undefined
    }
    const begun = begunOf(state, way)
    switch (way.kind) {
      case 'call_back': {
        const destination = chosenDestination(state, way)
        if (destination === undefined) {
          const [first] = way.destinations.filter(({ closed }) => !closed)
          return missing('inside', (w) => w.chooseNumber, `destination-${first?.name}`)
        }
        if (!begun) return missing('inside', (w) => w.numberNotShown, `show-${destination}`)
        return { destination }
      }
      case 'in_person':
        if (state.document === undefined)
          return missing('inside', (w) => w.chooseDocument, `document-${way.documents[0]}`)
        return { document: state.document }
      case 'sent_code':
        if (!begun) return missing('inside', (w) => w.codeNotSent, 'send')
        return codeOf(missing)
      case 'confirmed':
        return begun ? {} : missing('inside', (w) => w.notAsked, 'send')
      case 'second_person':
        if (chosenVoucher(state, way) === '') {
          const at = isOtherVoucher(state, way) ? 'voucher-id' : 'voucher-0'
          return missing('voucher', (w) => w.chooseVoucher, at)
        }
        if (begun) return codeOf(missing)
        void begin()
        return undefined
      case 'application':
        if (state.answer.trim() === '') return missing('field', (w) => w.enterAnswer, 'answer')
        return { answer: state.answer.trim() }
      default:
        return way.kind satisfies never
    }
  }
  const codeOf = (
    missing: (place: ErrorPlace, say: Say, at: string) => undefined,
  ): object | undefined => {
    const code = state.answer.replace(/[\s\u00AD\u2010-\u2015-]/g, '')
    if (code === '') return missing('field', (w) => w.enterCode, 'answer')
    if (!/^\d{8}$/.test(code)) return missing('field', (w) => w.codeMalformed, 'answer')
    return { answer: code }
  }

  /** Checks the answer. */
  const check = async (): Promise<void> => {
    if (state.busy) return
    state.notice = undefined
    const way = chosenWay(state)
    if (!way) return fail('ways', (w) => w.chooseWay, firstWay())
    const answer = answerOf(way)
    if (!answer) return
    const mine = state
    const voucher = voucherName(way)
    state.busy = { with: 'check' }
    state.error = undefined
    state.status = () => ''
    state.stopping = undefined
    draw()
    const proofs = state.passed.map(({ proof }) => proof)
    const body = { method: way.name, ...answer, proofs: proofs.length > 0 ? proofs : undefined }
    const posted = await host.post('answer-verification', body)
    if (mine !== state) return
    state.busy = undefined
    if (!posted.ok) return refuse(way, posted.trouble, 'check')
    const proven = readProven(posted.json)
    if (!proven) return refuse(way, { code: 'unreadable_answer' }, 'check')
    state.passed = [...state.passed, { ...proven, way, voucher }]
    state.way = undefined
    state.answer = ''
    state.status = () => ''
    watch()
    draw()
    if (suffices(state)) host.passed()
    else focus('who')
  }
  const voucherName = (way: Way): string | undefined => {
    if (way.kind !== 'second_person') return undefined
    const id = chosenVoucher(state, way)
    return way.vouchers.find((one) => one.id === id)?.name ?? id
  }
  const firstWay = (): string | undefined =>
    element?.querySelector('input[name=way]:not(:disabled)')?.id

  /** A request was refused: the words stand where the operator can do something about it. */
  const refuse = (way: Way, trouble: Trouble, during: 'begin' | 'check') => {
    host.report(trouble)
    const closed = closedIn(trouble)
    if (!closed) {
      const said = host.explain(trouble)
      return fail('step', () => said)
    }
    const at = new Date()
    const say: Say = (w) =>
      closedWords({ words: w, locale: strings?.locale ?? 'en-GB' }, closed, at)
    if (closingKeys.has(closed.key)) {
      state.closed.set(way.name, closed)
      state.way = undefined
      fail('ways', say)
      return focus(firstWay() ?? 'who')
    }
    if (voucherKeys.has(closed.key)) {
      state.begun.delete(keyOf(state, way))
      return fail('voucher', say, isOtherVoucher(state, way) ? 'voucher-id' : undefined)
    }
    if (closed.key === 'not_started') return ranOutCode(way, closed, say)
    if (codeKeys.has(closed.key)) return fail('field', say, 'answer')
    fail('inside', say, during === 'begin' && way.kind === 'sent_code' ? 'send' : undefined)
  }
  const ranOutCode = (way: Way, closed: Closed, say: Say) => {
    const begun = begunOf(state, way)
    state.begun.delete(keyOf(state, way))
    state.answer = ''
    if (way.kind !== 'sent_code' || !begun) return fail('inside', say)
    const parameters = { at: begun.until.toISOString() }
    const withTime = { ...closed, parameters }
    fail(
      'inside',
      (w) => closedWords({ words: w, locale: strings?.locale ?? 'en-GB' }, withTime),
      'send',
    )
  }

  /** Records that the caller could not be identified. */
  const record = async (): Promise<void> => {
    const why = state.stopping?.why
    if (state.busy || !state.stopping) return
    if (why === undefined) return fail('why', (w) => w.chooseReason, 'why-nobody_answered')
    const mine = state
    state.busy = { with: 'record' }
    draw()
    const posted = await host.post('fail-verification', { why, method: chosenWay(state)?.name })
    if (mine !== state) return
    state.busy = undefined
    if (!posted.ok) {
      host.report(posted.trouble)
      const said = host.explain(posted.trouble)
      return fail('why', () => said)
    }
    state = freshState(state.offer)
    forget()
    state.status = (w) => w.stopped
    draw()
    focus('who')
  }

  /** Watches the clock of the oldest proof. */
  const watch = (): void => {
    clearTimeout(warning)
    clearTimeout(end)
    const until = Math.min(...state.passed.map((one) => one.until.getTime()))
    const left = until - Date.now()
    const at = new Date(until)
    warning = setTimeout(() => {
      state.status = (w) => w.runsOut(clockIn(strings?.locale ?? 'en-GB', at))
      draw()
    }, left - warningMs)
    end = setTimeout(() => {
      const clock = now()
      restart((w) => w.ranOut(clock))
      host.ranOut(spoken((with_) => with_.words.ranOut(clock)))
    }, left)
  }
  const forget = (): void => {
    clearTimeout(warning)
    clearTimeout(end)
    state.passed = []
    state.resets = 0
  }
  /** Begins anew, with a sentence that says why. */
  const restart = (notice: Say | undefined): void => {
    state = freshState(state.offer)
    forget()
    state.notice = notice
    draw()
    host.changed()
  }

  return {
    get element() {
      if (!element) draw()
      return element ?? document.createElement('div')
    },
    again,
    sheet: verificationSheet(),
    show: (view, given) => {
      strings = given
      words = withEnglishVerification(given.verification)
      if (shown !== view) {
        const { passed, resets, notice, status } = state
        const isSame = shown?.user.id === view.user.id
        state = freshState(readOffer(view.reset.allowed ? view.reset.verification : undefined))
        // The same account, loaded again: the server decides what its proofs are still worth.
        if (isSame) Object.assign(state, { passed, resets, notice, status })
        else forget()
        shown = view
      }
      draw()
    },
    proofs: () => (suffices(state) ? state.passed.map(({ proof }) => proof) : undefined),
    identified: () =>
      suffices(state)
        ? spoken((with_) =>
            row(
              with_.words.identifiedRow,
              ...state.passed.map(
                (one) => `${clockIn(with_.locale, one.at)}, ${howIdentified(with_, one)}`,
              ),
            ),
          )
        : undefined,
    refused: (trouble) => {
      const closed = closedIn(trouble)
      if (!closed) return undefined
      const at = new Date()
      const locale = strings?.locale ?? 'en-GB'
      const say: Say = (w) => closedWords({ words: w, locale }, closed, at)
      if (spentKeys.has(closed.key)) restart(say)
      return spoken((with_) => say(with_.words))
    },
    applied: () => {
      if (!suffices(state)) return
      state.resets += 1
      if (state.resets >= mostResets) restart(undefined)
      else draw()
    },
    forget: () => restart(undefined),
  }
}

/** The reason of a refusal that is about the caller. */
function closedIn({ code, parameters }: Trouble): Closed | undefined {
  return code === 'verification_required' && parameters?.['reason'] === 'verification'
    ? readClosed(parameters)
    : undefined
}
