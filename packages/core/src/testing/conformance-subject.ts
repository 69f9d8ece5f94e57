import { leasePassword } from '../password/lease-password.ts'
import type { PasswordLease } from '../port/password.ts'
import type { StoreReceipt } from '../port/receipt.ts'
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
   * account. One test asks for 51 accounts at once.
   */
  add(
    account: ConformanceAccount,
  ): Promise<
    { readonly id: string; readonly username: string; readonly password: string } | undefined
  >
  /**
   * Tries a sign-in by other means than the store. A locked account is `refused`, and so is a
   * password that has ended.
   */
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
  /** Locks an active account for a time, as failed sign-ins lock it. */
  lock?(account: { readonly id: string; readonly username: string }): Promise<void>
  /** Opens a session of the user. The answer tells whether the session is still open. */
  startSession?(account: { readonly id: string; readonly username: string }): Promise<{
    isOpen(): Promise<boolean>
  }>
  /** Changes the display name behind the store's back. */
  setDisplayName?(id: string, displayName: string): Promise<void>
  /** Makes an account privileged behind the store's back. */
  makePrivileged?(id: string): Promise<void>
  /**
   * Loses one message of the next write of `store`: the request, which then never arrives, or the
   * response to a write that happened.
   */
  loseNext?(message: 'request' | 'response'): Promise<void>
  close?(): Promise<void>
}

/** The probes that a subject may lack. `without` of the suite names the ones that are lacking. */
export type OptionalProbe =
  | 'lock'
  | 'startSession'
  | 'setDisplayName'
  | 'makePrivileged'
  | 'loseNext'

/** Adds one test, which is handed a subject of its own. */
export type It = (title: string, body: (subject: ConformanceSubject) => Promise<void>) => void

/** A subject that has this probe. */
export type Probed<Probe extends OptionalProbe> = ConformanceSubject &
  Required<Pick<ConformanceSubject, Probe>>

/** The ways to add a test. */
export interface Tests {
  readonly it: It
  /** Adds a test that needs a probe which a subject may lack. */
  itWith<Probe extends OptionalProbe>(
    probe: Probe,
    title: string,
    body: (subject: Probed<Probe>) => Promise<void>,
  ): void
}

/** An account that a subject has made. */
export type MadeAccount = NonNullable<Awaited<ReturnType<ConformanceSubject['add']>>>

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
): Promise<MadeAccount> {
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
    operatorId: operator.id,
    reason: "it's INC-1; --",
    correlationId: 'conformance',
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

/** The receipt of a write that happens. */
export async function appliedWrite(
  { store }: ConformanceSubject,
  id: string,
  order: WriteOrder,
): Promise<StoreReceipt> {
  const outcome = await writeOf(await look(store, id), order)
  check(outcome.outcome === 'applied', `the write is applied, and not ${spelledOut(outcome)}`)
  return outcome.receipt
}

/** An outcome with the store's reason: names and numbers alone, for the reader of a failure. */
function spelledOut(outcome: WriteOutcome): string {
  return outcome.outcome === 'refused'
    ? `refused: ${outcome.code} ${JSON.stringify(outcome.detail)}`
    : outcome.outcome
}

/** Whether this password is right, for an account that may sign in. */
export async function signsIn(
  subject: ConformanceSubject,
  { username }: Pick<MadeAccount, 'username'>,
  password: string,
): Promise<boolean> {
  return (await subject.signIn(username, password)) !== 'refused'
}

export function revealed(result: ForceResetResult): string {
  check(result.ok, result.ok ? '' : `the reset happens (${result.code}: ${result.message})`)
  return result.temporaryPassword.reveal()
}

export function check(condition: boolean, expectation: string): asserts condition {
  if (!condition) throw new Error(`Expected that ${expectation}.`)
}
