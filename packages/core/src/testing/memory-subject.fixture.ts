import type { UserStore } from '../port/user-store.ts'
import type { ConformanceSubject } from './conformance-subject.ts'
import type { MemoryUser } from './memory-accounts.ts'
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

/** A subject in memory with all probes. The store has this defect. */
export function memorySubject(
  options: Omit<MemoryUserStoreOptions, 'users'>,
  defect: (store: UserStore, behind: Behind) => UserStore = (store) => store,
): ConformanceSubject {
  const accounts = memoryUserStore({ users: [], survives: ['sessions'], ...options })
  const made = new Map<string, MemoryUser>()
  const sessions = new Map<string, number>()
  const failedSignIns: string[] = []
  const notes: string[] = []
  const another = (): UserStore => defect(accounts, { accounts, sessions, failedSignIns, notes })
  const put = (user: MemoryUser): void => {
    made.set(user.id, user)
    accounts.add(user)
  }
  const change = (id: string, changes: Partial<MemoryUser>): void => {
    const user = made.get(id)
    if (user === undefined) throw new Error('The suite asks for an account that it has not made.')
    put({ ...user, ...changes })
  }
  return {
    store: another(),
    another,
    add: async (account) => {
      const count = made.size + 1
      const id = `id-${count}`
      const keys = { id, username: `user-${count}`, password: `first-password-${count}` }
      put({ ...account, ...keys, email: `mail-${count}@example.com` })
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
    lock: async ({ id }) => change(id, { locked: true }),
    startSession: async ({ id }) => {
      sessions.set(id, (sessions.get(id) ?? 0) + 1)
      return { isOpen: async () => (sessions.get(id) ?? 0) > 0 }
    },
    setDisplayName: async (id, displayName) => change(id, { displayName }),
    makePrivileged: async (id) => change(id, { privileged: true }),
    loseNext: async (message) =>
      message === 'request' ? accounts.faults.loseWrite() : accounts.faults.loseAnswer(),
  }
}
