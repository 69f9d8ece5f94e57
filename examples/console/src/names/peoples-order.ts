import { isDeepStrictEqual } from 'node:util'
import type { User } from '@force-reset/core'
import { searchParts } from '@force-reset/core/store'
import { asSearched } from './any-case.ts'

/** Capitals beside small letters, accents beside their letters, and 2 before 10. */
const { compare } = new Intl.Collator('en', { numeric: true })

/**
 * The users of one page in the order in which people look for them: those that the search means
 * first, and otherwise by user name.
 *
 * A store divides the list into pages, and may compare by code points. So the order holds within a
 * page, and pages follow each other as the store has cut them.
 */
export function inPeoplesOrder(users: readonly User[], search: string): readonly User[] {
  return users.toSorted(
    (one, other) =>
      rankOf(one, search) - rankOf(other, search) ||
      compare(one.username, other.username) ||
      compare(one.id, other.id),
  )
}

/**
 * The user name itself, the whole name, the beginning of a user name, the beginning of each word in
 * a name, and then the rest.
 */
function rankOf({ username, displayName = '' }: User, search: string): number {
  const wanted = asSearched(search)
  if (asSearched(username) === wanted) return 0
  const names = asSearched(displayName).split(/[^\p{L}\p{M}\p{N}]+/u)
  const parts = searchParts(wanted)
  if (isWhole(asSearched(displayName), parts)) return 1
  if (asSearched(username).startsWith(wanted)) return 2
  const begins = (part: string) => names.some((name) => name.startsWith(part))
  return parts.every(begins) ? 3 : 4
}

/** Whether a name has these words and no other, in any order. Nobody is meant by no word. */
function isWhole(name: string, parts: readonly string[]): boolean {
  return parts.length > 0 && isDeepStrictEqual(searchParts(name).toSorted(), parts.toSorted())
}
