import { text, texts } from '../connection/entry.ts'
import { dnKey, isWithin, parentDn } from '../dialect/dn.ts'
import { absent, allOf, anyOf, equals, present } from '../dialect/search-filter.ts'
import type { SearchStep } from '../plan/request.ts'
import type { Found } from '../plan/steps.ts'

const attribute = 'olcPPolicyDefault'
const isOverlay = equals('objectClass', 'olcPPolicyConfig')
const step: Omit<SearchStep, 'filter'> = {
  kind: 'search',
  base: 'cn=config',
  scope: 'sub',
  attributes: ['olcSuffix', attribute],
  mayBeRefused: true,
}

/**
 * Asks slapd for its databases and their default policies, and then for overlays without a default
 * policy. These settings change at run time, so the answers are never taken from a cache.
 */
export const configurationSearches: readonly SearchStep[] = Object.freeze([
  { ...step, filter: anyOf([present('olcSuffix'), isOverlay]) },
  { ...step, filter: allOf(isOverlay, absent(attribute)) },
])

/** What slapd says of its default policy; `unknown` where the service account may not read that. */
export type DefaultPolicy = { readonly dn: string } | 'none' | 'unknown'

/** An overlay here is in force for every database (slapd-config(5)). */
const frontend = dnKey('olcDatabase={-1}frontend,cn=config')

/**
 * The default policy of the database that holds an entry, as the configuration of slapd names it.
 *
 * @example
 * const policy = defaultPolicyOf(entry.dn, yield* searches(configurationSearches))
 */
export function defaultPolicyOf(
  dn: string,
  [shown, withoutDefault]: readonly Found[],
): DefaultPolicy {
  const entries = shown?.entries ?? []
  const [innermost] = entries
    .flatMap((database) =>
      texts(database, 'olcSuffix')
        .filter((suffix) => isWithin(dn, suffix))
        .map((suffix) => ({ key: dnKey(database.dn), length: dnKey(suffix).length })),
    )
    .sort((one, other) => other.length - one.length)
  if (innermost === undefined) return 'unknown'
  const overlays = entries.filter((entry) => {
    const parent = dnKey(parentDn(entry.dn))
    return parent === innermost.key || parent === frontend
  })
  const [overlay] = overlays
  // Two overlays would both act, and no measurement says which one decides.
  if (overlay === undefined || overlays.length > 1) return 'unknown'
  const named = text(overlay, attribute)
  if (named !== undefined) return { dn: named }
  return withoutDefault?.entries.some((entry) => dnKey(entry.dn) === dnKey(overlay.dn))
    ? 'none'
    : 'unknown'
}
