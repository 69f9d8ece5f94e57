import { bytes, type Entry, isTrue, text } from '../../connection/entry.ts'
import { GroupUnfit, GroupUnreadable } from '../../dialect/privileged-groups.ts'
import { equals, present } from '../../dialect/search-filter.ts'
import type { Plan, SearchStep } from '../../plan/request.ts'
import { type Found, searches } from '../../plan/steps.ts'
import { domainDn } from './domain-dn.ts'
import { isPrivilegedSid, sidText } from './sid.ts'

/**
 * Whether an entry is privileged, by its `tokenGroups`: the identifiers of all its groups, nested
 * ones included.
 */
export type PrivilegedTest = (entry: Entry) => boolean

/**
 * The test for privilege. It also knows what has no well-known identifier: the service account, the
 * site's own groups, and DnsAdmins. From the cache, mostly.
 *
 * @throws {GroupUnreadable} when a configured group cannot be read.
 * @throws {GroupUnfit} when one is a distribution group, which `tokenGroups` never names.
 * @example
 * const privileged = yield* privilegedTest(groups, site.baseDn)
 */
export function* privilegedTest(groups: readonly string[], baseDn: string): Plan<PrivilegedTest> {
  const attributes = ['objectSid', 'groupType']
  const [context, dnsAdmins, ...own] = yield* searches([
    ownIdentifiers,
    {
      kind: 'search',
      base: domainDn(baseDn),
      scope: 'sub',
      filter: equals('sAMAccountName', 'DnsAdmins'),
      attributes,
      cached: true,
    },
    ...groups.map(
      (base) =>
        ({
          kind: 'search',
          base,
          scope: 'base',
          filter: present('objectClass'),
          attributes,
          cached: true,
        }) as const,
    ),
  ])
  const configured = own.map(({ entries }) => sidsOf(entries.filter(isSecurityGroup)))
  if (configured.some((sids) => sids.length === 0)) throw new GroupUnreadable()
  const operatorSids = identifiersOf(context)
  const sids = new Set([...configured.flat(), ...sidsOf(dnsAdmins?.entries ?? [])])
  return (entry) => {
    if (isTrue(entry, 'isCriticalSystemObject')) return true
    const groupSids = entry.attributes.get('tokengroups')
    // Everybody is in one group at least. An account that seems to be in none could be in any.
    if (groupSids === undefined || groupSids.length === 0) throw new GroupUnreadable()
    const own = bytes(entry, 'objectSid')
    // An operator who resets the service account has all its rights.
    if (own !== undefined && operatorSids.some((sid) => sid.equals(own))) return true
    return [...groupSids, ...(own ? [own] : [])]
      .map(sidText)
      .some((sid) => sid === undefined || isPrivilegedSid(sid) || sids.has(sid))
  }
}

/**
 * By the sign of `groupType`, whose highest bit it is ([MS-ADTS] 2.2.12).
 *
 * @throws {GroupUnfit} for a distribution group.
 */
function isSecurityGroup(entry: Entry): boolean {
  const type = text(entry, 'groupType')
  if (type !== undefined && !type.startsWith('-')) throw new GroupUnfit()
  return type !== undefined
}

/**
 * Asks for the identifiers of this very connection ([MS-ADTS] 3.1.1.3.2.23). The service account's
 * own is among them, under whatever name it has signed in.
 */
export const ownIdentifiers: SearchStep = Object.freeze({
  ...({
    kind: 'search',
    base: '',
    scope: 'base',
    filter: present('objectClass'),
    cached: true,
  } as const),
  attributes: Object.freeze(['tokenGroups']),
})

/**
 * The identifiers in the answer to {@link ownIdentifiers}.
 *
 * @example
 * const [context] = yield* searches([ownIdentifiers])
 * const own = identifiersOf(context)
 */
export function identifiersOf(context: Found | undefined): readonly Buffer[] {
  return context?.entries[0]?.attributes.get('tokengroups') ?? []
}

function sidsOf(entries: readonly Entry[]): readonly string[] {
  return entries.flatMap((entry) => {
    const sid = bytes(entry, 'objectSid')
    return (sid && sidText(sid)) ?? []
  })
}
