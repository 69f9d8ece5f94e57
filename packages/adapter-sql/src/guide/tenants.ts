import { type SqlUserStore, sqlUserStore } from '@force-reset/adapter-sql'
import type { ForceResetConfig, Operator } from '@force-reset/core'
import type { Database } from './database.ts'
import { usersOptions } from './users-store.ts'

interface TenantOperator extends Operator {
  readonly tenantId: number
}

export function tenantConfig(
  db: Database,
  secret: string,
): Pick<ForceResetConfig<TenantOperator>, 'store' | 'scope' | 'secret'> {
  const stores = new Map<number, SqlUserStore>()
  return {
    store: ({ tenantId }) => {
      const store =
        stores.get(tenantId) ??
        sqlUserStore(db, { ...usersOptions, scope: { tenant_id: tenantId }, secret })
      stores.set(tenantId, store)
      return store
    },
    // Cursors of one tenant's lists are refused in another tenant.
    scope: ({ tenantId }) => String(tenantId),
    secret,
  }
}
