import type { AccountStatus, FailureCode, Survivor } from '@force-reset/core'
import * as z from 'zod/mini'
import type { ProblemCode } from './problem-code.ts'
import { problemKinds } from './problem-code.ts'
import type { WireList, WireProblem, WireReceipt, WireReset, WireUser, WireView } from './wire.ts'

// The types of wire.ts as schemas, for the OpenAPI document and for tests: nothing that runs in a
// server imports them.

/** The names of a complete list: the compiler misses one that is left out. */
function namesOf<T extends string>(all: Readonly<Record<T, true>>): T[] {
  return Object.keys(all) as T[]
}

const statuses = namesOf<AccountStatus>({
  active: true,
  pending: true,
  suspended: true,
  deleted: true,
  unknown: true,
})

const survivors = namesOf<Survivor>({
  replicas: true,
  kerberos_tickets: true,
  cached_logons: true,
  sessions: true,
  reset_links: true,
  api_keys: true,
  in_flight_sign_ins: true,
  previous_password: true,
  other_hashes: true,
  caches: true,
  tokens: true,
})

const failureCodes = namesOf<FailureCode>({
  invalid_request: true,
  forbidden: true,
  user_not_found: true,
  not_eligible: true,
  own_account: true,
  privileged_user: true,
  conflict: true,
  password_rejected: true,
  rules_unsatisfiable: true,
  must_change_ineffective: true,
  store_denied: true,
  store_unavailable: true,
  busy: true,
  outcome_unknown: true,
  audit_unavailable: true,
  aborted: true,
})

const parameters = z.optional(z.record(z.string(), z.unknown()))
const insecureTransport = z.optional(z.literal(true))

/** Where an account stands. */
export const accountStatusSchema: z.ZodMiniType<AccountStatus> = z.enum(statuses)
const survivor: z.ZodMiniType<Survivor> = z.enum(survivors)

/** {@link WireUser} as a schema. */
export const wireUserSchema: z.ZodMiniType<WireUser> = z.strictObject({
  id: z.string(),
  username: z.string(),
  email: z.optional(z.string()),
  displayName: z.optional(z.string()),
  status: accountStatusSchema,
  privileged: z.boolean(),
  version: z.string(),
  locked: z.optional(z.boolean()),
  createdAt: z.optional(z.iso.datetime()),
  updatedAt: z.optional(z.iso.datetime()),
})

/** {@link WireList} as a schema. */
export const wireListSchema: z.ZodMiniType<WireList> = z.strictObject({
  users: z.array(wireUserSchema),
  nextCursor: z.optional(z.string()),
  truncated: z.boolean(),
  insecureTransport,
})

/** {@link WireView} as a schema. */
export const wireViewSchema: z.ZodMiniType<WireView> = z.strictObject({
  user: wireUserSchema,
  reset: z.union([
    z.strictObject({ allowed: z.literal(true), survives: z.array(survivor) }),
    z.strictObject({
      allowed: z.literal(false),
      code: z.enum(failureCodes),
      detail: z.string(),
      parameters,
    }),
  ]),
  insecureTransport,
})

const wireReceiptSchema: z.ZodMiniType<WireReceipt> = z.strictObject({
  mustChange: z.enum(['enforced', 'application', 'off']),
  expiresAt: z.nullable(z.iso.datetime()),
  unlocked: z.boolean(),
  sessionsRevoked: z.nullable(z.number()),
  endpoint: z.string(),
  survives: z.array(survivor),
  unreadRules: z.array(z.string()),
  auditComplete: z.boolean(),
})

/** {@link WireReset} as a schema. */
export const wireResetSchema: z.ZodMiniType<WireReset> = z.strictObject({
  resetId: z.uuid(),
  user: wireUserSchema,
  temporaryPassword: z.string(),
  receipt: wireReceiptSchema,
})

/** {@link WireProblem} as a schema. */
export const wireProblemSchema: z.ZodMiniType<WireProblem> = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  detail: z.string(),
  code: z.enum(Object.keys(problemKinds) as ProblemCode[]),
  parameters,
  resetId: z.optional(z.uuid()),
})
