import type { RequestSource } from '../port/audit-event.ts'
import { ForceResetError } from '../port/errors.ts'
import type { User } from '../port/user.ts'
import type { FoundUser, UserStore } from '../port/user-store.ts'
import type { Known } from './audit.ts'
import { auditDenial } from './audit.ts'
import { authorize } from './authorize.ts'
import { capabilitiesOf, checkConfig, checkStoreFits } from './check-config.ts'
import { checkField, longestToken } from './check-field.ts'
import type { ForceResetConfig, Operator } from './config.ts'
import { heardLater } from './heard.ts'
import type { StepFailure } from './step-failure.ts'
import { askStore, callbackFailed, failed } from './step-failure.ts'

/** A question of an operator about one account. */
export interface TargetQuestion<O extends Operator> {
  readonly action: 'view' | 'reset'
  readonly operator: O
  readonly userId: string
  readonly reason?: string | undefined
  readonly correlationId?: string | undefined
  /** Where the request came from, for the audit trail. */
  readonly source?: RequestSource | undefined
  readonly signal?: AbortSignal | undefined
}

/** An account that was found, as the store saw it and as the operator sees it. */
export interface FoundTarget<O extends Operator> {
  readonly ok: true
  readonly operator: O
  readonly signal: AbortSignal | undefined
  readonly store: UserStore
  readonly found: FoundUser
  readonly user: User
}

/** Why there is no target. The store and the user are for the audit trail alone. */
export type HiddenFailure = StepFailure & Known

/** The store of this operator. */
export async function storeOf<O extends Operator>(
  config: ForceResetConfig<O>,
  operator: O,
): Promise<{ readonly ok: true; readonly store: UserStore } | StepFailure> {
  if (typeof config.store !== 'function') return { ok: true, store: config.store }
  const choose = config.store
  const store = await heardLater(config, 'store', async () => {
    const chosen = await choose.call(config, operator)
    if (capabilitiesOf(chosen)) return chosen
    throw new ForceResetError('ERR_INVALID_CONFIG', 'store must answer a UserStore')
  })
  if (!store) return callbackFailed('store_unavailable', 'store')
  checkStoreFits(config, store)
  return { ok: true, store }
}

/** The tenant of the operator; `undefined` where the function fails or does not answer text. */
export async function scopeOf<O extends Operator>(
  config: ForceResetConfig<O>,
  operator: O,
): Promise<string | undefined> {
  if (typeof config.store !== 'function') return ''
  return heardLater(config, 'scope', async () => {
    const scope: unknown = await config.scope?.(operator)
    if (typeof scope === 'string') return scope
    throw new ForceResetError('ERR_INVALID_CONFIG', 'scope must answer text')
  })
}

/**
 * Authorizes the action, looks the account up, and authorizes for that account. In this order a
 * denied operator learns nothing.
 */
export async function findTarget<O extends Operator>(
  config: ForceResetConfig<O>,
  { action, operator, userId, reason, signal }: TargetQuestion<O>,
): Promise<FoundTarget<O> | HiddenFailure> {
  const refused =
    checkField('userId', userId, longestToken) ??
    (await authorize(config, { action, operator, reason }))
  if (refused) return refused
  const chosen = await storeOf(config, operator)
  if (!chosen.ok) return chosen
  const { store } = chosen
  const looked = await askStore(config, { during: 'find', signal }, async () => {
    const found = await store.find(userId, { signal })
    // A copy: a value that cannot be read fails here, before anything is attempted.
    const user = found?.user && { ...found.user }
    // Another spelling of an id would let the account past every count and comparison of ids.
    return user?.id === userId ? { ok: true as const, found, user } : { ok: true as const }
  })
  if (!looked.ok) return { ...looked, store }
  const { found, user } = looked
  // Asked for a missing account too: the time of the answer must not tell it from a denied one.
  const denied = await authorize(config, { action, operator, reason, user })
  if (!found || !user) return { ...failed('user_not_found'), store }
  if (denied) return { ...denied, store, user }
  return { ok: true, operator, signal, store, found, user }
}

/** The same for a question that changes nothing. Only a denial leaves an audit event. */
export async function lookUp<O extends Operator>(
  config: ForceResetConfig<O>,
  question: TargetQuestion<O>,
): Promise<FoundTarget<O> | HiddenFailure> {
  checkConfig(config)
  const target = await findTarget(config, question)
  if (!target.ok) await auditDenial(config, question, target)
  return target
}

/** Answers that hide an account wait for a multiple of this time, in milliseconds. */
const gridMs = 10

/**
 * The answer of `work`. An answer that there is no such account comes later. It waits for the next
 * multiple of 10 ms from the start, and then for a random time below 10 ms.
 *
 * A denied account and a missing one take different work, and the time must not tell which. The
 * random time covers what a timer, which counts whole milliseconds, would still tell.
 */
export async function withoutTiming<T extends object>(work: () => Promise<T>): Promise<T> {
  const start = performance.now()
  const answer = await work()
  if ('code' in answer && answer.code === 'user_not_found') {
    const [random = 0] = crypto.getRandomValues(new Uint8Array(1))
    const wait = gridMs - ((performance.now() - start) % gridMs) + (random / 256) * gridMs
    await new Promise((resolve) => setTimeout(resolve, wait))
  }
  return answer
}
