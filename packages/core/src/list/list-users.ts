import type { RequestSource } from '../port/audit-event.ts'
import { keysOf } from '../port/secret.ts'
import type { User } from '../port/user.ts'
import type { ListQuery, UserPage } from '../port/user-store.ts'
import { auditDenial } from '../reset/audit.ts'
import { authorize } from '../reset/authorize.ts'
import { checkConfig } from '../reset/check-config.ts'
import { checkOptionalField, malformed } from '../reset/check-field.ts'
import type { ForceResetConfig, Operator } from '../reset/config.ts'
import { scopeOf, storeOf } from '../reset/find-target.ts'
import type { StepFailure } from '../reset/step-failure.ts'
import { askStore, callbackFailed } from '../reset/step-failure.ts'
import type { QueryFailure } from '../reset/view-user.ts'
import { queryFailure } from '../reset/view-user.ts'
import type { Binding } from './page-cursor.ts'
import { openCursor, sealCursor } from './page-cursor.ts'

/** Users of a page, when nothing else is asked for. */
const defaultLimit = 50
/** Greatest number of users of a page, and of a further look while a page is not full. */
const greatestLimit = 200
/** Longest search text, in characters. */
const longestSearch = 200
/** Accounts that one page looks at, and asks `authorize` about, at most. */
const mostAccounts = 1_000
/** Questions to the store for one page at most. */
const mostLooks = 10

/** A search by an operator. */
export interface ListRequest<O extends Operator> extends ListQuery {
  readonly operator: O
  /** Most users of the page: held to 1 to 200, default 50. */
  readonly limit?: number | undefined
  /**
   * `nextCursor` of the page before. A cursor can be used for one hour, by the same operator, for
   * the same search and statuses, in the same tenant. Otherwise the answer is `invalid_request`.
   */
  readonly cursor?: string | undefined
  /** Joins the audit events with the caller's own log. */
  readonly correlationId?: string | undefined
  /** Where the request came from, for the audit trail. */
  readonly source?: RequestSource | undefined
}

/** A page of accounts, or why not. */
export type ListResult = ({ readonly ok: true } & UserPage) | QueryFailure

/**
 * The accounts that this operator may list. Each account is authorized, and the page is filled with
 * those that are allowed. At most 1,000 accounts are looked at for one page, so a page can hold
 * fewer users than its limit and still have a `nextCursor`.
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
  checkConfig(config)
  const keys = keysOf(config.secret)
  const {
    operator,
    correlationId,
    source,
    search,
    statuses,
    limit: asked = defaultLimit,
    cursor,
    signal,
  }: ListRequest<O> = Object(request)
  const refuse = async (failure: StepFailure): Promise<QueryFailure> => {
    await auditDenial(config, { action: 'list', operator, correlationId, source }, failure)
    return queryFailure(failure)
  }
  const wrong = checkOptionalField('search', search, longestSearch)
  if (wrong) return queryFailure(wrong)
  const denied = await authorize(config, { action: 'list', operator })
  if (denied) return refuse(denied)
  const chosen = await storeOf(config, operator)
  if (!chosen.ok) return queryFailure(chosen)
  const { store } = chosen
  const scope = await scopeOf(config, operator)
  if (scope === undefined) return queryFailure(callbackFailed('store_unavailable', 'scope'))
  const binding = { config, keys, operator, store, scope, search, statuses }
  const place = cursor ? await openCursor(binding, cursor) : ''
  // In the trail like a denial: whoever tries other people's cursors is seen.
  if (place === undefined) return refuse({ ...malformed('cursor', 'malformed'), denied: true })
  const page = await askStore(config, { during: 'list', signal }, async () => {
    const limit = Math.min(Math.max(Math.trunc(asked) || 1, 1), greatestLimit)
    return fillPage(binding, { search, statuses, limit, cursor: place || undefined, signal })
  })
  return page.ok ? page : queryFailure(page)
}

/**
 * One page of allowed accounts. The look goes on until one allowed account more than the page holds
 * is seen. So a next page is announced as if the hidden accounts were not there.
 */
async function fillPage<O extends Operator>(
  binding: Binding<O>,
  query: ListQuery & { readonly limit: number },
): Promise<UserPage & { readonly ok: true }> {
  const { store } = binding
  const { limit } = query
  const users: User[] = []
  let { cursor } = query
  let truncated = false
  let seen = 0
  // Without cursors there is one look only.
  let wanted = store.cursorAfter ? limit + 1 : greatestLimit
  for (let looks = 0; looks < mostLooks && wanted > 0 && users.length <= limit; looks += 1) {
    const page = readPage(await store.list({ ...query, cursor, limit: wanted }))
    users.push(...(await allowed(binding, page.users)))
    seen += page.users.length
    cursor = page.nextCursor
    truncated = page.truncated
    wanted = cursor === undefined ? 0 : Math.min(greatestLimit, mostAccounts - seen)
  }
  const shown = users.slice(0, limit)
  const last = users.length > limit ? shown.at(-1) : undefined
  // A promise, which no store may give, would end the process when it is rejected later.
  const place = last ? await store.cursorAfter?.(last) : cursor
  return {
    ok: true,
    users: shown,
    nextCursor: place === undefined ? undefined : await sealCursor(binding, place),
    truncated: truncated || (last !== undefined && place === undefined),
  }
}

/** Throws unless the page is what its type says. */
function readPage({ users, nextCursor, truncated }: UserPage): UserPage {
  if (!users.every(({ id }) => id)) throw new TypeError('no id')
  return { users, nextCursor, truncated }
}

async function allowed<O extends Operator>(
  { config, operator }: Binding<O>,
  users: readonly User[],
): Promise<readonly User[]> {
  const denials = await Promise.all(
    users.map((user) => authorize(config, { action: 'list', operator, user })),
  )
  return users.filter((_, i) => denials[i] === undefined)
}
