import { type AccountStatus, noPrivilegedUsers } from '@force-reset/core'
import type { Filter } from 'ldapts'
import { type Entry, texts } from '../connection/entry.ts'
import type {
  Account,
  AccountPage,
  DirectoryQuery,
  EffectivePolicy,
  Site,
} from '../dialect/dialect.ts'
import { entriesToAsk, pageOf } from '../dialect/list-page.ts'
import {
  type ElsewhereOptions,
  type PersonAttributes,
  type PersonFacts,
  type PersonOptions,
  shownAttributes,
  userOf,
} from '../dialect/person.ts'
import type { PrivilegedOptions } from '../dialect/privileged-groups.ts'
import {
  allOf,
  anyOf,
  containsText,
  equals,
  present,
  type SearchMode,
  searchFilter,
} from '../dialect/search-filter.ts'
import type { Plan, SearchStep } from '../plan/request.ts'
import { type Found, nothing, searches, searchLists } from '../plan/steps.ts'
import { type KnownName, nameTest, type PrivilegeTest, privilegedMembership } from './membership.ts'
import {
  attributesElsewhere,
  type ExplainedStatus,
  hasOtherCredentials,
  hasOtherHashes,
  statusElsewhere,
} from './other-attributes.ts'
import { otherHashes, ownServiceAccount, privilegedAccount, signsInElsewhere } from './reasons.ts'

/** What else an account is judged by. */
export interface AccountContext {
  /** Those that {@link PeopleParts.policyDns} names; `undefined` for one that cannot be read. */
  readonly policies: readonly (Entry | undefined)[]
  readonly privileged: PrivilegeTest
  /** Answers to {@link PeopleParts.configurationSearches}. */
  readonly configuration: readonly Found[]
  readonly baseDn: string
  /** When the entry came. */
  readonly now: number
}

/**
 * What differs between products whose people are `person` entries, with policies and groups of
 * their own.
 */
export interface PeopleParts {
  readonly attributes: PersonAttributes
  readonly options: PersonOptions & PrivilegedOptions & ElsewhereOptions
  readonly defaults: {
    readonly searchAttributes: readonly string[]
    readonly searchMode: SearchMode
  }
  /** Which entries are people. */
  readonly userFilter: Filter
  /** The attribute that survives a change of name, and the one spelling its values have. */
  readonly id: { readonly attribute: string; readonly pattern: RegExp }
  /** What is read of an account, besides the names. */
  readonly accountAttributes: readonly string[]
  /** Filters of which one holds for every account of this status; it may hold for others too. */
  statusFilters(status: AccountStatus): readonly Filter[]
  /**
   * DNs of the password policies of an account, none where that is not known. A policy that leaves
   * something open stands before the policy that decides it.
   */
  policyDns(entry: Entry): readonly string[]
  policySearch(dn: string): SearchStep
  /**
   * DNs of policies that are asked for together with the accounts and not taken from the cache: a
   * search more, and no round trip more.
   */
  readonly policiesAskedAnew?: readonly string[] | undefined
  /**
   * An attribute that the server may compute, hiding the value in the entry. That value comes
   * under the name {@link storedName} in addition.
   */
  readonly storedAttribute?: string | undefined
  /** What is asked of the server's own configuration, together with the policies. */
  readonly configurationSearches?: readonly SearchStep[] | undefined
  account(entry: Entry, context: AccountContext): Account | undefined
}

/**
 * Looks an account up by its id: one round trip, besides what the cache does not hold.
 *
 * @example
 * const account = yield* findPerson(people, id, site)
 */
export function* findPerson(parts: PeopleParts, id: string, site: Site): Plan<Account | undefined> {
  if (!parts.id.pattern.test(id)) return undefined
  const { accounts } = yield* accountsFound(
    parts,
    { ...peopleSearch(parts, site, equals(parts.id.attribute, id)), sizeLimit: 2 },
    site,
  )
  return accounts.length === 1 ? accounts[0] : undefined
}

/**
 * The first accounts that the directory finds, sorted by user name: one round trip, besides what
 * the cache does not hold.
 *
 * @example
 * const page = yield* listPeople(people, query, site)
 */
export function* listPeople(
  parts: PeopleParts,
  query: DirectoryQuery,
  site: Site,
): Plan<AccountPage> {
  const {
    searchAttributes = parts.defaults.searchAttributes,
    searchMode = parts.defaults.searchMode,
  } = parts.options
  const named = searchFilter(query.search, searchMode, (text) =>
    containsText(text, searchAttributes, searchMode),
  )
  if (named === undefined) return { accounts: [], truncated: false }
  const step = peopleSearch(parts, site, allOf(named, statusFilter(parts, query)))
  const { accounts, limited, referrals } = yield* accountsFound(
    parts,
    { ...step, sizeLimit: entriesToAsk(query) },
    site,
  )
  return { ...pageOf(accounts, query, limited), referrals }
}

/**
 * Lets the server leave out most of what the statuses exclude. The accounts are judged one by one
 * afterwards.
 */
function statusFilter(
  { options, statusFilters }: PeopleParts,
  { statuses }: DirectoryQuery,
): Filter | undefined {
  if (statuses === undefined || options.status !== undefined) return undefined
  const filters = statuses.flatMap(statusFilters)
  return filters.length === 0 ? undefined : anyOf(filters)
}

function peopleSearch(
  { attributes, options, userFilter, accountAttributes, id }: PeopleParts,
  { baseDn }: Site,
  filter: Filter,
): SearchStep {
  const { username, email, displayName, createdAt, updatedAt } = attributes
  const { extraAttributes = [] } = options
  return {
    kind: 'search',
    base: baseDn,
    scope: 'sub',
    filter: allOf(userFilter, present(username), filter),
    attributes: [
      id.attribute,
      username,
      email,
      ...displayName,
      createdAt,
      updatedAt,
      ...accountAttributes,
      ...attributesElsewhere,
      ...extraAttributes,
      ...shownAttributes(options),
    ],
  }
}

function* accountsFound(
  parts: PeopleParts,
  step: SearchStep,
  site: Site,
): Plan<{ readonly accounts: readonly Account[] } & Pick<Found, 'limited' | 'referrals'>> {
  const membership = yield* privilegedMembership(parts.options, site, step)
  const { policiesAskedAnew: asked = [], configurationSearches: settings = [] } = parts
  const { storedAttribute: stored } = parts
  const storedSearches: readonly SearchStep[] =
    stored === undefined ? [] : [{ ...step, attributes: [stored], realAttributes: true }]
  const [
    people = [],
    policies = [],
    configuration = [],
    groups = [],
    names = [],
    storedValues = [],
  ] = yield* searchLists([
    [step],
    asked.map((dn) => policySearchAnew(parts, dn)),
    settings,
    membership.steps,
    nameSearches(parts, site),
    storedSearches,
  ])
  const policiesAnew = new Map(asked.map((dn, index) => [dn, policies[index]?.entries[0]]))
  const [{ limited, referrals, ...answer } = nothing] = people
  const entries =
    stored === undefined
      ? answer.entries
      : withStored(answer.entries, storedValues[0]?.entries ?? [], stored)
  const { baseDn } = site
  const now = site.now()
  const privileged = privilegedTest(parts, yield* membership.privileged(groups), site, names)
  const known = new Map([...(yield* policiesOf(parts, entries)), ...policiesAnew])
  const accounts = entries.flatMap((entry) => {
    const inForce = parts.policyDns(entry).map((dn) => known.get(dn))
    const context = { policies: inForce, configuration, privileged, baseDn, now }
    return parts.account(entry, context) ?? []
  })
  return { accounts, limited, referrals }
}

/**
 * The name of an attribute as it is stored in the entry, beside the value that the server computes.
 *
 * @example
 * const own = text(entry, storedName('pwdpolicysubentry'))
 */
export function storedName(attribute: string): string {
  return `${attribute.toLowerCase()};stored`
}

function withStored(
  entries: readonly Entry[],
  stored: readonly Entry[],
  attribute: string,
): readonly Entry[] {
  const values = new Map(
    stored.map(({ dn, attributes }) => [dn, attributes.get(attribute.toLowerCase())]),
  )
  return entries.map((entry) => {
    const own = values.get(entry.dn)
    if (own === undefined) return entry
    return { ...entry, attributes: new Map([...entry.attributes, [storedName(attribute), own]]) }
  })
}

/** An operator who resets the service account has all its rights, so it counts as privileged. */
function privilegedTest(
  parts: PeopleParts,
  whyMember: PrivilegeTest,
  site: Site,
  found: readonly Found[],
): PrivilegeTest {
  const { id, options } = parts
  const { privilegedAccounts = [] } = options
  const [own, ...others] = namedAccounts(parts, site).map(
    (dn, index): KnownName => ({ dn, storedDn: found[index]?.entries[0]?.dn }),
  )
  const isOwn = nameTest(own === undefined ? [] : [own])
  const isNamed = nameTest(others)
  const hasId = (entry: Entry): boolean =>
    texts(entry, id.attribute).some((one) => privilegedAccounts.includes(one))
  return (entry) => {
    if (isOwn(entry)) return ownServiceAccount
    return isNamed(entry) || hasId(entry) ? privilegedAccount : whyMember(entry)
  }
}

/** The DN of the service account, and those in `privilegedAccounts`. */
function namedAccounts({ options }: PeopleParts, site: Site): readonly string[] {
  const { privilegedAccounts = [] } = options
  return [site.operatorDn(), ...privilegedAccounts.filter((one) => one.includes('='))]
}

/** How the server calls the entries that the configuration names. */
function nameSearches(parts: PeopleParts, site: Site): readonly SearchStep[] {
  return namedAccounts(parts, site).map((base) => ({
    ...{ kind: 'search', base, scope: 'base', attributes: ['1.1'] },
    ...{ filter: present('objectClass'), cached: true, mayBeRefused: true },
  }))
}

/**
 * Whether a policy of this account may have come from the cache when the account was read.
 *
 * @example
 * if (mayBeOldPolicy(people, account)) return yield* judgedAgain(people, account, site)
 */
export function mayBeOldPolicy(parts: PeopleParts, { entry }: Account): boolean {
  return parts.policyDns(entry).some((dn) => !isAskedAnew(parts, dn))
}

function isAskedAnew({ policiesAskedAnew = [] }: PeopleParts, dn: string): boolean {
  return policiesAskedAnew.includes(dn)
}

/**
 * The account as it was read, judged once more by its groups and its policy, not from the cache. No
 * condition of a write can hold these, because they are other entries. One round trip; none where
 * no groups are configured and the policy came together with the account.
 *
 * @example
 * const judged = recheck(order, yield* judgedAgain(people, account, site))
 */
export function* judgedAgain(
  parts: PeopleParts,
  account: Account,
  site: Site,
): Plan<Account | undefined> {
  const { entry } = account
  const { options, id } = parts
  if (options.privilegedGroups === noPrivilegedUsers && !mayBeOldPolicy(parts, account))
    return account
  const self = peopleSearch(parts, site, equals(id.attribute, account.user.id))
  const membership = yield* privilegedMembership(options, site, self)
  const [configuration = [], policySearches = [], groups = [], names = []] = yield* searchLists([
    parts.configurationSearches ?? [],
    parts.policyDns(entry).map((dn) => policySearchAnew(parts, dn)),
    membership.steps,
    nameSearches(parts, site),
  ])
  const now = site.now()
  const policies = policySearches.map(({ entries }) => entries[0])
  const privileged = privilegedTest(parts, yield* membership.privileged(groups), site, names)
  const { baseDn } = site
  return parts.account(entry, { policies, configuration, privileged, baseDn, now })
}

function policySearchAnew(parts: PeopleParts, dn: string): SearchStep {
  return { ...parts.policySearch(dn), cached: false }
}

/** Those that are not asked for anew, by their DN. */
function* policiesOf(
  parts: PeopleParts,
  entries: readonly Entry[],
): Plan<ReadonlyMap<string, Entry | undefined>> {
  const dns = [...new Set(entries.flatMap((entry) => parts.policyDns(entry)))].filter(
    (dn) => !isAskedAnew(parts, dn),
  )
  const found = yield* searches(dns.map((dn) => parts.policySearch(dn)))
  return new Map(dns.map((dn, index) => [dn, found[index]?.entries[0]]))
}

/** What the attributes of a product say of an account that was read. */
export type ReadFacts = Omit<PersonFacts, 'privileged' | 'baseDn' | 'status' | 'statusReason'> & {
  readonly judged: ExplainedStatus
  readonly policy: EffectivePolicy
  /** Whether the product itself says that the password is checked elsewhere. */
  readonly isElsewhere?: boolean | undefined
}

/**
 * An account, with every reason against a reset that the entry shows.
 *
 * @example
 * return accountOf(entry, context, parts, { id, judged, policy, locked, mustChange, generation })
 */
export function accountOf(
  entry: Entry,
  { privileged, baseDn, now }: AccountContext,
  { attributes, options }: Pick<PeopleParts, 'attributes' | 'options'>,
  { judged, policy, isElsewhere = false, ...facts }: ReadFacts,
): Account {
  const { why, ...status } =
    judged.status === 'suspended' ? judged : (statusElsewhere(entry, now) ?? judged)
  const elsewhere = isElsewhere || options.signsInElsewhere?.(entry) === true
  const { statusReason = elsewhere ? 'signs_in_elsewhere' : undefined } = status
  const reason = privileged(entry)
  const user = userOf(entry, attributes, options, {
    ...facts,
    ...status,
    statusReason,
    baseDn,
    privileged: reason !== undefined,
  })
  const hashes = hasOtherHashes(entry)
  const refusesHashes = hashes && (options.otherHashes ?? 'refuse') === 'refuse'
  return {
    user,
    entry,
    policy,
    readAt: now,
    unfit: elsewhere ? signsInElsewhere : refusesHashes ? otherHashes : undefined,
    survivors: [
      ...(hashes && options.otherHashes === 'survive' ? (['other_hashes'] as const) : []),
      ...(hasOtherCredentials(entry) ? (['other_credentials'] as const) : []),
    ],
    why: { privileged: reason, status: user.status === status.status ? why : undefined },
  }
}
