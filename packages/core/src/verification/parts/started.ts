import type { Place } from './remembered.ts'

/** A verification that has begun, as the memory keeps it. */
export interface StartedRecord {
  readonly verificationId: string
  /** The account as it was. */
  readonly version: string
  /** Label of the key with which the code is made. */
  readonly keyLabel: string
  readonly destination?: string | undefined
  readonly destinationDigest?: string | undefined
  /** Who answers at the destination. */
  readonly of?: string | undefined
  readonly voucherId?: string | undefined
}

/** Where the memory keeps that an operator began to identify the caller of an account. */
export function placeOfStart(
  account: Place,
  operatorId: string,
  method: string,
  destination = '',
): Place {
  return ['started', ...account, operatorId, method, destination]
}

/** The record of a start, from what the memory kept. */
export function readStarted(kept: Readonly<Record<string, unknown>>): StartedRecord {
  const text = (name: string): string | undefined =>
    kept[name] === undefined ? undefined : String(kept[name])
  return {
    verificationId: text('verificationId') ?? '',
    version: text('version') ?? '',
    keyLabel: text('keyLabel') ?? '',
    destination: text('destination'),
    destinationDigest: text('destinationDigest'),
    of: text('of'),
    voucherId: text('voucherId'),
  }
}

/** A request to vouch, as the memory keeps it for the voucher. */
export interface VouchRecord {
  readonly verificationId: string
  readonly keyLabel: string
  readonly store: string
  readonly operatorId: string
  readonly operatorUsername: string
  readonly operatorEmail: string
  readonly operatorName: string
  readonly userId: string
  readonly username: string
  readonly email: string
  readonly displayName: string
  readonly place: string
  readonly askedMs: number
  readonly untilMs: number
}

/** The record of a request to vouch, from what the memory kept. */
export function readVouch(kept: Readonly<Record<string, unknown>>): VouchRecord {
  const text = (name: string): string => String(kept[name] ?? '')
  return {
    verificationId: text('verificationId'),
    keyLabel: text('keyLabel'),
    store: text('store'),
    operatorId: text('operatorId'),
    operatorUsername: text('operatorUsername'),
    operatorEmail: text('operatorEmail'),
    operatorName: text('operatorName'),
    userId: text('userId'),
    username: text('username'),
    email: text('email'),
    displayName: text('displayName'),
    place: text('place'),
    askedMs: Number(kept['askedMs']),
    untilMs: Number(kept['untilMs']),
  }
}

/** Requests that a voucher sees at a time: a newer one takes the place of the oldest. */
export const vouchSlots: readonly number[] = Object.freeze(Array.from({ length: 10 }, (_, i) => i))

/** Where the memory keeps the requests that name a voucher. */
export function placeOfVouch(scope: string, voucherId: string, slot: number): Place {
  return ['vouch request', scope, voucherId, slot]
}

/** Where the memory keeps that a voucher has vouched. */
export function placeOfVouched(verificationId: string): Place {
  return ['vouched', verificationId]
}

/** Where the memory keeps what the person answered. */
export function placeOfConfirmation(verificationId: string): Place {
  return ['confirmation', verificationId]
}

/** The fields that the code of a voucher follows from. */
export function vouchFields(
  scope: string,
  {
    store,
    operatorId,
    userId,
    verificationId,
  }: Pick<VouchRecord, 'store' | 'operatorId' | 'userId' | 'verificationId'>,
  voucherId: string,
  minute: number,
): readonly (string | number)[] {
  return [scope, store, operatorId, voucherId, userId, verificationId, minute]
}
