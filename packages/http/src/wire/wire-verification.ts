import type {
  NotIdentified,
  SeenDocument,
  VerificationKey,
  VerificationKind,
  VerificationStanding,
} from '@force-reset/core'
import * as z from 'zod/mini'
import type { Fields, WireParameters } from './wire-fields.ts'
import { namesOf, parametersSchema } from './wire-fields.ts'

// As in wire.ts: the types are published, and only the OpenAPI document and the tests load the
// schemas.

const text = z.string()
const flag = z.boolean()
const moment = z.iso.datetime()
const texts = z.array(text)

const standingSchema = z.enum(namesOf<VerificationStanding>({ proven: true, attested: true }))
const documentSchema: z.ZodMiniType<SeenDocument> = z.enum(
  namesOf<SeenDocument>({ staff_badge: true, official_document: true, known_by_sight: true }),
)
const notIdentifiedSchema: z.ZodMiniType<NotIdentified> = z.enum(
  namesOf<NotIdentified>({
    nobody_answered: true,
    wrong_code: true,
    gave_up: true,
    somebody_else: true,
  }),
)
const kindSchema = z.enum(
  namesOf<VerificationKind>({
    call_back: true,
    in_person: true,
    sent_code: true,
    confirmed: true,
    second_person: true,
    application: true,
  }),
)

/** Why a way to identify the caller is closed. `detail` is the English sentence. */
export interface WireClosed {
  readonly key: VerificationKey
  readonly detail: string
  readonly parameters?: WireParameters | undefined
}

const keySchema = z.enum(
  namesOf<VerificationKey>({
    no_proof: true,
    not_enough: true,
    proof_expired: true,
    proof_used: true,
    proof_under_way: true,
    proof_of_another: true,
    foreign_proof: true,
    clocks_differ: true,
    account_changed: true,
    no_policy: true,
    closed: true,
    override_refused: true,
    memory_failed: true,
    method_unavailable: true,
    destination_unknown: true,
    destination_changed: true,
    not_started: true,
    wrong_answer: true,
    too_many_answers: true,
    too_many_starts: true,
    code_used: true,
    not_sent: true,
    not_confirmed: true,
    denied: true,
    may_not_vouch: true,
    own_vouch: true,
  }),
)

const closedSchema: z.ZodMiniType<WireClosed> = z.strictObject({
  key: keySchema,
  detail: text,
  parameters: parametersSchema,
} satisfies Fields<WireClosed>)

/** A number or address of the person, masked. */
export interface WireDestination {
  /** Goes back in `destination`. */
  readonly name: string
  readonly label: string
  /** The last characters alone: `…123`. */
  readonly masked: string
  readonly of: 'person' | 'place' | 'voucher'
  /** Changed in the last days, so the destination cannot be used. */
  readonly closed: boolean
}

const destinationSchema = z.strictObject({
  name: text,
  label: text,
  masked: text,
  of: z.enum(['person', 'place', 'voucher']),
  closed: flag,
} satisfies Fields<WireDestination>)

/** Somebody who may be asked to vouch. */
export interface WireVoucher {
  /** Goes back in `voucherId`. */
  readonly id: string
  readonly name: string
}

const voucherSchema = z.strictObject({ id: text, name: text } satisfies Fields<WireVoucher>)

/** One way to identify the caller. */
export interface WireMethod {
  /** Goes back in `method`. */
  readonly name: string
  readonly kind: VerificationKind
  readonly standing: VerificationStanding
  readonly destinations?: readonly WireDestination[] | undefined
  readonly documents?: readonly SeenDocument[] | undefined
  readonly vouchers?: readonly WireVoucher[] | undefined
  /** Where a voucher opens the page, as people read it out. */
  readonly address?: string | undefined
  readonly unavailable?: WireClosed | undefined
}

const methodSchema = z.strictObject({
  name: text,
  kind: kindSchema,
  standing: standingSchema,
  destinations: z.optional(z.array(destinationSchema)),
  documents: z.optional(z.array(documentSchema)),
  vouchers: z.optional(z.array(voucherSchema)),
  address: z.optional(text),
  unavailable: z.optional(closedSchema),
} satisfies Fields<WireMethod>)

/** The last caller who could not be identified. */
export interface WireNotIdentified {
  /** UTC, ISO 8601. */
  readonly at: string
  readonly operatorId: string
  readonly why: NotIdentified
}

/** What happened to an account in a day. */
export interface WireRecent {
  readonly resets: number
  readonly notIdentified: number
  readonly lastNotIdentified?: WireNotIdentified | undefined
  readonly suspicious: boolean
}

const recentSchema = z.strictObject({
  resets: z.number(),
  notIdentified: z.number(),
  lastNotIdentified: z.optional(
    z.strictObject({
      at: moment,
      operatorId: text,
      why: notIdentifiedSchema,
    } satisfies Fields<WireNotIdentified>),
  ),
  suspicious: flag,
} satisfies Fields<WireRecent>)

/** How the caller of a reset can be identified. */
export interface WireVerification {
  /** Sets of names of methods. Any one set suffices. */
  readonly sets: readonly (readonly string[])[]
  readonly methods: readonly WireMethod[]
  readonly recent: WireRecent
  /** Whether this operator may reset without identification. */
  readonly override: boolean
  /** Why nobody can be identified now, whatever the method. */
  readonly closed?: WireClosed | undefined
}

/** {@link WireVerification} as a schema. */
export const wireVerificationSchema: z.ZodMiniType<WireVerification> = z.strictObject({
  sets: z.array(texts),
  methods: z.array(methodSchema),
  recent: recentSchema,
  override: flag,
  closed: z.optional(closedSchema),
} satisfies Fields<WireVerification>)

/** Body of `POST {base}/users/{id}/start-verification`. */
export interface WireStartRequest {
  readonly method: string
  /** The number to be shown, or the address that gets the code. */
  readonly destination?: string | undefined
  /** Who shall vouch. */
  readonly voucherId?: string | undefined
}

/** {@link WireStartRequest} as a schema. */
export const wireStartRequestSchema: z.ZodMiniType<WireStartRequest> = z.strictObject({
  method: text,
  destination: z.optional(text),
  voucherId: z.optional(text),
} satisfies Fields<WireStartRequest>)

/** Body of the response to `POST {base}/users/{id}/start-verification`. */
export interface WireStarted {
  /** The same as in the audit trail. */
  readonly verificationId: string
  readonly method: string
  /** UTC, ISO 8601. */
  readonly startedAt: string
  /** Until when the answer has to come: UTC, ISO 8601. */
  readonly until: string
  /** The whole number, which the operator rings. */
  readonly number?: string | undefined
  /** The number or address that was used, masked. */
  readonly destination?: string | undefined
}

/** {@link WireStarted} as a schema. */
export const wireStartedSchema: z.ZodMiniType<WireStarted> = z.strictObject({
  verificationId: text,
  method: text,
  startedAt: moment,
  until: moment,
  number: z.optional(text),
  destination: z.optional(text),
} satisfies Fields<WireStarted>)

/** Body of `POST {base}/users/{id}/answer-verification`. */
export interface WireAnswerRequest {
  readonly method: string
  /** The number that was rung. */
  readonly destination?: string | undefined
  /** The code. Blanks and hyphens in it do not matter. */
  readonly answer?: string | undefined
  /** What the operator looked at. */
  readonly document?: SeenDocument | undefined
  /** The account of somebody who sees the person, where not the person came to the telephone. */
  readonly witnessId?: string | undefined
  /** The proofs so far, so that the response says whether all together suffice. */
  readonly proofs?: readonly string[] | undefined
}

/** {@link WireAnswerRequest} as a schema. */
export const wireAnswerRequestSchema: z.ZodMiniType<WireAnswerRequest> = z.strictObject({
  method: text,
  destination: z.optional(text),
  answer: z.optional(text),
  document: z.optional(documentSchema),
  witnessId: z.optional(text),
  proofs: z.optional(texts),
} satisfies Fields<WireAnswerRequest>)

/** One way in which the caller was identified. */
export interface WireIdentified {
  readonly verificationId: string
  readonly method: string
  readonly standing: VerificationStanding
  /** UTC, ISO 8601. */
  readonly at: string
  readonly destination?: string | undefined
  readonly secondPersonId?: string | undefined
  readonly document?: SeenDocument | undefined
}

const identifiedSchema = z.strictObject({
  verificationId: text,
  method: text,
  standing: standingSchema,
  at: moment,
  destination: z.optional(text),
  secondPersonId: z.optional(text),
  document: z.optional(documentSchema),
} satisfies Fields<WireIdentified>)

/** Body of the response to `POST {base}/users/{id}/answer-verification`. */
export interface WireAnswered {
  /** Goes into `proofs` of the reset. Keep it out of addresses, logs and storage. */
  readonly proof: string
  readonly identified: WireIdentified
  /** Until when the proof is good: UTC, ISO 8601. */
  readonly until: string
  /** Whether the proof suffices, together with those of the request. */
  readonly suffices: boolean
}

/** {@link WireAnswered} as a schema. */
export const wireAnsweredSchema: z.ZodMiniType<WireAnswered> = z.strictObject({
  proof: text,
  identified: identifiedSchema,
  until: moment,
  suffices: flag,
} satisfies Fields<WireAnswered>)

/** Body of `POST {base}/users/{id}/fail-verification`. */
export interface WireFailRequest {
  readonly why: NotIdentified
  /** The method that was tried, where one was. */
  readonly method?: string | undefined
}

/** {@link WireFailRequest} as a schema. */
export const wireFailRequestSchema: z.ZodMiniType<WireFailRequest> = z.strictObject({
  why: notIdentifiedSchema,
  method: z.optional(text),
} satisfies Fields<WireFailRequest>)

/** Body of the response to `POST {base}/users/{id}/fail-verification`. */
export interface WireFailed {
  readonly recorded: true
}

/** {@link WireFailed} as a schema. */
export const wireFailedSchema: z.ZodMiniType<WireFailed> = z.strictObject({
  recorded: z.literal(true),
} satisfies Fields<WireFailed>)

/** Somebody is asked to vouch for a caller. */
export interface WireVouch {
  readonly verificationId: string
  readonly operator: WireVoucher
  readonly user: {
    readonly username: string
    readonly displayName?: string | undefined
    readonly place?: string | undefined
  }
  /** UTC, ISO 8601. */
  readonly askedAt: string
  /** UTC, ISO 8601. */
  readonly until: string
}

const vouchSchema = z.strictObject({
  verificationId: text,
  operator: voucherSchema,
  user: z.strictObject({
    username: text,
    displayName: z.optional(text),
    place: z.optional(text),
  } satisfies Fields<WireVouch['user']>),
  askedAt: moment,
  until: moment,
} satisfies Fields<WireVouch>)

/** Body of the response to `POST {base}/vouches`. */
export interface WireVouches {
  readonly vouches: readonly WireVouch[]
}

/** {@link WireVouches} as a schema. */
export const wireVouchesSchema: z.ZodMiniType<WireVouches> = z.strictObject({
  vouches: z.array(vouchSchema),
} satisfies Fields<WireVouches>)

/** Body of `POST {base}/vouch`. */
export interface WireVouchRequest {
  readonly verificationId: string
}

/** {@link WireVouchRequest} as a schema. */
export const wireVouchRequestSchema: z.ZodMiniType<WireVouchRequest> = z.strictObject({
  verificationId: text,
} satisfies Fields<WireVouchRequest>)

/** Body of the response to `POST {base}/vouch`. */
export interface WireVouchCode {
  /** To be read out to the operator: `4829 1306`. */
  readonly code: string
  /** UTC, ISO 8601. */
  readonly until: string
  readonly vouch: WireVouch
}

/** {@link WireVouchCode} as a schema. */
export const wireVouchCodeSchema: z.ZodMiniType<WireVouchCode> = z.strictObject({
  code: text,
  until: moment,
  vouch: vouchSchema,
} satisfies Fields<WireVouchCode>)
