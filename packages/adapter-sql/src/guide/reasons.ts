import type { StatusFunction, StatusValues } from '@force-reset/adapter-sql'
import type { Tables } from './database.ts'

export const byColumn: StatusValues<Tables, 'users'> = {
  column: 'state',
  active: ['enabled'],
  pending: ['invited'],
  suspended: ['blocked'],
  deleted: ['deleted'],
  reasons: { blocked: ['blocked'] },
}

export const byFunction: StatusFunction<Tables, 'users', 'state'> = {
  columns: ['state'],
  of: ({ state }) => (state === 'blocked' ? { status: 'suspended', reason: 'blocked' } : 'active'),
}
