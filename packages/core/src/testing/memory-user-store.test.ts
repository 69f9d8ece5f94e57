import { describe, it } from 'vitest'
import { userStoreConformance } from './conformance.ts'
import { memoryUserStore } from './memory-user-store.ts'

userStoreConformance({ describe, it }, 'memoryUserStore', async () => {
  const store = memoryUserStore({ users: [] })
  let count = 0
  return {
    store,
    add: async (account) => {
      count += 1
      const made = {
        id: `id-${count}`,
        username: `user-${count}`,
        password: `first-password-${count}`,
      }
      store.add({ ...account, ...made })
      return made
    },
    signIn: async (username, password) => {
      const outcome = store.signIn(username, password)
      return outcome === 'expired' ? 'refused' : outcome
    },
    changePassword: async ({ id }, { to }) => store.changePassword(id, to),
    another: () => store,
    setStatus: async (id, status) => store.setStatus(id, status),
    dump: async (id) => JSON.stringify(await store.find(id)),
  }
})
