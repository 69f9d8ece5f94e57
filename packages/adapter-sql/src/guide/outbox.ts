import { type SqlUserStore, sqlUserStore } from '@force-reset/adapter-sql'
import type { Database } from './database.ts'
import { usersOptions } from './users-store.ts'

export function storeWithOutbox(db: Database): SqlUserStore {
  return sqlUserStore(db, {
    ...usersOptions,
    inTransaction: async (trx, { purpose, userId, operatorId }) => {
      // A sweep that ends an unused temporary password has no operator.
      const topic = purpose === 'reset' ? `password-reset by ${operatorId}` : 'password-expired'
      await trx.insertInto('outbox').values({ topic, user_id: userId }).execute()
    },
  })
}
