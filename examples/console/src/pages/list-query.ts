import type { AccountStatus } from '@force-reset/core'

/**
 * The choice of users that the list shows. The choice is in the address, so that it survives a
 * reload, a bookmark and the way back.
 */
export interface ListView {
  readonly search: string
  readonly status: ListedStatus | undefined
  readonly cursor: string | undefined
  /** Counted from 1. */
  readonly page: number
  /**
   * The cursors of the pages between the first and this one, as far as they fit into an address.
   * They are the way back, because a store can go forwards only.
   */
  readonly earlier: readonly string[]
}

export type ListedStatus = Exclude<AccountStatus, 'unknown'>

/** The statuses one can filter by, in the order shown. */
export const listedStatuses: readonly ListedStatus[] = ['active', 'pending', 'suspended', 'deleted']

const longestSearch = 200
/** As long as core takes them. */
const longestCursor = 8192
/** Characters of all of them. Proxies take addresses of 8,000 characters. */
const longestEarlier = 3072

/** Reads a view out of an address. A value that makes no sense is left out. */
export function readListView(parameters: URLSearchParams): ListView {
  const status = listedStatuses.find((known) => known === parameters.get('status'))
  const cursor = parameters.get('cursor')?.slice(0, longestCursor) || undefined
  const page = Number(/^[1-9]\d{0,5}$/.exec(parameters.get('page') ?? '')?.[0] ?? 2)
  return {
    search: (parameters.get('search') ?? '').trim().slice(0, longestSearch),
    status,
    ...(cursor === undefined
      ? { cursor, page: 1, earlier: [] }
      : { cursor, page, earlier: fitting(parameters.getAll('earlier')) }),
  }
}

/** The query that stands for a view, with its `?`, or nothing for the first page of everybody. */
export function listQueryOf(view: ListView): string {
  const parameters = new URLSearchParams()
  if (view.search !== '') parameters.set('search', view.search)
  if (view.status !== undefined) parameters.set('status', view.status)
  if (view.page > 1) parameters.set('page', String(view.page))
  for (const cursor of view.earlier) parameters.append('earlier', cursor)
  if (view.cursor !== undefined) parameters.set('cursor', view.cursor)
  const query = parameters.toString()
  return query === '' ? '' : `?${query}`
}

/** The first page of what a view shows. */
export function firstPageOf(view: ListView): ListView {
  return { ...view, cursor: undefined, page: 1, earlier: [] }
}

/** The page after this one, which the store has named. */
export function nextPageOf(view: ListView, cursor: string): ListView {
  const earlier = view.cursor === undefined ? [] : [...view.earlier, view.cursor]
  return { ...view, cursor, page: view.page + 1, earlier: fitting(earlier) }
}

/** The page before this one. `undefined` where there is none, or where its cursor did not fit. */
export function previousPageOf(view: ListView): ListView | undefined {
  const cursor = view.earlier.at(-1)
  if (cursor === undefined) return view.page === 2 ? firstPageOf(view) : undefined
  return { ...view, cursor, page: view.page - 1, earlier: view.earlier.slice(0, -1) }
}

/** The newest cursors, as many as fit. */
function fitting(cursors: readonly string[]): readonly string[] {
  const tooMany = cursors.reduce((length, cursor) => length + cursor.length, 0) > longestEarlier
  return tooMany ? fitting(cursors.slice(1)) : cursors
}
