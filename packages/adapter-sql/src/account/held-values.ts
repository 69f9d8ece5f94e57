import { foldedText } from '@force-reset/core/store'
import { isText } from '../options/column-value.ts'
import type { ColumnValue } from '../options/options.ts'

/** Whether a text, or a part of it where it is a list, is one of the values. */
export function holdsOneOf(values: readonly ColumnValue[], text: string | null): boolean {
  const plain = text === null ? null : withoutEscapes(text)
  const held = [text, ...partsOf(plain ?? ''), ...(plain ?? '').split(brackets)]
  return values.some((value) => held.some((one) => isLike(value, one)) || isAmong(value, plain))
}

/** The values of a list; of other text, its words. */
function partsOf(text: string): readonly string[] {
  return text.split(separators)
}

/** Signs between the values of a list: every sign that no word, name or number holds. */
const separators = /[^\p{L}\p{M}\p{N}_.-]+/u

/** Signs around the values of a list, for values that are made of other signs: `*`. */
const brackets = /[\s,;|"'[\]{}]+/

/** JSON as PHP and Python write it: `Gesch\u00e4ft` for `Geschäft` (RFC 8259, section 7). */
function withoutEscapes(text: string): string {
  return text.replace(/\\u([0-9a-f]{4})/gi, (_, unit: string) =>
    String.fromCharCode(Number.parseInt(unit, 16)),
  )
}

/** Whether a list holds a value of several words: `Domain Admin`. */
function isAmong(value: ColumnValue, text: string | null): boolean {
  if (typeof value !== 'string' || text === null || !separators.test(value)) return false
  const words = wordsOf(value)
  return words.trim() !== '' && wordsOf(text).includes(words)
}

/** The words, each between blanks. */
function wordsOf(text: string): string {
  return ` ${partsOf(foldedText(text)).filter(Boolean).join(' ')} `
}

/**
 * As {@link isText}, and as {@link foldedText} folds both, or as another form of the number. Many
 * collations and types take those for the same.
 */
function isLike(value: ColumnValue, text: string | null): boolean {
  if (isText(value, text)) return true
  if (value === null || text === null) return false
  const folded = foldedText(text)
  if (typeof value === 'boolean' && (value ? wordsForTrue : wordsForFalse).includes(folded))
    return true
  return (
    foldedText(String(value)) === folded ||
    isNumberLike(value, Number(text.trim() === '' ? Number.NaN : text))
  )
}

/** `1.0` for 1. Any number but 0 is true, as in programs, also where the options say a word. */
function isNumberLike(value: ColumnValue, held: number): boolean {
  if (typeof value === 'boolean') return !Number.isNaN(held) && value === (held !== 0)
  if (typeof value === 'string' && wordsForTrue.includes(foldedText(value)))
    return !Number.isNaN(held) && held !== 0
  return typeof value !== 'string' && Number(value) === held
}

const wordsForTrue: readonly string[] = ['true', 't', 'yes', 'y', 'on']
const wordsForFalse: readonly string[] = ['false', 'f', 'no', 'n', 'off']
