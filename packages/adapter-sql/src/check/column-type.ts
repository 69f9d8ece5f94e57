import type { SqlDialect } from '../dialect/sql-dialect.ts'
import type { NeededColumn } from './needed-columns.ts'
import type { CatalogueColumn } from './table-catalogue.ts'

/** Characters of a moment in ISO 8601, with milliseconds. */
const momentLength = 24
/** A number as a database writes it. */
const numeral = /^-?\d+(\.\d+)?$/

/**
 * Why a column of this type is not good for what the store does with it, in words; where the
 * database would take it, or says so less plainly.
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
    return 'the database generates it, so a reset cannot write it. Name a column that can be written.'
  if (column.required && [written?.value, cleared?.value].includes(null))
    return 'it is NOT NULL, and NULL is written to it. Drop the NOT NULL.'
  if (
    isEnumeration(column) &&
    [written?.value, ...(compared ?? [])].some(isNumber) &&
    use !== 'flag'
  ) {
    return 'it is an enumeration, in which a number is a place and not a value. Write the values of the options as text.'
  }
  if (
    use === undefined &&
    [written?.value, cleared?.value, ...(compared ?? [])].some((value) => isNotOne(column, value))
  ) {
    return 'it is an enumeration without a value that the options name.'
  }
  if (compared !== undefined && column.type === 'bit' && (column.length ?? 1) > 1) {
    return 'it holds several bits, which are read as a character. Use a function of the column.'
  }
  if (
    dialect.name === 'mysql' &&
    isNumeric(column.type) &&
    compared?.some((value) => typeof value === 'string' && !numeral.test(value))
  ) {
    return 'it holds numbers, and a value of the options is other text, which MariaDB and MySQL take for a number all the same. Write it as a number.'
  }
  if (
    dialect.name === 'postgres' &&
    column.type === 'boolean' &&
    compared?.some((value) => value !== null && !/^(true|false)$/.test(String(value)))
  ) {
    return 'it is boolean, and PostgreSQL writes true and false: the values of the options have to be those.'
  }
  switch (use) {
    case 'id':
      return idProblem(dialect.name, column.type)
    case 'searched':
      return column.nondeterministic
        ? 'its collation is not deterministic, and PostgreSQL searches no such text. Give the column another, or the type citext.'
        : undefined
    case 'hash':
      return hashProblem(dialect.name, column, String(written?.value))
    case 'flag':
      return holdsFlag[dialect.name](column.type)
        ? undefined
        : "it is not of a type for true and false, so what a reset writes could mean the opposite. Name its values: mustChange: { column, on: 'Y', off: 'N' }."
    case 'moment':
      return holdsMoment[dialect.name](column.type) &&
        (column.length ?? momentLength) >= momentLength
        ? undefined
        : `its type, ${column.type}, holds no moment as a reset writes it. Take ${momentType[dialect.name]}, or a function: expiresAt: { column, write }.`
    case 'counter':
      return dialect.name === 'mysql' && !isNumeric(column.type)
        ? 'it is no number, so a reset cannot raise it by one.'
        : undefined
    case undefined:
      return undefined
    default:
      return use satisfies never
  }
}

const momentType: Readonly<Record<SqlDialect['name'], string>> = {
  postgres: 'timestamptz',
  mysql: 'datetime(3)',
  sqlite: 'text',
}

const holdsFlag: Readonly<Record<SqlDialect['name'], (type: string) => boolean>> = {
  postgres: (type) => type === 'boolean',
  mysql: isNumeric,
  // A type of its own for text keeps 1 as the text '1'
  // (https://sqlite.org/datatype3.html#determination_of_column_affinity).
  sqlite: (type) => /int/.test(type) || !/char|clob|text/.test(type),
}

/** What a database refuses by itself is not looked at here. */
const holdsMoment: Readonly<Record<SqlDialect['name'], (type: string) => boolean>> = {
  postgres: (type) => !/^(date|time( |$))/.test(type),
  mysql: (type) => /^(datetime|timestamp|(var)?char|(tiny|medium|long)?text)$/.test(type),
  // Numbers are less than any text, so a moment would never come.
  sqlite: (type) => !/int|real|floa|doub/.test(type),
}

function idProblem(database: SqlDialect['name'], type: string): string | undefined {
  if (
    database === 'sqlite' &&
    (type === '' || type === 'any' || (type.includes('blob') && !type.includes('int')))
  )
    return 'it has no type for text or numbers, so an account whose id is a number or bytes is listed, but not found. Declare it TEXT or INTEGER.'
  return database === 'mysql' && type === 'binary'
    ? 'it holds bytes, so accounts are listed, but not found. Name a generated column of text in its place.'
    : undefined
}

function hashProblem(
  database: SqlDialect['name'],
  { type, length }: CatalogueColumn,
  hash: string,
): string | undefined {
  if (database === 'mysql' && !/char|text|binary|blob/.test(type))
    return `its type, ${type}, holds no text.`
  return length === undefined || hash.length <= length
    ? undefined
    : `it holds ${length} characters, and what the hasher makes has ${hash.length}.`
}

function isEnumeration({ type }: CatalogueColumn): boolean {
  return type === 'enum' || type === 'set'
}

/** Whether the enumeration has no such value; a set has several in one. */
function isNotOne({ type, values }: CatalogueColumn, value: unknown): boolean {
  if (values === undefined || typeof value !== 'string') return false
  const known = new Set(values.map((one) => one.toLowerCase()))
  return (type === 'set' ? value.split(',') : [value]).some((one) => !known.has(one.toLowerCase()))
}

function isNumeric(type: string): boolean {
  return /int|^bit$|^(decimal|numeric|float|double|year)$/.test(type)
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'bigint'
}
