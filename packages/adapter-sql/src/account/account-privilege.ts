import type { AnyOptions, AnyTables, Row } from '../options/any-database.ts'
import { type ColumnValue, noPrivilegedUsers, type RoleTable } from '../options/options.ts'
import { isText } from './account-status.ts'

type PrivilegedOption = AnyOptions['privileged']

/** The columns of the account that a privilege is read from. */
export function privilegeColumns(privileged: PrivilegedOption): readonly string[] {
  if (privileged === noPrivilegedUsers || 'role' in privileged) return []
  return 'of' in privileged ? privileged.columns : [privileged.column]
}

/** The table of roles, where there is one. */
export function roleTable(privileged: PrivilegedOption): RoleTable<AnyTables, string> | undefined {
  return privileged !== noPrivilegedUsers && 'role' in privileged ? privileged : undefined
}

/**
 * Whether an account is privileged. In doubt it is: a function that throws, or answers anything but
 * `false`, has not said that it is not.
 */
export function isPrivileged(
  privileged: PrivilegedOption,
  read: { readonly row: Row; readonly text: string | null; readonly byDatabase: boolean },
): boolean {
  if (privileged === noPrivilegedUsers) return false
  // Types and collations take more for the same than a text says: `9.00` for 9, `t` for yes.
  if (read.byDatabase) return true
  if ('role' in privileged) return false
  if (!('of' in privileged)) {
    const { text } = read
    const held = [text, ...(text?.split(separators) ?? [])]
    return privileged.values.some(
      (value) => held.some((one) => isLike(value, one)) || isAmong(value, text),
    )
  }
  try {
    return privileged.of(read.row) !== false
  } catch {
    return true
  }
}

/** Between the values of a list, in whatever form: whatever no word, name or number is made of. */
const separators = /[^\p{L}\p{M}\p{N}_.-]+/u

/** Whether a list holds a value of several words: `Domain Admin`. */
function isAmong(value: ColumnValue, text: string | null): boolean {
  if (typeof value !== 'string' || text === null || !separators.test(value)) return false
  const words = wordsOf(value)
  return words.trim() !== '' && wordsOf(text).includes(words)
}

/** The words, each between blanks. */
function wordsOf(text: string): string {
  return ` ${plainText(text).split(separators).filter(Boolean).join(' ')} `
}

/**
 * As {@link isText}; and in other letters, with blanks around it, or as another form of the number:
 * many collations and types take those for the same.
 */
function isLike(value: ColumnValue, text: string | null): boolean {
  if (isText(value, text)) return true
  if (value === null || text === null) return false
  return (
    plainText(String(value)) === plainText(text) ||
    isNumberLike(value, Number(text.trim() === '' ? Number.NaN : text))
  )
}

/**
 * `1.0` for 1; and any number but 0 for true, as programs take it, also where the options say it in
 * a word.
 */
function isNumberLike(value: ColumnValue, held: number): boolean {
  if (typeof value === 'boolean') return !Number.isNaN(held) && value === (held !== 0)
  if (typeof value === 'string' && wordsForTrue.includes(plainText(value)))
    return !Number.isNaN(held) && held !== 0
  return typeof value !== 'string' && Number(value) === held
}

const wordsForTrue: readonly string[] = ['true', 't', 'yes', 'y', 'on']

/** The same for each text that differs only in case, or in blanks around it. */
export function plainText(text: string): string {
  return text.trim().toLowerCase()
}
