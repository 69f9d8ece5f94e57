import type { Entry } from '../connection/entry.ts'
import type { Site } from '../dialect/dialect.ts'
import { parentDn } from '../dialect/dn.ts'
import { absent, present } from '../dialect/search-filter.ts'
import { type Explanation, shownDn } from '../explain/explanation.ts'
import type { Plan, SearchStep } from '../plan/request.ts'
import { searches } from '../plan/steps.ts'

/** The attributes that an account is judged by. Each is part of the condition of the write. */
export const judgedBy = [
  'pwdChangedTime',
  'pwdReset',
  'pwdAccountLockedTime',
  'pwdStartTime',
  'pwdEndTime',
  'pwdPolicySubentry',
] as const

/**
 * The attributes that a reset depends on, and that the service account may not read or search on
 * this entry. The question is one round trip.
 *
 * For a filter, an attribute that may not be searched is neither there nor absent. An attribute
 * that may be searched and not read is there for a filter, but is not in the answer.
 */
export function* unreadableAttributes(dn: string): Plan<readonly string[]> {
  const needed = ['entryCSN', ...judgedBy]
  const steps = needed.flatMap((attribute): readonly SearchStep[] =>
    [present(attribute), absent(attribute)].map((filter) => ({
      ...{ kind: 'search', base: dn, scope: 'base', attributes: [attribute] },
      filter,
    })),
  )
  const found = yield* searches(steps)
  return needed.filter(
    (attribute, index) =>
      !isReadable(attribute, found[2 * index]?.entries[0], found[2 * index + 1]?.entries[0]),
  )
}

function isReadable(
  attribute: string,
  there: Entry | undefined,
  absent: Entry | undefined,
): boolean {
  return there === undefined ? absent !== undefined : there.attributes.has(attribute.toLowerCase())
}

/**
 * Explains that attributes cannot be read, with the rule that grants reading them.
 *
 * @example
 * if (unreadable.length > 0) return refusedFor(mayNotReadAttributes(unreadable, dn, site))
 */
export function mayNotReadAttributes(
  attributes: readonly string[],
  dn: string,
  site: Site,
): Explanation {
  const container = shownDn(parentDn(dn))
  const named = attributes.join(',')
  const serviceAccount = shownDn(site.operatorDn())
  return {
    code: 'store_denied',
    key: 'service_account_may_not_read',
    what:
      `The service account may not read ${attributes.join(', ')} of accounts in ${container}. ` +
      'Every reset is conditional on these attributes.',
    cure:
      'Put this rule in front of the access rules of the database: ' +
      `to dn.subtree="${container}" attrs=${named} by dn.exact="${serviceAccount}" read by * break`,
    parameters: { container, attributes: named, serviceAccount },
  }
}
