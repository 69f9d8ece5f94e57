import type { Kysely } from 'kysely'
import type { SqlUserStoreOptions } from './options.ts'

/** A schema of which nothing is known. The typed signature of `sqlUserStore` leads to this one. */
export type AnyTables = Record<string, Record<string, unknown>>
export type AnyDatabase = Kysely<AnyTables>
export type AnyOptions = SqlUserStoreOptions<AnyTables, string>

/** A row as the driver reads it. */
export type Row = Readonly<Record<string, unknown>>
