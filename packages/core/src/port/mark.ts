import { isPrintableAscii } from '../text/visible-text.ts'
import { ForceResetError } from './errors.ts'

declare const markBrand: unique symbol

/**
 * Names one write of one password, so that another process can find that write again.
 *
 * A mark may be stored and logged. It holds no secret, and nothing that a guessed password can be
 * tested against. At most 300 characters of printable ASCII, such as `sql1.…` or `openldap1.…`.
 */
export type Mark = string & { readonly [markBrand]: true }

/** Longest mark, in characters. */
const longestMark = 300

/**
 * Makes a mark of text. Each store has a prefix of its own with the number of its format.
 *
 * @throws {ForceResetError} `ERR_INVALID_MARK` for text that is empty, too long or not printable
 *   ASCII. The message holds none of the text.
 * @example
 * const mark = markOf(`mine1.${resetId}`)
 */
export function markOf(text: string): Mark {
  if (!isMark(text)) {
    throw new ForceResetError(
      'ERR_INVALID_MARK',
      `a mark must be 1 to ${longestMark} characters of printable ASCII without blanks`,
    )
  }
  return text
}

/**
 * Whether a value may be stored as a mark.
 *
 * @example
 * const isOurs = isMark('mine1.4711')
 */
export function isMark(text: unknown): text is Mark {
  return isPrintableAscii(text) && text.length <= longestMark
}

/** The state of the write that a mark names. */
export type Standing =
  /** The account has the password that the write would have replaced. A late write can arrive. */
  | { readonly now: 'before' }
  /** The account has the password of that write, and nobody has changed it. */
  | { readonly now: 'temporary' }
  /** Another password has been set since. `by` says who did, where the store shows it. */
  | { readonly now: 'replaced'; readonly by: 'person' | 'administrator' | 'unknown' }
  | { readonly now: 'unknown'; readonly why: UnknownStanding }

/** Why a store cannot tell what has become of a write. */
export type UnknownStanding =
  /** Another store, another key or another format made the mark. */
  | 'foreign_mark'
  /** Without a stamp the store cannot tell its own write from another one. */
  | 'no_stamp'
  /** The store could not read the values that the answer needs. */
  | 'unreadable'
