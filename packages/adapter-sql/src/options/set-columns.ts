import type { AnyOptions } from './any-database.ts'
import type { EndedKind, WriteFacts } from './options.ts'
import type { WrittenValue } from './password-hasher.ts'

/** Where the new value of a column comes from. */
type ValueSource =
  | WrittenValue
  | { readonly fromHasher: string }
  | ((facts: WriteFacts) => WrittenValue)

/** A column that the options set with the hash. */
export interface SetColumn {
  readonly table: string
  /** `u`: in the table of the accounts. `c`: in the table of the credentials. */
  readonly alias: 'u' | 'c'
  readonly name: string
  /** Where the options name the column. */
  readonly option: string
  readonly source: ValueSource
}

/** Whether the value of a column is one that the hasher gives. */
export function isFromHasher(source: unknown): source is { readonly fromHasher: string } {
  return typeof source === 'object' && source !== null && 'fromHasher' in source
}

type Ended = NonNullable<AnyOptions['ended']>[number]
type EndedColumnsOption = Extract<Ended, { readonly columns: unknown }>
/** A table that a write empties for the account. */
export type EndedTableOption = Exclude<Ended, EndedColumnsOption>

/** Whether the entry of `ended` names columns, and no table to empty. */
export function isEndedColumns(one: Ended): one is EndedColumnsOption {
  return 'columns' in one
}

/** The tables that a write empties for the account. */
export function endedTables({ ended = [] }: AnyOptions): readonly EndedTableOption[] {
  return ended.filter((one): one is EndedTableOption => !isEndedColumns(one))
}

/** What a row of the table is. */
export function heldBy({ holds = 'sessions' }: EndedTableOption): EndedKind {
  return holds
}

/** Everything that ends with the old password. */
export function endedKinds(options: AnyOptions): ReadonlySet<EndedKind> {
  const { ended = [], tokenVersion } = options
  return new Set<EndedKind>([
    ...endedTables(options).map(heldBy),
    ...ended.filter(isEndedColumns).map(({ holds = 'tokens' }) => holds),
    ...(tokenVersion === undefined ? [] : (['sessions', 'tokens'] as const)),
  ])
}

/** Every column that `set` and `ended` write, in the order of the options. */
export function setColumns({
  table,
  credentials,
  set,
  ended = [],
}: AnyOptions): readonly SetColumn[] {
  const of = (alias: 'u' | 'c', option: string, columns: object = {}): readonly SetColumn[] =>
    Object.entries(columns).map(([name, source]) => ({
      table: alias === 'u' ? table : (credentials?.table ?? table),
      alias,
      name,
      option: `${option}.${name}`,
      source,
    }))
  return [
    ...of('u', 'set', set),
    ...of('c', 'credentials.set', credentials?.set),
    ...ended
      .filter(isEndedColumns)
      .flatMap((one) => of(one.table === table ? 'u' : 'c', 'ended.columns', one.columns)),
  ]
}
