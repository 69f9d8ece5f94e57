import { bytes, type Entry, text } from '../../connection/entry.ts'
import { AccountUnreadable, GroupUnfit, GroupUnreadable } from '../../dialect/privileged-groups.ts'
import { allOf, anyOf, equals, present } from '../../dialect/search-filter.ts'
import type { Plan, SearchStep } from '../../plan/request.ts'
import { type Found, searches } from '../../plan/steps.ts'
import { domainDn } from './domain-dn.ts'
import { sidForm, sidText } from './sid.ts'

/** What a site calls privileged, besides what every domain does. */
export interface NamedPrivilege {
  /** DNs of security groups. */
  readonly privilegedGroups?: readonly string[] | undefined
  /** DNs or `objectSid` of accounts. */
  readonly privilegedAccounts?: readonly string[] | undefined
}

/** The identifiers that an account is judged by, besides the well-known ones. */
export interface PrivilegedSids {
  /** The site's own groups, and those that products make. */
  readonly groups: ReadonlySet<string>
  /** The accounts that the site has named. */
  readonly accounts: ReadonlySet<string>
  /** Those of this very connection: the service account and its groups. */
  readonly own: ReadonlySet<string>
}

/**
 * Groups without a well-known identifier that give a way to other people's accounts. DNS and DHCP
 * servers run on controllers, Entra Connect reads and writes passwords, and Exchange may change
 * most of the domain.
 */
const productGroups: readonly string[] = [
  ...['DnsAdmins', 'DHCP Administrators', 'WinRMRemoteWMIUsers__'],
  ...['ADSyncAdmins', 'ADSyncOperators', 'ADSyncPasswordSet', 'AAD DC Administrators'],
  ...['Organization Management', 'Exchange Trusted Subsystem', 'Exchange Windows Permissions'],
]

/** Where Exchange keeps its groups, those that a site has added included. */
const exchangeGroups = 'OU=Microsoft Exchange Security Groups'

const groupAttributes = ['objectSid', 'groupType']

/**
 * What has no well-known identifier: the service account, the site's own groups and accounts, and
 * the groups of products. From the cache, mostly; otherwise one round trip.
 *
 * @throws {GroupUnreadable} when a configured group cannot be read.
 * @throws {GroupUnfit} when one is a distribution group, which `tokenGroups` never names.
 * @throws {AccountUnreadable} when a configured account cannot be read.
 * @example
 * const sids = yield* privilegedSids(options, site.baseDn)
 */
export function* privilegedSids(named: NamedPrivilege, baseDn: string): Plan<PrivilegedSids> {
  const { privilegedGroups = [], privilegedAccounts = [] } = named
  const written = privilegedAccounts.filter((one) => sidForm.test(one))
  const dns = privilegedAccounts.filter((one) => !sidForm.test(one))
  const [context, products, exchange, ...configuredOnes] = yield* searches([
    ownIdentifiers,
    ...productSearches(baseDn),
    ...[...privilegedGroups, ...dns].map((base) => ({
      ...cachedEntry(base),
      attributes: groupAttributes,
    })),
  ])
  const groups = configuredOnes.slice(0, privilegedGroups.length)
  const accounts = configuredOnes.slice(privilegedGroups.length)
  const configured = groups.map(({ entries }) => sidsOf(entries.filter(isSecurityGroup)))
  if (configured.some((sids) => sids.length === 0)) throw new GroupUnreadable()
  const found = accounts.map(({ entries }) => sidsOf(entries))
  if (found.some((sids) => sids.length === 0)) throw new AccountUnreadable()
  return {
    groups: new Set([
      ...configured.flat(),
      ...[products, exchange].flatMap((one) => sidsOf(one?.entries ?? [])),
    ]),
    accounts: new Set([...written, ...found.flat()]),
    own: new Set(identifiersOf(context).flatMap((sid) => sidText(sid) ?? [])),
  }
}

/**
 * The searches for groups that products make.
 *
 * @example
 * const found = yield* searches(productSearches(site.baseDn))
 */
export function productSearches(baseDn: string): readonly SearchStep[] {
  const domain = domainDn(baseDn)
  const isGroup = equals('objectClass', 'group')
  const common = { kind: 'search', scope: 'sub', cached: true } as const
  const isNamed = anyOf(productGroups.map((name) => equals('sAMAccountName', name)))
  return [
    { ...common, base: domain, filter: allOf(isGroup, isNamed), attributes: groupAttributes },
    {
      ...common,
      base: `${exchangeGroups},${domain}`,
      filter: isGroup,
      attributes: groupAttributes,
    },
  ]
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

function cachedEntry(base: string): Omit<SearchStep, 'attributes'> {
  return { kind: 'search', base, scope: 'base', filter: present('objectClass'), cached: true }
}

/**
 * Asks for the identifiers of this very connection ([MS-ADTS] 3.1.1.3.2.23). The service account's
 * own is among them, under whatever name it has signed in.
 */
export const ownIdentifiers: SearchStep = Object.freeze({
  ...cachedEntry(''),
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
