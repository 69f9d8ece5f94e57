import type { AccountStatus, ListQuery } from '@force-reset/core'
import type { HandlerResponse } from '../wire/handler-response.ts'
import { percentDecoded } from '../wire/percent-decoded.ts'
import { invalidRequest, malformedAddress, unknownField } from './refusals.ts'

const statuses: ReadonlySet<string> = new Set([
  'active',
  'pending',
  'suspended',
  'deleted',
  'unknown',
] satisfies AccountStatus[])

/** The query of a list, or the response that refuses the query. */
export type ListQueryRead =
  | { readonly ok: true; readonly query: ListQuery }
  | { readonly ok: false; readonly response: HandlerResponse }

/**
 * Reads `search`, `status` (repeatable), `cursor` and `limit` from a query. Other parameters, other
 * statuses and repeated parameters are refused, so that a mistyped filter never lists everybody.
 * Core holds `limit` to 1 to 200.
 */
export function readListQuery(query: string): ListQueryRead {
  if (percentDecoded(query.replaceAll('+', ' ')) === undefined)
    return { ok: false, response: malformedAddress() }
  const parameters = new URLSearchParams(query)
  for (const name of parameters.keys()) {
    if (!['search', 'status', 'cursor', 'limit'].includes(name))
      return { ok: false, response: unknownField('parameter', name) }
    if (name !== 'status' && parameters.getAll(name).length > 1) return wrong(name)
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

function wrong(field: string): ListQueryRead {
  return {
    ok: false,
    response: invalidRequest({ reason: 'field', field, problem: 'malformed' }),
  }
}
