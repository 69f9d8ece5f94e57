import type { NotIdentified, SeenDocument, VerificationKind } from '@force-reset/core'
import { visibleText } from '@force-reset/core'
import type { Fields } from '../client/json-fields.ts'
import { fieldsOf, isNumber, isText, listOf, textsOf } from '../client/json-fields.ts'
import type { UnknownName } from '../words/trouble.ts'
import { entryOf } from '../words/trouble.ts'
import { englishVerification } from './english-verification.ts'

/** Why a way is closed. */
export interface Closed {
  readonly key: string
  readonly detail: string
  readonly parameters: Fields
}

/** A number or address, masked. */
export interface Destination {
  readonly name: string
  /** `Mobile …123`. */
  readonly title: string
  readonly of: 'person' | 'place' | 'voucher'
  readonly closed: boolean
}

/** Somebody who may be asked to vouch. */
interface Voucher {
  readonly id: string
  readonly name: string
}

/** One way to identify the caller. */
export interface Way {
  readonly name: string
  readonly kind: VerificationKind
  readonly standing: 'proven' | 'attested'
  readonly destinations: readonly Destination[]
  readonly documents: readonly (SeenDocument | UnknownName)[]
  readonly vouchers: readonly Voucher[]
  readonly address: string
  readonly unavailable: Closed | undefined
}

/** How the caller can be identified. */
export interface Offer {
  readonly sets: readonly (readonly string[])[]
  readonly ways: readonly Way[]
  readonly resets: number
  readonly notIdentified: number
  readonly last: LastFailure | undefined
  readonly suspicious: boolean
  readonly closed: Closed | undefined
}

/** The last caller who could not be identified. */
interface LastFailure {
  readonly at: Date
  readonly operator: string
  readonly why: NotIdentified | UnknownName
}

/** How the caller can be identified, from JSON. A way of a kind that is not known is left out. */
export function readOffer(json: unknown): Offer {
  const { sets, methods, recent, closed } = fieldsOf(json)
  const { resets, notIdentified, lastNotIdentified, suspicious } = fieldsOf(recent)
  return {
    sets: Array.isArray(sets) ? sets.map(textsOf) : [],
    ways: listOf(methods).flatMap(readWay),
    resets: isNumber(resets) ? resets : 0,
    notIdentified: isNumber(notIdentified) ? notIdentified : 0,
    last: readLast(lastNotIdentified),
    suspicious: suspicious === true,
    closed: readClosed(closed),
  }
}

/** Why a way is closed, from JSON: the reason of an offer, or the parameters of a problem. */
export function readClosed(json: unknown): Closed | undefined {
  const { key, detail, parameters } = fieldsOf(json)
  if (!isText(key)) return undefined
  return {
    key,
    detail: isText(detail) ? visibleText(detail) : '',
    parameters: fieldsOf(parameters),
  }
}

function readWay(fields: Fields): readonly Way[] {
  const { name, kind, standing, destinations, documents, vouchers, address, unavailable } = fields
  if (!isText(name) || !isKind(kind)) return []
  return [
    {
      name,
      kind,
      standing: standing === 'proven' ? 'proven' : 'attested',
      destinations: listOf(destinations).flatMap(readDestination),
      documents: textsOf(documents),
      vouchers: listOf(vouchers).flatMap(readVoucher),
      address: isText(address) ? address : '',
      unavailable: readClosed(unavailable),
    },
  ]
}

function isKind(kind: unknown): kind is VerificationKind {
  return isText(kind) && entryOf(englishVerification.ways, kind) !== undefined
}

function readDestination({ name, label, masked, of, closed }: Fields): readonly Destination[] {
  if (!isText(name) || !isText(masked)) return []
  return [
    {
      name,
      title: [isText(label) ? label : name, masked].filter(Boolean).join(' '),
      of: of === 'place' || of === 'voucher' ? of : 'person',
      closed: closed === true,
    },
  ]
}

function readVoucher({ id, name }: Fields): readonly Voucher[] {
  return isText(id) ? [{ id, name: isText(name) ? name : id }] : []
}

function readLast(json: unknown): LastFailure | undefined {
  const { at, operatorId, why } = fieldsOf(json)
  const moment = dateOf(at)
  return moment && isText(operatorId) && isText(why)
    ? { at: moment, operator: operatorId, why }
    : undefined
}

/** Something that has begun: a number is shown, a code was sent, somebody was asked. */
export interface Begun {
  readonly number: string | undefined
  readonly destination: string | undefined
  readonly at: Date
  readonly until: Date
}

/** Something that has begun, from JSON, by the clock of this browser. */
export function readBegun(json: unknown): Begun | undefined {
  const { startedAt, until, number, destination } = fieldsOf(json)
  const times = onThisClock(startedAt, until)
  return (
    times && {
      ...times,
      number: isText(number) ? number : undefined,
      destination: isText(destination) ? destination : undefined,
    }
  )
}

/** A proof, and how the caller was identified. */
export interface Proven {
  readonly proof: string
  readonly destination: string | undefined
  readonly document: string | undefined
  readonly at: Date
  readonly until: Date
  readonly suffices: boolean
}

/** A proof, from JSON, by the clock of this browser. */
export function readProven(json: unknown): Proven | undefined {
  const { proof, identified, until, suffices } = fieldsOf(json)
  const { at, destination, document } = fieldsOf(identified)
  const times = onThisClock(at, until)
  if (!isText(proof) || !times) return undefined
  return {
    ...times,
    proof,
    destination: isText(destination) ? destination : undefined,
    document: isText(document) ? document : undefined,
    suffices: suffices === true,
  }
}

/** Two moments of the server, moved so that the first is now: clocks may differ. */
function onThisClock(
  from: unknown,
  until: unknown,
): { readonly at: Date; readonly until: Date } | undefined {
  const [start, end] = [dateOf(from), dateOf(until)]
  if (!start || !end) return undefined
  const at = new Date()
  return { at, until: new Date(at.getTime() + end.getTime() - start.getTime()) }
}

function dateOf(value: unknown): Date | undefined {
  const moment = new Date(isText(value) ? value : Number.NaN)
  return Number.isNaN(moment.getTime()) ? undefined : moment
}
