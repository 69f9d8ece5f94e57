import { sql } from 'kysely'
import { allEqual, allOf, columnOf, hashColumn } from '../account/columns.ts'
import { isUnusableHash, textOfHash } from '../account/stored-hash.ts'
import type { SqlDialect } from '../dialect/sql-dialect.ts'
import type { AnyDatabase, AnyOptions, Row } from '../options/any-database.ts'
import { type HashForm, hashForm } from './hash-form.ts'

/** Stored hashes that are read at most. Only their forms are kept. */
const mostHashes = 1_000
/** The hasher's form is no stranger where one hash in so many has it. */
const oneIn = 10
const mostNamed = 3

/**
 * Says that the stored hashes are not like the hasher's, so that the application's sign-in may
 * refuse a temporary password. No hash, and no part of a salt or a key, is in the sentence.
 */
export async function hashesOfOtherForms(
  db: AnyDatabase,
  dialect: SqlDialect,
  options: AnyOptions,
  sample: string,
): Promise<readonly string[]> {
  const { table, credentials, scope } = options
  const { alias, name } = hashColumn(options)
  const from = credentials?.table ?? table
  const column = columnOf(alias, name)
  const which = allEqual(dialect, alias, credentials === undefined ? scope : credentials.where)
  const { rows } = await sql<Row>`SELECT ${dialect.bytes(column)} AS ${sql.ref('v')}
    FROM ${sql.table(from)} AS ${sql.ref(alias)}
    WHERE ${allOf([sql`${column} IS NOT NULL`, ...which])} ${dialect.limit(mostHashes)}`.execute(db)
  const forms = rows.flatMap(({ v }) => {
    const hash = textOfHash(dialect, String(v))
    return isUnusableHash(hash) ? [] : [hashForm(hash)]
  })
  const made = hashForm(sample)
  const alike = forms.filter(({ label }) => label === made.label).length
  if (forms.length === 0 || alike * oneIn >= forms.length) return []
  const option = credentials === undefined ? 'columns' : 'credentials.columns'
  return [
    `Column ${from}.${name} (${option}.passwordHash): the hasher makes ${made.label}, and of ` +
      `${forms.length} stored hashes that were read ${counted(forms)}. Make sure that the ` +
      `application's sign-in verifies what the hasher makes.${curesOfPrefix(made, forms)}`,
  ]
}

function counted(forms: readonly HashForm[]): string {
  const counts = new Map<string, number>()
  for (const { label } of forms) counts.set(label, (counts.get(label) ?? 0) + 1)
  const most = [...counts].toSorted(([, one], [, other]) => other - one).slice(0, mostNamed)
  return most.map(([label, count]) => `${count} are ${label}`).join(', ')
}

/** The same bcrypt hash is valid under each prefix, and some sign-ins know only their own. */
function curesOfPrefix(made: HashForm, forms: readonly HashForm[]): string {
  return made.algorithm === 'bcrypt' && forms.some(({ algorithm }) => algorithm === 'bcrypt')
    ? ' PHP and Laravel know $2y$ only, and pgcrypto $2a$: let the hasher write the prefix that ' +
        'is stored.'
    : ''
}
