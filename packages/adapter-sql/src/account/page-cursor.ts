import type { User } from '@force-reset/core'
import { StoreError } from '@force-reset/core'

/** Where a page starts: after a user, by user name and id. */
export interface PagePlace {
  /** The user name, or the beginning of a name that is long or hardly text. */
  readonly username: string
  /** Whether `username` is the whole name. */
  readonly isWhole: boolean
  /** `null` for an id that is hardly text, and that nobody can be found by. */
  readonly id: string | null
}

/** Longest user name in a cursor, in characters. */
const longestName = 200

/** The place right after a user. */
export function placeAfter({ username, id }: Pick<User, 'username' | 'id'>): PagePlace {
  const start = readable(username.slice(0, longestName))
  return { username: start, isWhole: start === username, id: readable(id) === id ? id : null }
}

/**
 * The place as text. The text names the user: core encrypts the text before an operator gets it.
 */
export function cursorOf({ username, isWhole, id }: PagePlace): string {
  return JSON.stringify([username, isWhole, id])
}

/** The beginning of the text, up to NUL or to bytes that are no text: drivers read U+FFFD there. */
function readable(text: string): string {
  return text.toWellFormed().split(/[\0\ufffd]/, 1)[0] ?? ''
}

/** @throws {StoreError} `invalid_request` for text that {@link cursorOf} did not make. */
export function placeOf(cursor: string): PagePlace {
  let value: unknown
  try {
    value = JSON.parse(cursor)
  } catch {
    value = undefined
  }
  if (Array.isArray(value) && value.length === 3) {
    const [username, isWhole, id]: unknown[] = value
    if (isText(username) && typeof isWhole === 'boolean' && (id === null || isText(id)))
      return { username, isWhole, id }
  }
  throw malformedCursor()
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && isStorable(value)
}

/**
 * Whether every database stores this text as it is. NUL ends the text in some databases, and half a
 * surrogate pair is replaced on the way.
 */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}

/** The error for text that is no place among these accounts. */
export function malformedCursor(): StoreError {
  return new StoreError('invalid_request', {
    reason: 'field',
    field: 'cursor',
    problem: 'malformed',
  })
}
