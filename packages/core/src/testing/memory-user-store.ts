import { signInGate } from '../password/sign-in-gate.ts'
import type { PasswordRules } from '../port/password-rules.ts'
import type { StoreReceipt, Survivor } from '../port/receipt.ts'
import type { AccountStatus } from '../port/user.ts'
import type {
  ReplaceOutcome,
  ReplacePasswordCommand,
  StoreCapabilities,
  UserStore,
} from '../port/user-store.ts'
import type { Account, MemoryUser } from './memory-accounts.ts'
import { accountOf, pageOf, userOf } from './memory-accounts.ts'
import type { MemoryFaults } from './memory-faults.ts'
import { faultBox } from './memory-faults.ts'

/** Options of {@link memoryUserStore}. */
export interface MemoryUserStoreOptions {
  readonly users: readonly MemoryUser[]
  readonly rules?: PasswordRules | undefined
  /** Default `application`. */
  readonly mustChange?: StoreCapabilities['mustChange'] | undefined
  /** Whether temporary passwords can expire. Default `true`. */
  readonly expiry?: boolean | undefined
  readonly survives?: readonly Survivor[] | undefined
  /** The clock that expires passwords. Default: the system's. */
  readonly now?: (() => Date) | undefined
}

/**
 * A store in memory for tests: real conditional writes, faults, and the means to look behind them.
 */
export interface MemoryUserStore extends UserStore {
  readonly faults: MemoryFaults
  /** Number of writes that were applied. */
  readonly writes: number
  /** Whether this password signs in, and what the application's sign-in would say. */
  signIn(username: string, password: string): 'open' | 'change_password' | 'expired' | 'refused'
  setStatus(id: string, status: AccountStatus): void
  add(user: MemoryUser): void
  remove(id: string): void
}

/**
 * Accounts in memory, for tests of applications that embed this library. It keeps passwords in
 * clear: never use it for real accounts.
 *
 * @example
 * const store = memoryUserStore({ users: [{ id: '1', username: 'kim', status: 'active' }] })
 */
export function memoryUserStore(options: MemoryUserStoreOptions): MemoryUserStore {
  const accounts = new Map(options.users.map((user) => [user.id, accountOf(user)]))
  const faults = faultBox()
  const applied = new WeakMap<ReplacePasswordCommand, StoreReceipt>()
  const fenced = new WeakSet<ReplacePasswordCommand>()
  const { mustChange = 'application', expiry = true, survives = [] } = options
  let writes = 0

  const commit = (command: ReplacePasswordCommand, password: Uint8Array): ReplaceOutcome => {
    const account = accounts.get(command.user.id)
    const refusal = fenced.has(command) ? conflict : refusalOf(command, account)
    if (account === undefined || refusal) return refusal ?? conflict
    const { expiresAt } = command
    accounts.set(command.user.id, {
      ...account,
      password,
      expiresAt,
      mustChange: command.mustChange,
      locked: false,
      generation: account.generation + 1,
    })
    writes += 1
    const receipt: StoreReceipt = {
      mustChange:
        !command.mustChange || mustChange === 'none'
          ? 'off'
          : mustChange === 'server'
            ? 'enforced'
            : 'application',
      expiresAt: expiresAt ?? null,
      unlocked: account.locked,
      sessionsRevoked: null,
      endpoint: 'memory',
      survives,
    }
    applied.set(command, receipt)
    return { outcome: 'applied', receipt }
  }

  return {
    name: 'memory',
    capabilities: {
      recheck: { version: 'in_write', status: 'in_write' },
      expiry,
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
      return account && userOf(account)
    },
    list: async (query) => {
      faults.throwRead()
      return pageOf([...accounts.values()], query)
    },
    passwordRules: async () => {
      faults.throwRead()
      return options.rules ?? {}
    },
    replacePassword: async (command) => {
      const password = await copyOf(command)
      faults.runBeforeWrite()
      if (faults.take('loseWrite')) return { outcome: 'unknown' }
      const delay = faults.takeDelay()
      if (delay) {
        delay(() => commit(command, password))
        return { outcome: 'unknown' }
      }
      const outcome = commit(command, password)
      return faults.take('loseAnswer') ? { outcome: 'unknown' } : outcome
    },
    settle: async (command) => {
      if (faults.take('failSettle')) return { outcome: 'unknown' }
      const receipt = applied.get(command)
      if (receipt) return { outcome: 'applied', receipt }
      const outcome = commit(command, await copyOf(command))
      fenced.add(command)
      return outcome.outcome === 'applied' ? outcome : { outcome: 'not_applied' }
    },
    signIn: (username, password) => {
      const account = [...accounts.values()].find((one) => one.user.username === username)
      const matches =
        account?.password !== undefined && new TextDecoder().decode(account.password) === password
      if (!matches || account.status === 'suspended' || account.status === 'deleted')
        return 'refused'
      return signInGate(account, options.now?.())
    },
    setStatus: (id, status) => {
      const account = accounts.get(id)
      if (account) accounts.set(id, { ...account, status })
    },
    add: (user) => void accounts.set(user.id, accountOf(user)),
    remove: (id) => void accounts.delete(id),
  }
}

const conflict: ReplaceOutcome = {
  outcome: 'refused',
  code: 'conflict',
  detail: { reason: 'changed_during_write' },
}

/** Why the write does not happen, decided as late as can be. */
function refusalOf(
  { user, eligible }: ReplacePasswordCommand,
  account: Account | undefined,
): ReplaceOutcome | undefined {
  if (account === undefined) return { outcome: 'refused', code: 'user_not_found' }
  if (!eligible.includes(account.status))
    return {
      outcome: 'refused',
      code: 'not_eligible',
      detail: { reason: 'status', status: account.status },
    }
  return userOf(account).version === user.version ? undefined : conflict
}

function copyOf({ password }: ReplacePasswordCommand): Promise<Uint8Array> {
  return password.use((bytes) => Uint8Array.from(bytes))
}
