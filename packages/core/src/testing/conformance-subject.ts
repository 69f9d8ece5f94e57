import { leasePassword } from '../password/lease-password.ts'
import type { PasswordLease } from '../port/password.ts'
import type { User } from '../port/user.ts'
import { resettableStatuses } from '../port/user.ts'
import type {
  FoundUser,
  PreparedWrite,
  UserStore,
  WriteOrder,
  WriteOutcome,
} from '../port/user-store.ts'
import type { ForceResetConfig, ForceResetResult, Operator } from '../reset/config.ts'
import { forceReset } from '../reset/force-reset.ts'
import { operatorsAreNoUsers } from '../reset/own-account.ts'

/** An account that the suite asks for. */
export interface ConformanceAccount {
  readonly status: 'active' | 'pending' | 'suspended' | 'deleted'
  readonly privileged?: boolean | undefined
  readonly displayName?: string | undefined
}

/**
 * The store under test, and a direct way to look behind the store. The probe must not use the
 * store's own code. The probe speaks to the database or the directory by other means, so that no
 * store marks its own homework.
 */
export interface ConformanceSubject {
  readonly store: UserStore
  /**
   * Makes an account with a known password. `undefined` where the store cannot have such an
   * account.
   */
  add(
    account: ConformanceAccount,
  ): Promise<
    { readonly id: string; readonly username: string; readonly password: string } | undefined
  >
  /** Tries a sign-in by other means than the store. */
  signIn(username: string, password: string): Promise<'open' | 'change_password' | 'refused'>
  /**
   * The user's own change of the password, the way that users change it here. Nobody has to change
   * the new password afterwards.
   */
  changePassword(
    account: { readonly id: string; readonly username: string },
    passwords: { readonly from: string; readonly to: string },
  ): Promise<void>
  /** A store as another process would make it: the same accounts, and nothing remembered. */
  another(): UserStore
  /** Changes the status behind the store's back. */
  setStatus(id: string, status: 'active' | 'suspended'): Promise<void>
  /**
   * Everything that is stored about the account, as text. The suite searches the text for a
   * temporary password, and compares it before and after a refusal.
   */
  dump(id: string): Promise<string>
  close?(): Promise<void>
}

/** Adds one test, which is handed a subject of its own. */
export type It = (title: string, body: (subject: ConformanceSubject) => Promise<void>) => void

/** Passwords that the suite writes: four classes, more than twenty characters. */
export const throwaway = 'Nobody-knows-this-1-password!'
export const ownPassword = 'My-own-choice-2-keep-for-long!'

export const operator: Operator = { id: 'conformance-operator' }

/**
 * The configuration of a reset that is allowed. A store that cannot force a change of the password
 * is tested without one.
 */
export function configFor(store: UserStore): ForceResetConfig<Operator> & {
  readonly requireMustChange: boolean
} {
  const requireMustChange = store.capabilities.mustChange !== 'off'
  return {
    store,
    authorize: () => true,
    isSelf: operatorsAreNoUsers,
    audit: () => undefined,
    requireMustChange,
  }
}

/** Makes an account that every subject has to be able to make. */
export async function added(
  subject: ConformanceSubject,
  account: ConformanceAccount,
): Promise<{ readonly id: string; readonly username: string; readonly password: string }> {
  const made = await subject.add(account)
  check(made !== undefined, `the subject can make an account that is ${account.status}`)
  return made
}

/** The account as an operator sees it. */
export async function seenUser(subject: ConformanceSubject, id: string): Promise<User> {
  return (await look(subject.store, id)).user
}

/** The account as the store sees it. */
export async function look(store: UserStore, id: string): Promise<FoundUser> {
  const found = await store.find(id)
  check(found !== undefined, 'the account is found')
  return found
}

export function reset(
  { store }: ConformanceSubject,
  userId: string,
  version: string,
): Promise<ForceResetResult> {
  return forceReset(configFor(store), { operator, userId, version })
}

/** The order of a reset that writes this password. */
export function orderOf(
  { store }: ConformanceSubject,
  password: string | PasswordLease,
): WriteOrder {
  return {
    resetId: crypto.randomUUID(),
    password: typeof password === 'string' ? leaseOf(password).lease : password,
    eligible: resettableStatuses,
    purpose: 'reset',
    mustChange: configFor(store).requireMustChange,
  }
}

/** A lease of this password, and the means to end the lease. */
export function leaseOf(password: string): ReturnType<typeof leasePassword> {
  return leasePassword(new Uint8Array(new TextEncoder().encode(password)))
}

export async function prepared(found: FoundUser, order: WriteOrder): Promise<PreparedWrite> {
  const made = await found.prepare(order)
  check(made.outcome === 'prepared', 'the write can be prepared')
  return made
}

/** Prepares the write, and writes unless that is refused. */
export async function writeOf(found: FoundUser, order: WriteOrder): Promise<WriteOutcome> {
  const made = await found.prepare(order)
  return made.outcome === 'refused' ? made : made.write()
}

export function revealed(result: ForceResetResult): string {
  check(result.ok, result.ok ? '' : `the reset happens (${result.code}: ${result.message})`)
  return result.temporaryPassword.reveal()
}

export function check(condition: boolean, expectation: string): asserts condition {
  if (!condition) throw new Error(`Expected that ${expectation}.`)
}
