import { text } from '../connection/entry.ts'
import { equals, present } from '../dialect/search-filter.ts'
import type { Explanation } from '../explain/explanation.ts'
import type { Plan } from '../plan/request.ts'
import { search } from '../plan/steps.ts'

/**
 * Why an attribute cannot hold the stamp, if it cannot: where it takes more than one value, every
 * one of several writers adds its own. From the cache, mostly; otherwise two round trips ([MS-ADTS]
 * 3.1.1.2.3).
 */
export function* unfitStamp(attribute: string): Plan<Explanation | undefined> {
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

const unfit: Explanation = {
  code: 'store_unavailable',
  key: 'stamp_attribute_unfit',
  what:
    'The schema of this directory does not say that stampAttribute takes a single value. ' +
    'Two resets at once could not be told apart.',
  cure: 'Name an attribute that takes a single value, such as info.',
}
