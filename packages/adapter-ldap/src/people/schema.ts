import { absent, present } from '../dialect/search-filter.ts'
import type { SearchStep } from '../plan/request.ts'
import type { Found } from '../plan/steps.ts'

/** Searches that go out together, and what their answers mean. */
export interface Look<T> {
  readonly steps: readonly SearchStep[]
  read(found: readonly Found[]): T
}

/**
 * A look for those of the attributes that the schema of the server knows. Nothing holds in a filter
 * of an unknown attribute, not even that the attribute is absent.
 *
 * The root entry is asked, because everybody may read that entry. Where nobody may, every attribute
 * counts as known. From the cache, mostly.
 *
 * @example
 * const { steps, read } = schemaLook(['member', 'memberURL'])
 * const known = read(yield* searches(steps))
 */
export function schemaLook(attributes: readonly string[]): Look<readonly string[]> {
  return {
    steps: [present('objectClass'), ...attributes.map(absent)].map((filter) => ({
      kind: 'search',
      base: '',
      scope: 'base',
      filter,
      attributes: ['1.1'],
      cached: true,
      mayBeRefused: true,
    })),
    read: ([root, ...found]) =>
      root?.entries.length === 1
        ? attributes.filter((_, index) => found[index]?.entries.length === 1)
        : attributes,
  }
}
