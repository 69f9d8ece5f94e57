import type { Account, AccountPage, DirectoryQuery } from './dialect.ts'

/**
 * When statuses are asked for that a filter cannot express, so many accounts are looked through.
 */
const widestLook = 1_000

/** How many entries to ask for: one more than the page shows that there are more. */
export function entriesToAsk({ statuses, limit }: DirectoryQuery): number {
  return statuses === undefined ? limit + 1 : Math.max(widestLook, limit) + 1
}

/**
 * The first `limit` of the accounts that the directory found, sorted by user name; the rest is
 * announced.
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
