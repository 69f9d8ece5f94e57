import type { User } from '../port/user.ts'
import type { FoundUser, UserStore } from '../port/user-store.ts'
import { orNothing } from '../port/within.ts'
import { authorize } from './authorize.ts'
import { capabilitiesOf, checkStoreFits } from './check-config.ts'
import { checkField, longestToken } from './check-field.ts'
import type { ForceResetConfig, Operator } from './config.ts'
import type { StepFailure } from './step-failure.ts'
import { askStore } from './step-failure.ts'

/** Who asks to do what to whom. */
export interface TargetQuestion<O extends Operator> {
  readonly action: 'view' | 'reset'
  readonly operator: O
  readonly userId: string
  readonly reason?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/** An account that was found, as the store saw it and as the operator sees it. */
export interface FoundTarget {
  readonly store: UserStore
  readonly found: FoundUser
  readonly user: User
}

/**
 * The account, or why not. `store` and `user` are there for the audit trail even where the operator
 * may not know of them.
 */
export type Target =
  | (FoundTarget & { readonly ok: true })
  | {
      readonly ok: false
      readonly failure: StepFailure
      readonly store?: UserStore | undefined
      readonly user?: User | undefined
    }

/** The store of this operator. */
export async function storeOf<O extends Operator>(
  config: ForceResetConfig<O>,
  operator: O,
): Promise<
  | { readonly ok: true; readonly store: UserStore }
  | { readonly ok: false; readonly failure: StepFailure }
> {
  if (typeof config.store !== 'function') return { ok: true, store: config.store }
  const choose = config.store
  const store = await orNothing(async () => {
    const chosen = await choose.call(config, operator)
    return capabilitiesOf(chosen) && chosen
  })
  if (!store)
    return {
      ok: false,
      failure: {
        code: 'store_unavailable',
        detail: { reason: 'callback_failed', callback: 'store' },
      },
    }
  checkStoreFits(config, store)
  return { ok: true, store }
}

/**
 * Authorizes the action, looks the account up, and authorizes for that account. In this order a
 * denied operator learns nothing.
 */
export async function findTarget<O extends Operator>(
  config: ForceResetConfig<O>,
  question: TargetQuestion<O>,
): Promise<Target> {
  const { action, operator, userId, reason, signal } = question
  const malformed = checkField('userId', userId, longestToken)
  if (malformed) return { ok: false, failure: malformed }
  const denied = await authorize(config, { action, operator, reason })
  if (denied) return { ok: false, failure: denied }
  const chosen = await storeOf(config, operator)
  if (!chosen.ok) return chosen
  const { store } = chosen
  const asked = await askStore(
    async () => sameId(await store.find(userId, { signal }), userId),
    signal,
  )
  if (!asked.ok) return { ok: false, failure: asked.failure, store }
  const found = asked.answer
  const user = found?.user
  // Asked for a missing account too: the time of the answer must not tell it from a denied one.
  const deniedForUser = await authorize(config, { action, operator, reason, user })
  if (!found || !user) return { ok: false, failure: { code: 'user_not_found' }, store }
  return deniedForUser
    ? { ok: false, failure: deniedForUser, store, user }
    : { ok: true, store, found, user }
}

/**
 * The account if it has exactly this id. A store that takes several spellings for one account would
 * let each of them past every count and comparison of ids.
 */
function sameId(found: FoundUser | undefined, userId: string): FoundUser | undefined {
  return found?.user.id === userId ? found : undefined
}
