import type { RequestSource } from '../../port/audit-event.ts'
import type { IdentifiedBy, NotIdentified, SeenDocument } from '../../port/verification.ts'
import type { Operator } from '../../reset/config.ts'
import type { PreviewRequest } from '../../reset/preview-reset.ts'
import type { QueryFailure } from '../../reset/view-user.ts'

/** Begins to identify the caller of a reset. */
export interface StartRequest<O extends Operator> extends PreviewRequest<O> {
  /** Name of the method. A method that needs no beginning, such as `in_person`, refuses. */
  readonly method: string
  /** Name of a destination, for `call_back` and `sent_code`. */
  readonly destination?: string | undefined
  /** The id of the person who shall vouch, for `second_person`. */
  readonly voucherId?: string | undefined
}

/** A verification that has begun. */
export interface Started {
  readonly ok: true
  readonly verificationId: string
  readonly method: string
  readonly startedAt: Date
  /** Until when the answer has to come. */
  readonly until: Date
  /** Of `call_back` alone: the whole number, to be rung by the operator. */
  readonly number?: string | undefined
  /** The number or address that was used, masked. */
  readonly destination?: string | undefined
}

export type StartResult = Started | QueryFailure

/** The answer of the caller, or what the operator saw. */
export interface AnswerRequest<O extends Operator> extends PreviewRequest<O> {
  readonly method: string
  /** Of `call_back`: the destination that was rung. */
  readonly destination?: string | undefined
  /**
   * The code of `sent_code` or `second_person`, or the answer of a method of the application.
   * Blanks and hyphens in a code do not matter.
   */
  readonly answer?: string | undefined
  /** Of `in_person`: what the operator looked at. */
  readonly document?: SeenDocument | undefined
  /** Of `call_back` at a place: the account of another person, who sees the caller. */
  readonly witnessId?: string | undefined
  /** Proofs that the operator has already, so that the answer says whether all together suffice. */
  readonly proofs?: readonly string[] | undefined
}

/** The caller was identified in one way. */
export interface Answered {
  readonly ok: true
  /**
   * Goes into `proofs` of the reset. Whoever holds this text can reset this account once as this
   * operator: keep the text out of addresses, logs and storage.
   */
  readonly proof: string
  readonly identified: IdentifiedBy
  /** Until when the proof is good. */
  readonly until: Date
  /** Whether this proof suffices, together with those of the request. */
  readonly suffices: boolean
}

export type AnswerResult = Answered | QueryFailure

/** The caller could not be identified. Nothing is changed. */
export interface FailRequest<O extends Operator> extends PreviewRequest<O> {
  readonly why: NotIdentified
  /** The method that was tried, where one was. */
  readonly method?: string | undefined
}

export type FailResult = { readonly ok: true } | QueryFailure

/** A person who is signed in, and who may vouch. */
export interface Voucher {
  readonly id: string
  readonly username?: string | undefined
  readonly email?: string | undefined
}

/** A question of somebody who may vouch. */
export interface VouchesRequest {
  /** The person as the sign-in of the page knows them, never as a request names them. */
  readonly voucher: Voucher
  /** The tenant of the person. Has to be given where `store` is a function. */
  readonly scope?: string | undefined
  readonly source?: RequestSource | undefined
}

/** Somebody is asked to vouch. */
export interface OpenVouch {
  readonly verificationId: string
  readonly operator: { readonly id: string; readonly name: string }
  /** The account as the operator saw it. */
  readonly user: {
    readonly username: string
    readonly displayName?: string | undefined
    readonly place?: string | undefined
  }
  readonly askedAt: Date
  /** Until when the operator has to type the code. */
  readonly until: Date
}

export type VouchesResult =
  | { readonly ok: true; readonly vouches: readonly OpenVouch[] }
  | QueryFailure

/** One person vouches for one caller. */
export interface VouchRequest extends VouchesRequest {
  readonly verificationId: string
}

export type VouchResult =
  | {
      readonly ok: true
      /** To be read out to the operator: `4829 1306`. It works for this operator alone. */
      readonly code: string
      readonly until: Date
      readonly vouch: OpenVouch
    }
  | QueryFailure

/** What the person answered on a device of their own. */
export interface ConfirmationAnswer {
  /** `token` of the question. */
  readonly token: string
  readonly answer: 'confirmed' | 'denied'
  readonly source?: RequestSource | undefined
}

export type ConfirmationResult = { readonly ok: true } | QueryFailure
