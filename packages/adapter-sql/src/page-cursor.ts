import { StoreError } from '@force-reset/core'

/** The place after which a page starts: the last user of the page before, in the order of user name and id. */
export interface PagePlace {
  readonly username: string
  readonly id: string
}

/** The place as opaque text. It reveals nothing that the page did not show. */
export function cursorOf({ username, id }: PagePlace): string {
  return Buffer.from(JSON.stringify([username, id]), 'utf8').toString('base64url')
}

/** @throws {StoreError} `invalid_request` for text that {@link cursorOf} did not make. */
export function placeOf(cursor: string): PagePlace {
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    value = undefined
  }
  if (Array.isArray(value) && value.length === 2) {
    const [username, id]: unknown[] = value
    if (typeof username === 'string' && typeof id === 'string') return { username, id }
  }
  throw new StoreError('invalid_request', { reason: 'field', field: 'cursor', problem: 'malformed' })
}
