import type { AccountStatus, FailureDetail, ListQuery } from '@force-reset/core'
import { percentDecoded } from '../wire/percent-decoded.ts'

const statuses: ReadonlySet<string> = new Set([
  'active',
  'pending',
  'suspended',
  'deleted',
  'unknown',
] satisfies AccountStatus[])

/** The query of a list, or the parameter that is wrong. */
export type ListQueryRead =
  | { readonly ok: true; readonly query: ListQuery }
  | { readonly ok: false; readonly detail: FailureDetail | undefined }

/**
 * Reads `search`, `status` (repeatable), `cursor` and `limit` from a query. Other parameters, other
 * statuses and repeated parameters are refused, so that a mistyped filter never lists everybody.
 * Core holds `limit` to 1 to 200. Without `detail` the percent-encoding itself is wrong.
 */
export function readListQuery(query: string): ListQueryRead {
  if (percentDecoded(query.replaceAll('+', ' ')) === undefined)
    return { ok: false, detail: undefined }
  const parameters = new URLSearchParams(query)
  for (const name of parameters.keys()) {
    const repeated = name !== 'status' && parameters.getAll(name).length > 1
    if (repeated || !['search', 'status', 'cursor', 'limit'].includes(name)) return wrong(name)
  }
  const wanted = parameters.getAll('status')
  if (!wanted.every(isStatus)) return wrong('status')
  const limit = parameters.get('limit')
  if (limit !== null && !/^\d{1,9}$/.test(limit)) return wrong('limit')
  return {
    ok: true,
    query: {
      search: parameters.get('search') ?? undefined,
      statuses: wanted.length > 0 ? wanted : undefined,
      cursor: parameters.get('cursor') ?? undefined,
      limit: limit === null ? undefined : Number(limit),
    },
  }
}

function isStatus(text: string): text is AccountStatus {
  return statuses.has(text)
}

/** Longest name of an unknown parameter that the refusal repeats, in characters. */
const longestName = 64

function wrong(name: string): ListQueryRead {
  return {
    ok: false,
    detail: { reason: 'field', field: name.slice(0, longestName), problem: 'malformed' },
  }
}
