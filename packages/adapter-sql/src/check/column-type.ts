import type { CatalogueColumn, SqlDialect } from '../dialect/sql-dialect.ts'
import type { NeededColumn } from './needed-columns.ts'

/** Characters of a moment in ISO 8601, with milliseconds. */
const momentLength = 24

/**
 * Why a column of this type does not fit its use. Only where the database would take a wrong value,
 * or where its own error says less.
 */
export function typeProblem(
  dialect: SqlDialect,
  {
    use,
    written,
    cleared,
    compared,
  }: Pick<NeededColumn, 'use' | 'written' | 'cleared' | 'compared'>,
  column: CatalogueColumn,
): string | undefined {
  if (written !== undefined && column.generated)
    return (
      'the database generates it, so a reset cannot write it. Name a column that can be ' +
      'written.'
    )
  if (column.required && [written?.value, cleared?.value].includes(null))
    return 'it is NOT NULL, and NULL is written to it. Drop the NOT NULL.'
  switch (use) {
    case 'id':
      return dialect.fits.idProblem(column.type)
    case 'searched':
      return dialect.fits.searchProblem(column)
    case 'hash':
      return hashProblem(dialect, column, String(written?.value))
    case 'flag':
      return dialect.fits.holdsFlag(column.type)
        ? undefined
        : 'it is not of a type for true and false, so what a reset writes could mean the ' +
            "opposite. Name its values: mustChange: { column, on: 'Y', off: 'N' }."
    case 'moment':
      return dialect.fits.holdsMoment(column.type) &&
        (column.length ?? momentLength) >= momentLength
        ? undefined
        : `its type, ${column.type}, holds no moment as a reset writes it. Take ` +
            `${dialect.ddl.moment}, or a function: expiresAt: { column, write }.`
    case 'counter':
      return dialect.fits.holdsCounter(column.type)
        ? undefined
        : 'it is no number, so a reset cannot raise it by one.'
    case undefined:
      return (
        dialect.fits.valueProblem(column, {
          written: [written?.value, cleared?.value],
          compared: compared ?? [],
        }) ?? lengthProblem(column, [written?.value, cleared?.value])
      )
    default:
      return use satisfies never
  }
}

function lengthProblem(
  { length }: CatalogueColumn,
  written: readonly unknown[],
): string | undefined {
  if (length === undefined) return undefined
  const most = Math.max(
    ...written.map((value) =>
      typeof value === 'string' || value instanceof Uint8Array ? value.length : 0,
    ),
  )
  return most <= length
    ? undefined
    : `it holds ${length} characters, and a value that a reset writes has ${most}.`
}

function hashProblem(
  { fits }: SqlDialect,
  { type, length }: CatalogueColumn,
  hash: string,
): string | undefined {
  if (!fits.holdsText(type)) return `its type, ${type}, holds no text.`
  return length === undefined || hash.length <= length
    ? undefined
    : `it holds ${length} characters, and what the hasher makes has ${hash.length}.`
}
