import { StoreError } from '@force-reset/core'

/** Where a page starts: after the last user of the page before, by user name and id. */
export interface PagePlace {
  readonly username: string
  readonly id: string
}

/** Longest cursor that core takes, in characters. */
const longestCursor = 1_024

/**
 * The place as opaque text, without a user name that is too long for a cursor. The text reveals
 * nothing that the page did not show.
 */
export function cursorOf({ username, id }: PagePlace): string {
  const whole = encoded([username, id])
  return whole.length > longestCursor ? encoded([null, id]) : whole
}

function encoded(place: readonly [username: string | null, id: string]): string {
  return Buffer.from(JSON.stringify(place), 'utf8').toString('base64url')
}

/** @throws {StoreError} `invalid_request` for text that {@link cursorOf} did not make. */
export function placeOf(cursor: string): { readonly username: string | null; readonly id: string } {
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    value = undefined
  }
  if (Array.isArray(value) && value.length === 2) {
    const [username, id]: unknown[] = value
    if ((username === null || isText(username)) && isText(id)) return { username, id }
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

/** The error for a cursor that this store did not create, or whose position no longer exists. */
export function malformedCursor(): StoreError {
  return new StoreError('invalid_request', {
    reason: 'field',
    field: 'cursor',
    problem: 'malformed',
  })
}
