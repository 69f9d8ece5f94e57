import type { NotIdentified } from '@force-reset/core'
import { isolated } from '../parts/node.ts'
import { clockIn } from '../words/moment.ts'
import { entryOf } from '../words/trouble.ts'
import type { VerificationStrings } from '../words/verification-strings.ts'
import type { Closed } from './read-offer.ts'
import type { Passed, StepState } from './step-state.ts'

/** What the operator does in the step. */
export interface StepActions {
  readonly chooseWay: (name: string, byHand: boolean) => void
  readonly chooseDestination: (name: string) => void
  readonly chooseDocument: (document: string) => void
  readonly chooseVoucher: (id: string, byHand: boolean) => void
  readonly chooseOther: () => void
  readonly nameVoucher: (id: string) => void
  readonly type: (answer: string) => void
  /** Shows the number, sends the code, asks somebody. */
  readonly begin: (destination?: string) => void
  readonly check: () => void
  readonly stop: () => void
  readonly chooseWhy: (why: NotIdentified) => void
  readonly record: () => void
  readonly startAgain: () => void
}

/** Everything that the drawing goes by. */
export interface Drawing {
  readonly state: StepState
  readonly words: VerificationStrings
  /** Language and region for times. */
  readonly locale: string
  /** The name of the person, as it may be shown. */
  readonly person: string
  readonly on: StepActions
}

/** "call back to Mobile …123, on your word" */
export function howIdentified(
  { words }: Pick<Drawing, 'words'>,
  { way, destination, document, voucher }: Passed,
): string {
  const how = words.ways[way.kind]({
    name: isolated(words.methods[way.name] ?? way.name),
    destination: destination === undefined ? undefined : isolated(destination),
    document: document === undefined ? undefined : entryOf(words.documents, document),
    voucher: voucher === undefined ? undefined : isolated(voucher),
  })
  return `${how}, ${words.worth[way.standing]}`
}

/** The words for a closed way. */
export function closedWords(
  { words, locale }: Pick<Drawing, 'words' | 'locale'>,
  closed: Closed,
  now?: Date,
): string {
  const given = entryOf(words.closed, closed.key) ?? (closed.detail || words.unknownClosed)
  if (typeof given === 'string') return given
  const { key, parameters } = closed
  return given({ key, parameters, at: openAt(closed, locale, now) })
}

/** When a way is open again, or when a proof ran out. */
function openAt({ parameters }: Closed, locale: string, now = new Date()): string | undefined {
  const { seconds, at } = parameters
  const moment =
    typeof seconds === 'number'
      ? now.getTime() + seconds * 1_000
      : Date.parse(typeof at === 'string' ? at : '')
  return Number.isNaN(moment) ? undefined : clockIn(locale, new Date(moment))
}

/** The words of the error at this place, if the error is there. */
export function errorAt(
  { state, words }: Drawing,
  where: NonNullable<StepState['error']>['place'],
): string | undefined {
  return state.error?.place === where ? state.error.say(words) : undefined
}
