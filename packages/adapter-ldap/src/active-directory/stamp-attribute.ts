import { text } from '../connection/entry.ts'
import { equals, present } from '../dialect/search-filter.ts'
import type { Problem } from '../explain/problem.ts'
import type { Plan } from '../plan/request.ts'
import { search } from '../plan/steps.ts'

/**
 * Why an attribute cannot hold the stamp, if it cannot: where it takes more than one value, every
 * one of several writers adds its own. From the cache, mostly; otherwise two round trips ([MS-ADTS]
 * 3.1.1.2.3).
 */
export function* stampProblem(attribute: string): Plan<Problem | undefined> {
  const root = yield* search({
    ...{ kind: 'search', base: '', scope: 'base', filter: present('objectClass'), cached: true },
    attributes: ['schemaNamingContext'],
  })
  const base = root.entries[0] && text(root.entries[0], 'schemaNamingContext')
  if (base === undefined) return unfit
  const { entries } = yield* search({
    ...{
      kind: 'search',
      base,
      scope: 'one',
      filter: equals('lDAPDisplayName', attribute),
      cached: true,
    },
    attributes: ['isSingleValued'],
  })
  return entries[0] !== undefined && text(entries[0], 'isSingleValued') === 'TRUE'
    ? undefined
    : unfit
}

const unfit: Problem = {
  code: 'store_unavailable',
  key: 'stamp_attribute_unfit',
  message:
    'The schema of this directory does not say that stampAttribute takes a single value, so that two resets at once could not be told apart. Name an attribute that does, such as info.',
}
