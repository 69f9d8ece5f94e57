import type { AccountStatus } from '@force-reset/core'

/**
 * The choice of users that the list shows. The choice is in the address, so that it survives a
 * reload, a bookmark and the way back.
 */
export interface ListView {
  readonly search: string
  readonly status: ListedStatus | undefined
  readonly cursor: string | undefined
}

export type ListedStatus = Exclude<AccountStatus, 'unknown'>

/** The statuses one can filter by, in the order shown. */
export const listedStatuses: readonly ListedStatus[] = ['active', 'pending', 'suspended', 'deleted']

const longestSearch = 200

/** Reads a view out of an address. A value that makes no sense is left out. */
export function readListView(parameters: URLSearchParams): ListView {
  const status = listedStatuses.find((known) => known === parameters.get('status'))
  return {
    search: (parameters.get('search') ?? '').trim().slice(0, longestSearch),
    status,
    cursor: parameters.get('cursor')?.slice(0, 8192) || undefined,
  }
}

/** The query that stands for a view, with its `?`, or nothing for the first page of everybody. */
export function listQueryOf(view: ListView): string {
  const parameters = new URLSearchParams()
  if (view.search !== '') parameters.set('search', view.search)
  if (view.status !== undefined) parameters.set('status', view.status)
  if (view.cursor !== undefined) parameters.set('cursor', view.cursor)
  const query = parameters.toString()
  return query === '' ? '' : `?${query}`
}
