import type { NotIdentified } from '@force-reset/core'
import type { VerificationStrings } from '../words/verification-strings.ts'
import type { Begun, Closed, Offer, Proven, Way } from './read-offer.ts'

/** Words that follow the page when the page changes its strings. */
export type Say = (words: VerificationStrings) => string

/** Where an error stands. */
export type ErrorPlace = 'ways' | 'inside' | 'field' | 'voucher' | 'why' | 'step'

/** A way that was passed. */
export interface Passed extends Proven {
  readonly way: Way
  /** Who vouched, by name. */
  readonly voucher: string | undefined
}

/** What the step is at. */
export interface StepState {
  offer: Offer
  /** The chosen way, by its name. */
  way: string | undefined
  /** The chosen number or address, by its name. */
  destination: string | undefined
  document: string | undefined
  /** The id of who vouches; `undefined` for somebody else, whose id is typed. */
  voucher: string | undefined
  otherVoucher: string | undefined
  /** The code, or another answer. */
  answer: string
  /** What has begun, by way and destination or voucher. */
  begun: Map<string, Begun>
  /** Ways that were closed since the account was loaded. */
  closed: Map<string, Closed>
  error: { readonly place: ErrorPlace; readonly say: Say } | undefined
  busy: { readonly with: 'begin' | 'check' | 'record'; readonly key?: string } | undefined
  /** A sentence for a screen reader and the eye, such as "Code sent". */
  status: Say
  /** What happened before: the identification ran out, or the account changed. */
  notice: Say | undefined
  passed: readonly Passed[]
  /** Resets that were done with the proofs. A second one carries them over, a third is refused. */
  resets: number
  /** The operator is saying why the caller could not be identified. */
  stopping: { readonly why: NotIdentified | undefined } | undefined
}

/** The step as it begins. */
export function freshState(offer: Offer): StepState {
  const [first, ...others] = offer.ways
  return {
    offer,
    way: others.length === 0 ? first?.name : undefined,
    destination: undefined,
    document: undefined,
    voucher: undefined,
    otherVoucher: undefined,
    answer: '',
    begun: new Map(),
    closed: new Map(),
    error: undefined,
    busy: undefined,
    status: () => '',
    notice: undefined,
    passed: [],
    resets: 0,
    stopping: undefined,
  }
}

/** Why a way is closed; `undefined` for an open one. */
export function closedOf({ closed, offer }: StepState, way: Way): Closed | undefined {
  return closed.get(way.name) ?? way.unavailable ?? offer.closed
}

/** Whether the ways that were passed suffice. */
export function suffices({ passed }: StepState): boolean {
  return passed.at(-1)?.suffices === true
}

/** The ways that are left: those of the sets in which the passed ones stand. */
export function waysLeft({ offer, passed }: StepState): readonly Way[] {
  const names = passed.map(({ way }) => way.name)
  const sets = offer.sets.filter((set) => names.every((name) => set.includes(name)))
  return offer.ways.filter(
    ({ name }) => !names.includes(name) && sets.some((set) => set.includes(name)),
  )
}

/** The chosen way, where it is open. */
export function chosenWay(state: StepState): Way | undefined {
  const way = waysLeft(state).find(({ name }) => name === state.way)
  return way && closedOf(state, way) === undefined ? way : undefined
}

/** The chosen number or address. Where there is one alone, nobody has to choose. */
export function chosenDestination({ destination }: StepState, way: Way): string | undefined {
  const open = way.destinations.filter(({ closed }) => !closed)
  const chosen = open.find(({ name }) => name === destination)
  return (chosen ?? (open.length === 1 ? open[0] : undefined))?.name
}

/** The id of who vouches; `''` while nobody is chosen or named. */
export function chosenVoucher({ voucher, otherVoucher }: StepState, way: Way): string {
  if (otherVoucher !== undefined) return otherVoucher.trim()
  const chosen = way.vouchers.find(({ id }) => id === voucher)
  return (chosen ?? (way.vouchers.length === 1 ? way.vouchers[0] : undefined))?.id ?? ''
}

/** Whether somebody else vouches, whose id the operator types. */
export function isOtherVoucher({ otherVoucher }: StepState, way: Way): boolean {
  return otherVoucher !== undefined || way.vouchers.length === 0
}

/** Under what something of this way has begun. */
export function keyOf(state: StepState, way: Way): string {
  const at =
    way.kind === 'second_person' ? chosenVoucher(state, way) : chosenDestination(state, way)
  return JSON.stringify([way.name, at])
}

/** What has begun for the chosen way, number or person. */
export function begunOf(state: StepState, way: Way): Begun | undefined {
  return state.begun.get(keyOf(state, way))
}
