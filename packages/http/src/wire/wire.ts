import type {
  AccountStatus,
  Closing,
  FailureCode,
  MustChange,
  StatusReason,
  StillOpen,
  Survivor,
  UserFact,
} from '@force-reset/core'
import * as z from 'zod/mini'
import type { ProblemCode } from './problem-code.ts'
import { problemKinds } from './problem-code.ts'
import type { Fields, WireParameters } from './wire-fields.ts'
import { namesOf, parametersSchema } from './wire-fields.ts'
import type { WireVerification } from './wire-verification.ts'
import { wireVerificationSchema } from './wire-verification.ts'

// Each type of the wire stands beside its schema, and `Fields` holds the two to the same fields.
// The types are what gets published. Only the OpenAPI document and the tests load the schemas, so
// that no server and no browser loads zod: import this file with `import type`.

/** Where an account stands. */
export const accountStatusSchema: z.ZodMiniType<AccountStatus> = z.enum(
  namesOf<AccountStatus>({
    active: true,
    pending: true,
    suspended: true,
    deleted: true,
    unknown: true,
  }),
)

const statusReasonSchema: z.ZodMiniType<StatusReason> = z.enum(
  namesOf<StatusReason>({
    disabled: true,
    ended: true,
    blocked: true,
    locked: true,
    protected: true,
    service_account: true,
    signs_in_elsewhere: true,
  }),
)

const survivesSchema = z.array(
  z.enum(
    namesOf<Survivor>({
      replicas: true,
      kerberos_tickets: true,
      cached_logons: true,
      sessions: true,
      reset_links: true,
      api_keys: true,
      in_flight_sign_ins: true,
      previous_password: true,
      other_hashes: true,
      other_credentials: true,
      temporary_password: true,
      caches: true,
      tokens: true,
    }),
  ),
)

const failureCodeSchema: z.ZodMiniType<FailureCode> = z.enum(
  namesOf<FailureCode>({
    invalid_request: true,
    forbidden: true,
    user_not_found: true,
    not_eligible: true,
    own_account: true,
    privileged_user: true,
    conflict: true,
    verification_required: true,
    password_rejected: true,
    rules_unsatisfiable: true,
    must_change_ineffective: true,
    store_denied: true,
    store_unavailable: true,
    busy: true,
    outcome_unknown: true,
    audit_unavailable: true,
    aborted: true,
  }),
)

const mustChangeSchema: z.ZodMiniType<MustChange> = z.enum(
  namesOf<MustChange>({ enforced: true, unproven: true, application: true, off: true }),
)

const text = z.string()
const flag = z.boolean()
const moment = z.iso.datetime()

/**
 * An account as JSON. Text is as the store has it: escape it with core's `visibleText` before
 * showing it.
 */
export interface WireUser {
  readonly id: string
  readonly username: string
  readonly email?: string | undefined
  readonly displayName?: string | undefined
  /** Where the account stands in the organisation, such as `Berlin / Ward 3B`. */
  readonly place?: string | undefined
  /** What tells two people of one name apart, in the order of the site. */
  readonly facts?: readonly UserFact[] | undefined
  readonly status: AccountStatus
  /** Why the account has its status, where the store can tell. */
  readonly statusReason?: StatusReason | undefined
  readonly privileged: boolean
  /** Goes back, unchanged, in the reset's `version`. */
  readonly version: string
  /** Whether failed sign-ins have locked the account for a time. */
  readonly locked?: boolean | undefined
  /** Whether the user has to choose a new password at the next sign-in. */
  readonly mustChange?: boolean | undefined
  /** UTC, ISO 8601. */
  readonly createdAt?: string | undefined
  /** UTC, ISO 8601. */
  readonly updatedAt?: string | undefined
  /** When the password was set. UTC, ISO 8601, as the moments below. */
  readonly passwordSetAt?: string | undefined
  /** When the lock by failed sign-ins ends by itself. */
  readonly lockedUntil?: string | undefined
  /** The end date of the account. */
  readonly endsOn?: string | undefined
  /** The last sign-in that is known. There may have been later ones. */
  readonly lastSignIn?: string | undefined
}

const factSchema = z.strictObject({ name: text, value: text } satisfies Fields<UserFact>)

/** {@link WireUser} as a schema. */
export const wireUserSchema: z.ZodMiniType<WireUser> = z.strictObject({
  id: text,
  username: text,
  email: z.optional(text),
  displayName: z.optional(text),
  place: z.optional(text),
  facts: z.optional(z.array(factSchema)),
  status: accountStatusSchema,
  statusReason: z.optional(statusReasonSchema),
  privileged: flag,
  version: text,
  locked: z.optional(flag),
  mustChange: z.optional(flag),
  createdAt: z.optional(moment),
  updatedAt: z.optional(moment),
  passwordSetAt: z.optional(moment),
  lockedUntil: z.optional(moment),
  endsOn: z.optional(moment),
  lastSignIn: z.optional(moment),
} satisfies Fields<WireUser>)

/**
 * What a reset of the account would do, or why it would be refused. `detail` is the English
 * sentence.
 */
export type WirePreview =
  | {
      readonly allowed: true
      readonly survives: readonly Survivor[]
      /** How the caller can be identified. Only where the configuration asks for that. */
      readonly verification?: WireVerification | undefined
    }
  | {
      readonly allowed: false
      readonly code: FailureCode
      readonly detail: string
      readonly parameters?: WireParameters | undefined
    }

const previewSchema: z.ZodMiniType<WirePreview> = z.union([
  z.strictObject({
    allowed: z.literal(true),
    survives: survivesSchema,
    verification: z.optional(wireVerificationSchema),
  } satisfies Fields<Extract<WirePreview, { readonly allowed: true }>>),
  z.strictObject({
    allowed: z.literal(false),
    code: failureCodeSchema,
    detail: text,
    parameters: parametersSchema,
  } satisfies Fields<Extract<WirePreview, { readonly allowed: false }>>),
])

const insecureTransport = z.optional(z.literal(true))

/** A reset of the account without a known outcome. */
export interface WireOpenReset {
  readonly resetId: string
  readonly operatorId: string
  /** UTC, ISO 8601. */
  readonly attemptedAt: string
}

const openResetFields = { resetId: z.uuid(), operatorId: text, attemptedAt: moment }
const openResetSchema: z.ZodMiniType<WireOpenReset> = z.strictObject(
  openResetFields satisfies Fields<WireOpenReset>,
)

/** Body of `GET {base}/users/{id}`. */
export interface WireView {
  readonly user: WireUser
  readonly reset: WirePreview
  /** Absent where there is none. `POST {base}/users/{id}/check` finds out what became of them. */
  readonly openResets?: readonly WireOpenReset[] | undefined
  /** Present when the handler was told to work without TLS, and does: a page has to say so. */
  readonly insecureTransport?: true | undefined
}

/** {@link WireView} as a schema. */
export const wireViewSchema: z.ZodMiniType<WireView> = z.strictObject({
  user: wireUserSchema,
  reset: previewSchema,
  openResets: z.optional(z.array(openResetSchema)),
  insecureTransport,
} satisfies Fields<WireView>)

/** A reset that had no known outcome, and what was found out. */
export interface WireCheckedReset extends WireOpenReset {
  readonly closing: Closing['closing']
  /** With `applied_unused`: whether a password that nobody knows is in its place. */
  readonly ended?: boolean | undefined
  /** With `still_open`: why. */
  readonly why?: StillOpen | undefined
}

const closingSchema = z.enum(
  namesOf<Closing['closing']>({
    applied_unused: true,
    not_applied: true,
    overtaken: true,
    still_open: true,
  }),
)
const stillOpenSchema = z.enum(
  namesOf<StillOpen>({
    unreachable: true,
    not_yet: true,
    unclear: true,
    not_ended: true,
    unrecorded: true,
  }),
)

/** Body of the response to `POST {base}/users/{id}/check`. */
export interface WireCheck {
  /** None where none is open, or where a reset is still under way. */
  readonly resets: readonly WireCheckedReset[]
}

/** {@link WireCheck} as a schema. */
export const wireCheckSchema: z.ZodMiniType<WireCheck> = z.strictObject({
  resets: z.array(
    z.strictObject({
      ...openResetFields,
      closing: closingSchema,
      ended: z.optional(flag),
      why: z.optional(stillOpenSchema),
    } satisfies Fields<WireCheckedReset>),
  ),
} satisfies Fields<WireCheck>)

/** Body of `GET {base}/users`. */
export interface WireList {
  readonly users: readonly WireUser[]
  /** Goes into `cursor` for the next page, within one hour; absent on the last. */
  readonly nextCursor?: string | undefined
  /** `true`: more accounts match than the store can page through; the search should be narrowed. */
  readonly truncated: boolean
  readonly insecureTransport?: true | undefined
}

/** {@link WireList} as a schema. */
export const wireListSchema: z.ZodMiniType<WireList> = z.strictObject({
  users: z.array(wireUserSchema),
  nextCursor: z.optional(text),
  truncated: flag,
  insecureTransport,
} satisfies Fields<WireList>)

/** Body of `POST {base}/users/{id}/force-reset`. */
export interface WireResetRequest {
  /** The `version` of the account that the operator saw; absent where `If-Match` has it. */
  readonly version?: string | undefined
  /** Why, for the audit trail. */
  readonly reason?: string | undefined
  /** Proofs that the caller was identified. Only where the configuration asks for some. */
  readonly proofs?: readonly string[] | undefined
  /** `true` resets without identification, for an operator who may. */
  readonly override?: boolean | undefined
}

/** {@link WireResetRequest} as a schema. */
export const wireResetRequestSchema: z.ZodMiniType<WireResetRequest> = z.strictObject({
  version: z.optional(text),
  reason: z.optional(text),
  proofs: z.optional(z.array(text)),
  override: z.optional(flag),
} satisfies Fields<WireResetRequest>)

/** What a reset did. */
export interface WireReceipt {
  readonly mustChange: MustChange
  /** UTC, ISO 8601; `null` when the temporary password does not expire. */
  readonly expiresAt: string | null
  readonly unlocked: boolean
  readonly sessionsRevoked: number | null
  readonly endpoint: string
  readonly survives: readonly Survivor[]
  readonly unreadRules: readonly string[]
  readonly auditComplete: boolean
}

const wireReceiptSchema = z.strictObject({
  mustChange: mustChangeSchema,
  expiresAt: z.nullable(moment),
  unlocked: flag,
  sessionsRevoked: z.nullable(z.number()),
  endpoint: text,
  survives: survivesSchema,
  unreadRules: z.array(text),
  auditComplete: flag,
} satisfies Fields<WireReceipt>)

/**
 * Body of the response to a successful `POST {base}/users/{id}/force-reset`: the only response that
 * holds a password, once.
 */
export interface WireReset {
  /** The same as in the audit trail. */
  readonly resetId: string
  readonly user: WireUser
  readonly temporaryPassword: string
  readonly receipt: WireReceipt
}

/** {@link WireReset} as a schema. */
export const wireResetSchema: z.ZodMiniType<WireReset> = z.strictObject({
  resetId: z.uuid(),
  user: wireUserSchema,
  temporaryPassword: text,
  receipt: wireReceiptSchema,
} satisfies Fields<WireReset>)

/** A problem (RFC 9457), sent as `application/problem+json`. */
export interface WireProblem {
  /** `urn:force-reset:problem:` and the code. */
  readonly type: string
  readonly title: string
  readonly status: number
  /** What happened and what to do, in English, for an operator. */
  readonly detail: string
  readonly code: ProblemCode
  readonly parameters?: WireParameters | undefined
  /** Only with `outcome_unknown`: finds the reset in the audit trail. */
  readonly resetId?: string | undefined
}

/** {@link WireProblem} as a schema. */
export const wireProblemSchema: z.ZodMiniType<WireProblem> = z.strictObject({
  type: text,
  title: text,
  status: z.number(),
  detail: text,
  code: z.enum(Object.keys(problemKinds) as ProblemCode[]),
  parameters: parametersSchema,
  resetId: z.optional(z.uuid()),
} satisfies Fields<WireProblem>)
