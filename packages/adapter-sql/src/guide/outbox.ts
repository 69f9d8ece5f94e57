import { type SqlUserStore, sqlUserStore } from '@force-reset/adapter-sql'
import type { Database } from './database.ts'
import { usersOptions } from './users-store.ts'

export function storeWithOutbox(db: Database): SqlUserStore {
  return sqlUserStore(db, {
    ...usersOptions,
    inTransaction: async (trx, { userId, operatorId }) => {
      const topic = `password-reset by ${operatorId}`
      await trx.insertInto('outbox').values({ topic, user_id: userId }).execute()
    },
  })
}
