import { signInGate } from '../password/sign-in-gate.ts'
import type { Mark, Standing } from '../port/mark.ts'
import { markOf } from '../port/mark.ts'
import type { PasswordLease, PasswordRules } from '../port/password.ts'
import type { MustChange, StoreReceipt, Survivor } from '../port/receipt.ts'
import { conflict, notEligible, userNotFound } from '../port/refusals.ts'
import type { AccountStatus, User } from '../port/user.ts'
import type {
  FoundUser,
  PreparedWrite,
  StoreCapabilities,
  StoreRefusal,
  UserStore,
  WriteOrder,
  WriteOutcome,
} from '../port/user-store.ts'
import type { Account, MemoryUser } from './memory-accounts.ts'
import {
  accountOf,
  changedAccount,
  ownPassword,
  pageOf,
  placeAfter,
  userOf,
} from './memory-accounts.ts'
import type { MemoryFaults } from './memory-faults.ts'
import { faultBox } from './memory-faults.ts'

/** Options of {@link memoryUserStore}. */
export interface MemoryUserStoreOptions {
  readonly users: readonly MemoryUser[]
  readonly rules?: PasswordRules | undefined
  /** Default `application`. */
  readonly mustChange?: MustChange | undefined
  /** How temporary passwords end. Default `server`. */
  readonly expiry?: StoreCapabilities['expiry'] | undefined
  readonly survives?: readonly Survivor[] | undefined
  /** The clock that expires passwords. Default: the system's. */
  readonly now?: (() => Date) | undefined
}

/** A store in memory for tests, with real conditional writes, faults, and a view behind both. */
export interface MemoryUserStore extends UserStore {
  readonly faults: MemoryFaults
  /** Number of writes that were applied. */
  readonly writes: number
  /** The answer of the application's sign-in to this password. A locked account is refused. */
  signIn(username: string, password: string): 'open' | 'change_password' | 'expired' | 'refused'
  /** The user's own change of the password. */
  changePassword(id: string, password: string): void
  setStatus(id: string, status: AccountStatus): void
  /** Changes everything but the id and the password, behind the back of whoever looked before. */
  change(id: string, changes: Partial<Omit<MemoryUser, 'id' | 'password'>>): void
  /** Adds an account, or puts it in the place of the one with its id. */
  add(user: MemoryUser): void
  remove(id: string): void
}

/**
 * Accounts in memory, for tests of applications that embed this library. The store keeps passwords
 * in clear: never use it for real accounts.
 *
 * @example
 * const store = memoryUserStore({ users: [{ id: '1', username: 'kim', status: 'active' }] })
 */
export function memoryUserStore(options: MemoryUserStoreOptions): MemoryUserStore {
  const accounts = new Map(options.users.map((user) => [user.id, accountOf(user)]))
  const faults = faultBox()
  const { mustChange = 'application', expiry = 'server', survives = [] } = options
  let writes = 0

  const commit = (order: WriteOrder, seen: User, write: NewPassword): WriteOutcome => {
    const account = accounts.get(seen.id)
    if (account === undefined) return userNotFound
    const refusal = refusalOf(order, seen, account)
    if (refusal) return refusal
    const resets = order.purpose === 'reset'
    const expiresAt = expiry === 'none' ? undefined : order.expiresAt
    const hasToChange = order.mustChange || (!resets && account.mustChange)
    accounts.set(seen.id, {
      ...account,
      password: write.password,
      mark: write.mark,
      expiresAt,
      mustChange: hasToChange,
      locked: account.locked && !resets,
      generation: account.generation + 1,
    })
    writes += 1
    const receipt: StoreReceipt = {
      mustChange: hasToChange ? mustChange : 'off',
      expiresAt: expiresAt ?? null,
      unlocked: account.locked && resets,
      sessionsRevoked: null,
      endpoint: 'memory',
      survives,
    }
    return { outcome: 'applied', receipt, mark: write.mark }
  }

  const prepare = async (order: WriteOrder, seen: Account): Promise<PreparedWrite> => {
    const user = userOf(seen)
    const mark = markOf(`memory1.${seen.generation}.${order.resetId}`)
    const write = { mark, password: await copyOf(order.password) }
    return {
      outcome: 'prepared',
      mark,
      write: async () => lossy(() => commit(order, user, write)),
    }
  }

  /** Sends one write over a line on which the faults lie. */
  const lossy = (send: () => WriteOutcome): WriteOutcome => {
    let done: WriteOutcome | undefined
    let isFenced = false
    // Sent twice it answers the same, as the repeated conditional write of a real store does.
    const sendOnce = (): WriteOutcome => {
      done ??= send()
      return done
    }
    const unknown: WriteOutcome = {
      outcome: 'unknown',
      settle: async () => {
        if (faults.take('failSettle')) return { outcome: 'unknown' }
        const settled = sendOnce()
        isFenced = true
        return settled.outcome === 'applied' ? settled : { outcome: 'not_applied' }
      },
    }
    faults.runBeforeWrite()
    if (faults.take('loseWrite')) return unknown
    const delay = faults.takeDelay()
    if (delay) {
      delay(() => isFenced || sendOnce())
      return unknown
    }
    const outcome = sendOnce()
    return faults.take('loseAnswer') ? unknown : outcome
  }

  const change: MemoryUserStore['change'] = (id, changes) => {
    const account = accounts.get(id)
    if (account) accounts.set(id, changedAccount(account, changes))
  }

  const foundUser = (seen: Account): FoundUser => ({
    user: userOf(seen),
    check: async () => {
      faults.throwRead()
      return { outcome: 'fit', rules: options.rules ?? {} }
    },
    prepare: (order) => prepare(order, seen),
    standing: (mark) => standingOf(seen, mark),
  })

  return {
    name: 'memory',
    capabilities: {
      recheck: { version: 'in_write', status: 'in_write' },
      expiry,
      marks: true,
      lateWriteSeconds: null,
      search: 'anywhere',
      unlock: true,
      sessions: false,
      mustChange,
      survives,
    },
    faults: faults.inject,
    get writes() {
      return writes
    },
    find: async (id) => {
      faults.throwRead()
      const account = accounts.get(id)
      return account && foundUser(account)
    },
    list: async (query) => {
      faults.throwRead()
      return pageOf([...accounts.values()], query)
    },
    cursorAfter: placeAfter,
    signIn: (username, password) => {
      const account = [...accounts.values()].find((one) => one.user.username === username)
      if (account === undefined || !isPassword(account, password)) return 'refused'
      if (account.locked) return 'refused'
      if (account.status === 'suspended' || account.status === 'deleted') return 'refused'
      return signInGate(account, options.now?.())
    },
    changePassword: (id, password) => {
      const account = accounts.get(id)
      if (account) accounts.set(id, ownPassword(account, password))
    },
    setStatus: (id, status) => change(id, { status }),
    change,
    add: (user) => void accounts.set(user.id, accountOf(user)),
    remove: (id) => void accounts.delete(id),
  }
}

interface NewPassword {
  readonly mark: Mark
  readonly password: Uint8Array
}

/** Why the write does not happen, decided as late as possible. */
function refusalOf(order: WriteOrder, seen: User, account: Account): StoreRefusal | undefined {
  if (!order.eligible.includes(account.status)) return notEligible(account.status)
  if (order.onlyIf !== undefined && account.mark !== order.onlyIf) return conflict
  return userOf(account).version === seen.version ? undefined : conflict
}

function standingOf({ generation, mark }: Account, wanted: Mark): Standing {
  const before = /^memory1\.(\d+)\./.exec(wanted)?.[1]
  if (before === undefined) return { now: 'unknown', why: 'foreign_mark' }
  if (mark === wanted) return { now: 'temporary' }
  if (generation === Number(before)) return { now: 'before' }
  return { now: 'replaced', by: mark === undefined ? 'person' : 'administrator' }
}

function isPassword({ password }: Account, text: string): boolean {
  return password !== undefined && new TextDecoder().decode(password) === text
}

function copyOf(lease: PasswordLease): Promise<Uint8Array> {
  return lease.use((bytes) => Uint8Array.from(bytes))
}
