import { type SqlUserStore, sqlUserStore } from '@force-reset/adapter-sql'
import type { Database } from './database.ts'
import { usersOptions } from './users-store.ts'

export function storeWithOutbox(db: Database): SqlUserStore {
  return sqlUserStore(db, {
    ...usersOptions,
    inTransaction: async (trx, { userId }) => {
      await trx.insertInto('outbox').values({ topic: 'password-reset', user_id: userId }).execute()
    },
  })
}
