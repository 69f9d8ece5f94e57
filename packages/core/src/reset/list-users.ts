import type { RequestSource } from '../port/audit-event.ts'
import type { User } from '../port/user.ts'
import type { ListQuery, UserPage } from '../port/user-store.ts'
import { auditDenial } from './audit.ts'
import { authorize } from './authorize.ts'
import { checkForceResetConfig } from './check-config.ts'
import { checkOptionalField, longestToken } from './check-field.ts'
import type { ForceResetConfig, Operator } from './config.ts'
import { storeOf } from './find-target.ts'
import { askStore } from './step-failure.ts'
import type { QueryFailure } from './view-user.ts'
import { queryFailure } from './view-user.ts'

/** Users of a page, when nothing else is asked for. */
const defaultLimit = 50
/** Greatest number of users of a page. */
const greatestLimit = 200
/** Longest search text, in characters. */
const longestSearch = 200

/** A search by an operator. */
export interface ListRequest<O extends Operator> extends ListQuery {
  readonly operator: O
  /** Where the request came from, for the audit trail. */
  readonly source?: RequestSource | undefined
}

/** A page of accounts, or why not. */
export type ListResult = ({ readonly ok: true } & UserPage) | QueryFailure

/**
 * The accounts that this operator may list. Each account is authorized too, so a page can hold
 * fewer users than its limit.
 *
 * `limit` is held to 1 to 200, default 50.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG`.
 * @example
 * const page = await listUsers(config, { operator, search: 'kim', statuses: ['active'] })
 * if (page.ok) for (const user of page.users) show(user.username)
 */
export async function listUsers<O extends Operator>(
  config: ForceResetConfig<O>,
  request: ListRequest<O>,
): Promise<ListResult> {
  checkForceResetConfig(config)
  const {
    operator,
    source,
    search,
    statuses,
    limit: asked = defaultLimit,
    cursor,
    signal,
  }: ListRequest<O> = Object(request)
  const malformed =
    checkOptionalField('search', search, longestSearch) ??
    checkOptionalField('cursor', cursor, longestToken)
  if (malformed) return queryFailure(malformed)
  const denied = await authorize(config, { action: 'list', operator })
  if (denied) {
    await auditDenial(config, { action: 'list', operator, source }, denied)
    return queryFailure(denied)
  }
  const chosen = await storeOf(config, operator)
  if (!chosen.ok) return queryFailure(chosen)
  const page = await askStore(signal, async () => {
    const limit = Math.min(Math.max(Math.trunc(asked) || 1, 1), greatestLimit)
    return readPage(await chosen.store.list({ search, statuses, limit, cursor, signal }))
  })
  if (!page.ok) return queryFailure(page)
  return { ...page, users: await allowed(config, operator, page.users) }
}

/** Throws unless the page is what its type says. */
function readPage({ users, nextCursor, truncated }: UserPage): UserPage & { readonly ok: true } {
  if (!users.every(({ id }) => id)) throw new TypeError('no id')
  return { ok: true, users, nextCursor, truncated }
}

async function allowed<O extends Operator>(
  config: ForceResetConfig<O>,
  operator: O,
  users: readonly User[],
): Promise<readonly User[]> {
  const denials = await Promise.all(
    users.map((user) => authorize(config, { action: 'list', operator, user })),
  )
  return users.filter((_, i) => denials[i] === undefined)
}
