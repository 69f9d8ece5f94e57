import { noPrivilegedUsers } from '@force-reset/core'
import { type Entry, texts, textsWithOptions } from '../connection/entry.ts'
import type { Site } from '../dialect/dialect.ts'
import { dnKey, dnValuesKey } from '../dialect/dn.ts'
import {
  GroupTooLarge,
  GroupUnreadable,
  type PrivilegedOptions,
} from '../dialect/privileged-groups.ts'
import { absent, allOf } from '../dialect/search-filter.ts'
import type { Reason } from '../explain/explanation.ts'
import type { Plan, SearchStep } from '../plan/request.ts'
import { type Found, searches } from '../plan/steps.ts'
import {
  lookAtMember,
  type Member,
  type ServerFacts,
  sameMember,
  serverFacts,
  uidKey,
  withoutMembers,
} from './member.ts'
import { privilegedMember, privilegeUnreadable } from './reasons.ts'
import type { Look } from './schema.ts'

/** Most groups and members that are followed: nobody calls more accounts privileged. */
const greatestClosure = 25_000

/** All groups and members below the privileged groups, by {@link dnKey}. */
export type Closure = ReadonlyMap<string, Member>

/** Who is in the privileged groups: the searches to send, and a test made from what they found. */
export interface Membership {
  /** Sent together with the search for the user. */
  readonly steps: readonly SearchStep[]
  /**
   * The test whether an entry is in the groups.
   *
   * @throws {GroupUnreadable} where a configured group was not found.
   * @throws {GroupTooLarge} where the groups have more members than are followed.
   */
  privileged(found: readonly Found[]): Plan<PrivilegeTest>
}

/** Why an account is privileged; `undefined` for one that is not. */
export type PrivilegeTest = (entry: Entry) => Reason | undefined

/** Where the account is looked for, for questions about that account. */
export type PeopleSearch = Pick<SearchStep, 'base' | 'scope' | 'filter' | 'sizeLimit'>

/**
 * Follows the groups downwards: privileged groups are small, and a user may be in many others.
 *
 * The cache may say which members are accounts. Everything else is asked for anew each time:
 * groups, empty ones too, entries that are not there, and entries that cannot be read. These
 * searches go with the search for the user, so they cost no round trip of their own.
 *
 * @example
 * const membership = yield* privilegedMembership(options, site, step)
 * const privileged = yield* membership.privileged(yield* searches(membership.steps))
 */
export function* privilegedMembership(
  options: PrivilegedOptions,
  site: Site,
  people: PeopleSearch,
): Plan<Membership> {
  const { privilegedGroups: groups } = options
  if (groups === noPrivilegedUsers || groups.length === 0) return nobody
  const facts = yield* serverFacts()
  const following: Following = { groups, facts, spared: sparedBy(options, site) }
  const known = yield* followed(following, new Map(), { cached: true })
  const looks = [...known.values()]
    .filter(({ kind, dn }) => kind !== 'account' && !following.spared.has(dnKey(dn)))
    .map(({ dn, missing }) => ({ dn, ...lookAtMember(dn, missing, facts, { cached: false }) }))
  const roleless = hasRole(known) ? [rolelessSearch(people)] : []
  return {
    steps: [...looks.flatMap(({ steps }) => steps), ...roleless],
    *privileged(found) {
      const now = answersOf(looks, found)
      const moved = looks.some(({ dn }, index) => !isAsKnown(known.get(dnKey(dn)), now[index]))
      const current = new Map([...known, ...now.filter(isSettled).map(keyed)])
      for (const member of now) if (!isSettled(member)) current.delete(dnKey(member.dn))
      const everybody = moved ? yield* followed(following, current, { cached: false }) : known
      for (const dn of groups) if (!isGroup(everybody.get(dnKey(dn)))) throw new GroupUnreadable()
      const withoutRoles = roleless.length === 0 ? undefined : found.at(-1)
      return membershipTest(everybody, withoutRoles?.entries ?? [])
    },
  }
}

const nobody: Membership = Object.freeze({
  steps: [],
  *privileged() {
    return () => undefined
  },
})

/**
 * The groups and members as the directory has them now, for a diagnosis.
 *
 * @example
 * const closure = yield* privilegedClosure(options, site)
 */
export function* privilegedClosure(options: PrivilegedOptions, site: Site): Plan<Closure> {
  const { privilegedGroups: groups } = options
  if (groups === noPrivilegedUsers) return new Map()
  const facts = yield* serverFacts()
  const spared = sparedBy(options, site)
  return yield* followed({ groups, facts, spared }, new Map(), { cached: false })
}

interface Following {
  readonly groups: readonly string[]
  readonly facts: ServerFacts
  /** Entries of which it is known without a look that they are no groups. */
  readonly spared: Closure
}

/**
 * The empty DN stands in groups that need a member and have none. The service account is no group,
 * although it may not be allowed to see itself.
 */
function sparedBy({ absentMembers = [] }: PrivilegedOptions, site: Site): Closure {
  return new Map(
    [
      withoutMembers(site.operatorDn(), 'account'),
      ...['', ...absentMembers].map((dn) => withoutMembers(dn, 'nobody')),
    ].map(keyed),
  )
}

function keyed(member: Member): [string, Member] {
  return [dnKey(member.dn), member]
}

/** Entries that are not known are read level by level. */
function* followed(
  { groups, facts, spared }: Following,
  known: Closure,
  cached: { readonly cached: boolean },
): Plan<Closure> {
  const reached = new Map<string, Member>()
  let level = new Map(groups.map((dn) => [dnKey(dn), dn]))
  while (level.size > 0) {
    const unknown = [...level].flatMap(([key, dn]) =>
      known.has(key) || spared.has(key) ? [] : [dn],
    )
    if (reached.size + unknown.length > greatestClosure) throw new GroupTooLarge()
    const seen = new Map((yield* membersAt(unknown, facts, cached)).map(keyed))
    for (const key of level.keys()) {
      const member = spared.get(key) ?? known.get(key) ?? seen.get(key)
      if (member !== undefined) reached.set(key, member)
    }
    const below = [...level.keys()].flatMap((key) => reached.get(key)?.members ?? [])
    level = new Map(
      below.map((dn): [string, string] => [dnKey(dn), dn]).filter(([key]) => !reached.has(key)),
    )
  }
  return reached
}

/** Looks at entries, and then asks whether attributes that did not come are absent. */
function* membersAt(
  dns: readonly string[],
  facts: ServerFacts,
  cached: { readonly cached: boolean },
): Plan<readonly Member[]> {
  const first = yield* lookedAt(dns.map((dn) => lookAtMember(dn, [], facts, cached)))
  const unsettled = first.filter((member) => !isSettled(member))
  const second = yield* lookedAt(
    unsettled.map(({ dn, missing }) => lookAtMember(dn, missing, facts, cached)),
  )
  return [...first.filter(isSettled), ...second]
}

function* lookedAt(looks: readonly Look<Member>[]): Plan<readonly Member[]> {
  return answersOf(looks, yield* searches(looks.flatMap(({ steps }) => steps)))
}

function answersOf(looks: readonly Look<Member>[], found: readonly Found[]): readonly Member[] {
  let start = 0
  return looks.map(({ steps, read }) => {
    start += steps.length
    return read(found.slice(start - steps.length, start))
  })
}

/** Whether it is not open any more whether attributes are absent. */
function isSettled({ doubt }: Member): boolean {
  return doubt !== 'attributes'
}

function isAsKnown(known: Member | undefined, now: Member | undefined): boolean {
  return known !== undefined && now !== undefined && sameMember(known, now)
}

/** A configured name stands for a group that shows whom it holds. */
function isGroup(member: Member | undefined): boolean {
  if (member?.kind !== 'group') return false
  const { members, uids, gids, isRole, doubt } = member
  return (
    members.length + uids.length + gids.length > 0 ||
    isRole ||
    doubt === 'dynamic' ||
    doubt === 'other_kind'
  )
}

function hasRole(closure: Closure): boolean {
  return [...closure.values()].some(({ isRole }) => isRole)
}

/** Finds those of the people who have no role. */
function rolelessSearch(people: PeopleSearch): SearchStep {
  const filter = allOf(people.filter, absent('nsRole'))
  return { kind: 'search', ...people, filter, attributes: ['1.1'] }
}

/**
 * Nobody is known to be outside of a group of which it is not known who is in it. And nobody is
 * known to be outside of a group by an attribute that does not come.
 *
 * @param roleless - People without a role. Of others a role has to be seen.
 */
function membershipTest(everybody: Closure, roleless: readonly Entry[]): PrivilegeTest {
  const all = [...everybody.values()]
  const isNamed = nameTest(all)
  const uids = new Set(all.flatMap((member) => member.uids))
  const gids = new Set(all.flatMap((member) => member.gids))
  const hidesGid = all.some((member) => member.hidesGid)
  const roles = new Set(
    all
      .filter(({ isRole }) => isRole)
      .flatMap(({ dn, storedDn = dn }) => [dn, storedDn].map(dnKey)),
  )
  const withoutRoles = new Set(roleless.map(({ dn }) => dnKey(dn)))
  const open = all.find(({ doubt }) => doubt !== undefined)
  return (entry) => {
    const key = dnKey(entry.dn)
    const names = textsWithOptions(entry, 'uid').map(uidKey)
    const numbers = textsWithOptions(entry, 'gidNumber')
    const held = texts(entry, 'nsRole').map(dnKey)
    const isMember =
      isNamed(entry) ||
      names.some((name) => uids.has(name)) ||
      numbers.some((number) => gids.has(number)) ||
      held.some((role) => roles.has(role))
    if (isMember) return privilegedMember
    if (open !== undefined) return privilegeUnreadable(open.dn)
    const inDoubt =
      (uids.size > 0 && names.length === 0 && isPosix(entry)) ||
      (gids.size > 0 && numbers.length === 0 && isPosix(entry)) ||
      (hidesGid && (numbers.length > 0 || isPosix(entry))) ||
      (roles.size > 0 && held.length === 0 && !withoutRoles.has(key))
    return inDoubt ? privilegeUnreadable() : undefined
  }
}

/** A name of somebody, and the name of the entry that the server found by that name, if any. */
export interface KnownName {
  readonly dn: string
  readonly storedDn?: string | undefined
}

/**
 * Whether an entry has one of the names. The server found an entry by most of them, and says how
 * that entry is called. Any other name may call an attribute by a name that 389-ds does not look
 * for in a DN. So the values alone decide for those names.
 *
 * @example
 * const isNamed = nameTest([{ dn: 'loginName=kim,ou=people,dc=example,dc=com' }])
 */
export function nameTest(names: readonly KnownName[]): (entry: Entry) => boolean {
  const keys = new Set(names.flatMap(({ dn, storedDn = dn }) => [dn, storedDn]).map(dnKey))
  const values = new Set(
    names.filter(({ storedDn }) => storedDn === undefined).map(({ dn }) => dnValuesKey(dn)),
  )
  return ({ dn }) => keys.has(dnKey(dn)) || (values.size > 0 && values.has(dnValuesKey(dn)))
}

/** Whether the account has to have `uid` and `gidNumber`, or may have to. */
function isPosix(entry: Entry): boolean {
  const classes = texts(entry, 'objectClass').map((name) => name.toLowerCase())
  return classes.length === 0 || classes.includes('posixaccount')
}
