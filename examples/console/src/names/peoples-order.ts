import type { User } from '@force-reset/core'
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

/** The user name itself, its beginning, the beginning of a name, and then the rest. */
function rankOf({ username, displayName = '' }: User, search: string): number {
  const wanted = asSearched(search)
  if (asSearched(username) === wanted) return 0
  if (asSearched(username).startsWith(wanted)) return 1
  const names = asSearched(displayName).split(/[^\p{L}\p{M}\p{N}]+/u)
  const begins = (part: string) => names.some((name) => name.startsWith(part))
  return wanted.split(/\s+/).every(begins) ? 2 : 3
}
