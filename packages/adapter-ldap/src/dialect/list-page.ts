import type { Account, AccountPage, DirectoryQuery } from './dialect.ts'

/** Most accounts that are looked through for statuses that a filter cannot express. */
const widestLook = 1_000

/**
 * How many entries to ask for. One entry more than the page holds shows that there are more.
 *
 * @example
 * const sizeLimit = entriesToAsk(query)
 */
export function entriesToAsk({ statuses, limit }: DirectoryQuery): number {
  return statuses === undefined ? limit + 1 : Math.max(widestLook, limit) + 1
}

/**
 * The first `limit` of the accounts that the directory found, sorted by user name. The page says
 * whether there are more.
 *
 * @example
 * const page = pageOf(accounts, query, limited)
 */
export function pageOf(
  accounts: readonly Account[],
  { statuses, limit }: DirectoryQuery,
  incomplete: boolean,
): AccountPage {
  const wanted = accounts.filter(
    ({ user }) => statuses === undefined || statuses.includes(user.status),
  )
  const shown = wanted.slice(0, limit).sort((a, b) => order(a.user.username, b.user.username))
  return { accounts: shown, truncated: incomplete || wanted.length > limit }
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
