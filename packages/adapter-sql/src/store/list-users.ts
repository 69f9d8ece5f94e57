import type { ListQuery, User, UserPage } from '@force-reset/core'
import type { RawBuilder } from 'kysely'
import { accountPages, isAfter } from '../account/account-page.ts'
import type { SeenAccount } from '../account/account-reader.ts'
import {
  cursorOf,
  isStorable,
  malformedCursor,
  placeAfter,
  placeOf,
} from '../account/page-cursor.ts'
import type { Row } from '../options/any-database.ts'
import { isOutOfType, readAccounts, type StoreParts } from './read-accounts.ts'

/** Users of a page, when nothing else is asked for. */
const defaultLimit = 50
/** Batches that one page reads at most, where only a function knows the status. */
const mostBatches = 10

/** One page of accounts, in the order of user name and id. */
export async function listUsers(
  parts: StoreParts,
  { search, statuses, limit = defaultLimit, cursor }: ListQuery,
): Promise<UserPage> {
  const users: User[] = []
  if (search !== undefined && !isStorable(search)) return { users, truncated: false }
  const rows = limit + 1
  let after = cursor === undefined ? undefined : placeOf(cursor)
  for (let batch = 1; batch <= mostBatches; batch += 1) {
    const start = after
    const seen = await batchAfter(parts, { search, statuses, after, rows })
    let taken = 0
    for (const user of seen.slice(0, limit)) {
      taken += 1
      after = placeAfter(user)
      if (statuses === undefined || statuses.includes(user.status)) users.push(user)
      if (users.length === limit) break
    }
    if (taken === seen.length) return { users, truncated: false }
    // An id in bytes compares otherwise than its text, and the same place would come for ever.
    if (start && after && cursorOf(after) === cursorOf(start)) after = { ...after, id: null }
    if (users.length === limit) break
  }
  return { users, nextCursor: after && cursorOf(after), truncated: false }
}

type BatchQuery = Parameters<typeof accountPages>[3]

/** The users that come next, of any status where only a function knows the status. */
async function batchAfter(parts: StoreParts, query: BatchQuery): Promise<readonly User[]> {
  const { dialect, options, reader } = parts
  const { after } = query
  const statements = accountPages(dialect, options, reader, query)
  const seen = await firstFull(parts, statements, query.rows).catch(async (error: unknown) => {
    throw after && (await isOutOfType(parts, isAfter(dialect, options, after), error))
      ? malformedCursor()
      : error
  })
  return seen.map(({ user }) => user)
}

/** The accounts of the first statement that fills the batch, and otherwise of the last. */
async function firstFull(
  parts: StoreParts,
  statements: readonly RawBuilder<Row>[],
  rows: number,
): Promise<readonly SeenAccount[]> {
  let page: readonly SeenAccount[] = []
  for (const statement of statements) {
    page = await readAccounts(parts, statement)
    if (page.length === rows) break
  }
  return page
}
