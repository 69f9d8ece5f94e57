import type { UserStore } from '../port/user-store.ts'
import type { ConformanceSubject } from './conformance-subject.ts'
import type { MemoryUserStoreOptions } from './memory-user-store.ts'
import { memoryUserStore } from './memory-user-store.ts'

/** The parts behind the store that a store with a defect may reach. */
export interface Behind {
  readonly accounts: ReturnType<typeof memoryUserStore>
  /** The number of open sessions, by the id of the user. */
  readonly sessions: Map<string, number>
  /** User names of sign-ins that failed. */
  readonly failedSignIns: string[]
  /** Text that is stored beside the accounts. */
  readonly notes: string[]
}

/** A subject with all probes, and the accounts behind the subject. */
export type MemorySubject = ConformanceSubject & { readonly accounts: Behind['accounts'] }

/** A subject in memory with all probes. The store has this defect. */
export function memorySubject(
  options: Omit<MemoryUserStoreOptions, 'users'>,
  defect: (store: UserStore, behind: Behind) => UserStore = (store) => store,
): MemorySubject {
  const accounts = memoryUserStore({ users: [], survives: ['sessions'], ...options })
  let count = 0
  const sessions = new Map<string, number>()
  const failedSignIns: string[] = []
  const notes: string[] = []
  const another = (): UserStore => defect(accounts, { accounts, sessions, failedSignIns, notes })
  return {
    accounts,
    store: another(),
    another,
    add: async (account) => {
      count += 1
      const id = `id-${count}`
      const keys = { id, username: `user-${count}`, password: `first-password-${count}` }
      accounts.add({ ...account, ...keys, email: `mail-${count}@example.com` })
      return keys
    },
    signIn: async (username, password) => {
      const outcome = accounts.signIn(username, password)
      if (outcome === 'refused') failedSignIns.push(username)
      return outcome === 'expired' ? 'refused' : outcome
    },
    changePassword: async ({ id }, { to }) => accounts.changePassword(id, to),
    setStatus: async (id, status) => accounts.setStatus(id, status),
    dump: async (id) => JSON.stringify([await accounts.find(id), notes]),
    lock: async ({ id }) => accounts.change(id, { locked: true }),
    startSession: async ({ id }) => {
      sessions.set(id, (sessions.get(id) ?? 0) + 1)
      return { isOpen: async () => (sessions.get(id) ?? 0) > 0 }
    },
    setDisplayName: async (id, displayName) => accounts.change(id, { displayName }),
    makePrivileged: async (id) => accounts.change(id, { privileged: true }),
    loseNext: async (message) =>
      message === 'request' ? accounts.faults.loseWrite() : accounts.faults.loseAnswer(),
  }
}
