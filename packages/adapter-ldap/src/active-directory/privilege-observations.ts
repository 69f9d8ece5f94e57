import { bytes, type Entry, text, texts } from '../connection/entry.ts'
import type { Account, Site } from '../dialect/dialect.ts'
import type { Observation } from '../dialect/observation.ts'
import { anyOf, equals, parsedFilter, present } from '../dialect/search-filter.ts'
import { shownDn } from '../explain/explanation.ts'
import type { Plan, SearchStep } from '../plan/request.ts'
import { search, searches } from '../plan/steps.ts'
import { normalUser } from './options.ts'
import { type Hold, holdsOn } from './privilege/access-rights.ts'
import { domainDn } from './privilege/domain-dn.ts'
import {
  type PrivilegedSids,
  privilegedSids,
  productSearches,
} from './privilege/privileged-members.ts'
import { domainRid, isPrivilegedSid, privilegedSidsOf, sidText } from './privilege/sid.ts'
import { judgedAccounts, type Parameters } from './reading.ts'

/** Most people of one group, and most groups, that are looked at. */
const mostPeople = 100
const mostGroups = 400
/** Most accounts with a mark that are looked at. */
const mostMarked = 200
/** Most names in one sentence. */
const mostNames = 10

/**
 * Tells a site what to look at. Who is in privileged groups? Who has a mark of privilege? Who has
 * rights by the access lists of the domain and of the service account?
 *
 * @example
 * const observations = yield* privilegeObservations(parameters, site)
 */
export function* privilegeObservations(
  parameters: Parameters,
  site: Site,
): Plan<readonly Observation[]> {
  const { options } = parameters
  const sids = yield* privilegedSids(options, site.baseDn)
  const [domain, service] = yield* accessLists(site, sids)
  return [
    ...groupObservations(yield* peopleOfGroups(parameters, site, sidOf(domain))),
    ...markObservations(yield* markedAccounts(parameters, site)),
    namedObservation(options.privilegedAccounts ?? []),
    yield* accessObservation(domain, service, sids),
  ]
}

/** The people of one privileged group, those of nested groups included. */
interface GroupPeople {
  readonly name: string
  readonly people: Set<string>
  /** There are more of them. */
  more: boolean
}

/**
 * Follows privileged groups downwards, level by level. A filter that follows by itself would look
 * at each account of a domain.
 */
function* peopleOfGroups(
  { options }: Parameters,
  { baseDn }: Site,
  domainSid: string | undefined,
): Plan<readonly GroupPeople[]> {
  const base = domainDn(baseDn)
  const wellKnown = domainSid === undefined ? [] : privilegedSidsOf(domainSid)
  const found = yield* searches([
    ...wellKnown.map((sid) => entryOf(`<SID=${sid}>`)),
    ...(options.privilegedGroups ?? []).map(entryOf),
    ...productSearches(baseDn).map((step) => ({ ...step, attributes: memberAttributes })),
  ])
  const groups = found.flatMap(({ entries }) => entries)
  const all = groups.map((entry) => ({ entry, of: peopleOf(entry), seen: new Set([entry.dn]) }))
  let level = all
  for (let asked = 0; level.length > 0 && asked < mostGroups; ) {
    asked += level.length
    const members = yield* searches(level.map(({ entry }) => membersOf(entry, base)))
    level = level.flatMap(({ of, seen }, index) => {
      const { entries = [], limited = false } = members[index] ?? {}
      of.more ||= limited || entries.length > mostPeople
      for (const entry of entries.filter(isPerson)) of.people.add(nameOf(entry))
      const nested = entries.filter((entry) => isGroup(entry) && !seen.has(entry.dn))
      for (const { dn } of nested) seen.add(dn)
      return nested.map((entry) => ({ entry, of, seen }))
    })
  }
  return all.map(({ of }) => of).filter(({ people }) => people.size > 0)
}

function peopleOf(entry: Entry): GroupPeople {
  return { name: nameOf(entry), people: new Set(), more: false }
}

const memberAttributes = ['objectClass', 'objectSid', 'sAMAccountName', 'sAMAccountType']

function membersOf(group: Entry, base: string): SearchStep {
  const rid = domainRid(sidOf(group) ?? '')
  return {
    kind: 'search',
    base,
    scope: 'sub',
    filter: anyOf([
      equals('memberOf', group.dn),
      ...(rid === undefined ? [] : [equals('primaryGroupID', rid)]),
    ]),
    attributes: memberAttributes,
    sizeLimit: mostPeople + 1,
  }
}

function groupObservations(groups: readonly GroupPeople[]): readonly Observation[] {
  const large = groups.filter(({ more }) => more)
  const members = groups.map(({ name, people }) => `${name}: ${namesIn([...people])}`).join('; ')
  return [
    {
      check: 'privileged',
      level: 'ok',
      message:
        groups.length === 0
          ? 'Nobody is seen in a privileged group.'
          : `These are privileged by a group, and are not reset. ${members}.`,
    },
    ...large.map(
      ({ name }): Observation => ({
        check: 'privileged',
        level: 'warning',
        message: `The privileged group ${name} has more than ${mostPeople} members.`,
        cure:
          'If these are ordinary people, take them out of the group: ' +
          'nobody in the group is reset here.',
      }),
    ),
  ]
}

/**
 * Accounts that carry a mark of their own. `sIDHistory` is left out: everybody who has moved from
 * another domain has one.
 */
function* markedAccounts(
  parameters: Parameters,
  site: Site,
): Plan<{ readonly accounts: readonly Account[]; readonly more: boolean }> {
  const { entries, limited } = yield* search({
    kind: 'search',
    base: site.baseDn,
    scope: 'sub',
    filter: parsedFilter(
      `(&(sAMAccountType=${normalUser})(|(adminCount=*)(servicePrincipalName=*)` +
        '(msDS-AllowedToDelegateTo=*)' +
        `(userAccountControl:${bitwiseOr}:=${0x8_0000 | 0x100_0000})))`,
    ),
    attributes: ['objectGUID'],
    sizeLimit: mostMarked,
  })
  return { accounts: yield* judgedAccounts(parameters, entries, site), more: limited }
}

/** LDAP_MATCHING_RULE_BIT_OR ([MS-ADTS] 3.1.1.3.4.4.2). */
const bitwiseOr = '1.2.840.113556.1.4.804'

function markObservations({
  accounts,
  more,
}: {
  readonly accounts: readonly Account[]
  readonly more: boolean
}): readonly Observation[] {
  const reasons = Map.groupBy(accounts, ({ why }) => why?.privileged?.key)
  const observed = [...reasons].flatMap(([key, alike]): Observation[] => {
    const reason = alike[0]?.why?.privileged
    if (reason === undefined || key === 'privileged_member' || key === 'built_in_account') return []
    const names = namesIn(alike.map(({ user }) => user.username))
    const message = `Not reset: ${names}. ${reason.what}`
    // A mark that nobody needs any more keeps an ordinary person out.
    return key === 'former_administrator' || key === 'privilege_unreadable'
      ? [{ check: 'privileged', level: 'warning', message, cure: reason.cure }]
      : [{ check: 'privileged', level: 'ok', message }]
  })
  if (!more) return observed
  return [
    ...observed,
    {
      check: 'privileged',
      level: 'warning',
      message: `Only the first ${mostMarked} accounts with a mark of privilege were looked at.`,
      cure: 'Look for the others with the filter (|(adminCount=1)(servicePrincipalName=*)).',
    },
  ]
}

function namedObservation(named: readonly string[]): Observation {
  return {
    check: 'privileged',
    level: 'ok',
    message:
      named.length === 0
        ? 'privilegedAccounts names nobody.'
        : `privilegedAccounts names ${namesIn(named)}.`,
  }
}

/** The domain and the service account, each with its access list where that can be read. */
function* accessLists(
  { baseDn }: Site,
  { own }: PrivilegedSids,
): Plan<readonly [Entry | undefined, Entry | undefined]> {
  const withList = (base: string): SearchStep => ({
    ...entryOf(base),
    attributes: [...memberAttributes, 'nTSecurityDescriptor'],
    accessList: true,
  })
  const [domain, ...owners] = yield* searches([
    withList(domainDn(baseDn)),
    // Among the identifiers of the connection, one is the service account's and the others are
    // those of groups.
    ...[...own]
      .filter((sid) => domainRid(sid) !== undefined)
      .map((sid) => withList(`<SID=${sid}>`)),
  ])
  const service = owners.flatMap(({ entries }) => entries).find(isPerson)
  return [domain?.entries[0], service]
}

/** Who can replicate every password, or take over the domain or the service account. */
function* accessObservation(
  domain: Entry | undefined,
  service: Entry | undefined,
  sids: PrivilegedSids,
): Plan<Observation> {
  const onDomain = holdersOf(domain, sids)
  const onService = holdersOf(service, sids)
  if (onDomain === undefined || onService === undefined) return listsUnreadable
  const rights = new Map([
    ...[...onService.keys()].map((sid) => [sid, 'can take over the service account'] as const),
    ...[...onDomain].map(([sid, hold]) => [sid, domainRights[hold]] as const),
  ])
  if (rights.size === 0) return nobodyElse
  const found = yield* searches([...rights.keys()].map((sid) => entryOf(`<SID=${sid}>`)))
  const held = [...rights].map(([sid, right], index) => {
    const entry = found[index]?.entries[0]
    return `${entry === undefined ? sid : nameOf(entry)} ${right}`
  })
  return {
    check: 'privileged',
    level: 'warning',
    message: `By an access list, which no account shows: ${held.slice(0, mostNames).join('; ')}.`,
    cure:
      'Name these accounts in privilegedAccounts, and these groups in privilegedGroups, ' +
      'or take the rights away. Only the access lists of the domain and of the service account ' +
      'were read.',
  }
}

const domainRights: Readonly<Record<Hold, string>> = {
  control: 'can take over the domain',
  replicate_secrets: 'can copy every password of the domain',
}

/**
 * Who holds an object and is not refused anyway; `undefined` where the access list cannot be read.
 */
function holdersOf(
  entry: Entry | undefined,
  sids: PrivilegedSids,
): ReadonlyMap<string, Hold> | undefined {
  const descriptor = entry && bytes(entry, 'nTSecurityDescriptor')
  if (descriptor === undefined) return undefined
  try {
    const others = [...holdsOn(descriptor)].filter(
      ([sid]) =>
        !isPrivilegedSid(sid) &&
        !systemSids.has(sid) &&
        !sids.groups.has(sid) &&
        !sids.accounts.has(sid),
    )
    return new Map(others)
  } catch {
    return undefined
  }
}

/** SELF, SYSTEM, the controllers, and whoever makes an object: no person of their own. */
const systemSids: ReadonlySet<string> = new Set(['S-1-5-10', 'S-1-5-18', 'S-1-5-9', 'S-1-3-0'])

const nobodyElse: Observation = {
  check: 'privileged',
  level: 'ok',
  message:
    'Outside of privileged groups, nobody can take over the domain or the service account by an ' +
    'access list. Only these two access lists were read.',
}

const listsUnreadable: Observation = {
  check: 'privileged',
  level: 'unknown',
  message:
    'The access lists of the domain and of the service account cannot be read. ' +
    'Who has rights by them is not known.',
  cure:
    'Look with dsacls, or samba-tool dsacl get, as an administrator, ' +
    'and name who has rights there in privilegedAccounts or privilegedGroups.',
}

function entryOf(base: string): SearchStep {
  return {
    kind: 'search',
    base,
    scope: 'base',
    filter: present('objectClass'),
    attributes: memberAttributes,
  }
}

function isPerson(entry: Entry): boolean {
  return text(entry, 'sAMAccountType') === normalUser
}

function isGroup(entry: Entry): boolean {
  return texts(entry, 'objectClass').includes('group')
}

function sidOf(entry: Entry | undefined): string | undefined {
  const sid = entry && bytes(entry, 'objectSid')
  return sid && sidText(sid)
}

function nameOf(entry: Entry): string {
  return shownDn(text(entry, 'sAMAccountName') ?? entry.dn)
}

function namesIn(names: readonly string[]): string {
  const shown = names.slice(0, mostNames).map(shownDn).join(', ')
  const others = names.length - mostNames
  return others > 0 ? `${shown} and ${others} more` : shown
}
