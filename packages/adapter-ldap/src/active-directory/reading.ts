import type { Filter } from 'ldapts'
import { type Entry, isTrue, text } from '../connection/entry.ts'
import type { Account, AccountPage, DirectoryQuery, Site } from '../dialect/dialect.ts'
import { isWithin } from '../dialect/dn.ts'
import { entriesToAsk } from '../dialect/list-page.ts'
import { type PersonAttributes, shownAttributes } from '../dialect/person.ts'
import {
  allOf,
  anyOf,
  containsText,
  equals,
  parsedFilter,
  present,
  searchFilter,
} from '../dialect/search-filter.ts'
import { toFileTime } from '../dialect/times.ts'
import type { Plan, SearchStep } from '../plan/request.ts'
import { search, searches } from '../plan/steps.ts'
import { accountAttributes, activeDirectoryAccount, idOf, judgedStatus } from './account.ts'
import { type ActiveDirectoryOptions, activeDirectoryDefaults } from './options.ts'
import { policiesFor } from './policy.ts'
import { guidBytes, guidDn } from './privilege/guid.ts'
import { privilegeAttributes, privilegeOf } from './privilege/privileged-account.ts'
import { privilegedSids } from './privilege/privileged-members.ts'

/** What the plans of one dialect read by. */
export interface Parameters {
  readonly attributes: PersonAttributes
  readonly options: ActiveDirectoryOptions
  /** Which entries are people. */
  readonly userFilter: Filter
}

/**
 * Looks an account up by `objectGUID`. Two searches go in one round trip. One tells whether the
 * account is one of the people below the base. The other reads everything about the entry: a
 * controller answers `tokenGroups` for a single entry only. Where there is no entry, a deleted
 * object is looked for.
 *
 * @example
 * const account = yield* findAccount(parameters, id, site)
 */
export function* findAccount(
  parameters: Parameters,
  id: string,
  site: Site,
): Plan<Account | undefined> {
  const guid = guidBytes(id)
  if (guid === undefined) return undefined
  const { options } = parameters
  const sids = yield* privilegedSids(options, site.baseDn)
  const isPerson = {
    ...peopleSearch(parameters, site, equals('objectGUID', guid)),
    attributes: ['objectGUID'],
  }
  const [people, whole] = yield* searches([isPerson, judgedEntry(parameters, id)])
  const now = site.now()
  const entry = whole?.entries[0]
  if (entry === undefined) return yield* deletedAccount(parameters, id, site)
  if (people?.entries.length !== 1 || idOf(entry) !== id) return undefined
  const policies = yield* policiesFor([entry])
  return activeDirectoryAccount(entry, {
    ...parameters,
    baseDn: site.baseDn,
    privilege: privilegeOf(entry, sids, options),
    policy: policies(entry),
    now,
  })
}

/**
 * A deleted object, where the service account may see deleted objects. It has no groups any more
 * and is nowhere below the base; it is shown where it was deleted from there. The search leaves out
 * the attributes that a controller computes: some of them it cannot compute for a deleted object.
 */
function* deletedAccount(
  parameters: Parameters,
  id: string,
  { baseDn, now }: Site,
): Plan<Account | undefined> {
  const wanted = [
    'isDeleted',
    'lastKnownParent',
    'objectGUID',
    'userAccountControl',
    ...namesOf(parameters.attributes),
  ]
  const { entries } = yield* search({
    ...wholeEntry(parameters, id),
    attributes: wanted,
    showDeleted: true,
  })
  const entry = entries[0]
  const parent = entry && text(entry, 'lastKnownParent')
  if (
    entry === undefined ||
    parent === undefined ||
    !isTrue(entry, 'isDeleted') ||
    !isWithin(parent, baseDn)
  )
    return undefined
  if (text(entry, parameters.attributes.username) === undefined) return undefined
  const policy = {
    mustChange: 'unknown',
    userMayChange: true,
    rules: {},
    lockAfter: undefined,
  } as const
  return activeDirectoryAccount(entry, {
    ...parameters,
    baseDn,
    privilege: undefined,
    policy,
    now: now(),
  })
}

/**
 * The first accounts that the controller finds, sorted by user name: two round trips, besides what
 * the cache does not hold.
 *
 * @example
 * const page = yield* listAccounts(parameters, query, site)
 */
export function* listAccounts(
  parameters: Parameters,
  query: DirectoryQuery,
  site: Site,
): Plan<AccountPage> {
  const { options, attributes } = parameters
  const { searchMode = activeDirectoryDefaults.searchMode } = options
  const named = searchFilter(query.search, searchMode, (text) => nameFilter(text, options))
  if (named === undefined) return { accounts: [], truncated: false }
  const now = site.now()
  const filter = allOf(named, statusFilter(query, options, now))
  const { entries, limited } = yield* search({
    ...peopleSearch(parameters, site, filter),
    sizeLimit: entriesToAsk(query),
  })
  const status = (entry: Entry) => {
    const judged = judgedStatus(entry, now).status
    return options.status?.(entry, judged) ?? judged
  }
  const wanted = entries.filter(
    (entry) => query.statuses === undefined || query.statuses.includes(status(entry)),
  )
  const name = (entry: Entry) => text(entry, attributes.username) ?? ''
  const shown = wanted.slice(0, query.limit).sort((a, b) => (name(a) < name(b) ? -1 : 1))
  const accounts = yield* judgedAccounts(parameters, shown, site)
  return { accounts, truncated: limited || wanted.length > query.limit }
}

/**
 * The same entries with everything that they are judged by. The controller answers `tokenGroups`
 * for one entry at a time.
 *
 * @example
 * const accounts = yield* judgedAccounts(parameters, entries, site)
 */
export function* judgedAccounts(
  parameters: Parameters,
  entries: readonly Entry[],
  site: Site,
): Plan<readonly Account[]> {
  const { options } = parameters
  const sids = yield* privilegedSids(options, site.baseDn)
  const ids = entries.map(idOf).filter((id) => id !== undefined)
  const found = yield* searches(ids.map((id) => judgedEntry(parameters, id)))
  const now = site.now()
  const whole = found.flatMap(({ entries }) => entries.slice(0, 1))
  const policies = yield* policiesFor(whole)
  return whole.flatMap(
    (entry) =>
      activeDirectoryAccount(entry, {
        ...parameters,
        baseDn: site.baseDn,
        privilege: privilegeOf(entry, sids, options),
        policy: policies(entry),
        now,
      }) ?? [],
  )
}

/**
 * The same with what tells who is privileged, for a page of accounts as for the look before a
 * reset. The access list, some two kilobytes, says also whether users may choose a password.
 */
function judgedEntry(parameters: Parameters, id: string): SearchStep {
  const step = wholeEntry(parameters, id)
  return { ...step, attributes: [...step.attributes, ...privilegeAttributes], accessList: true }
}

/**
 * A search for one entry, wherever the entry is, without what tells who is privileged.
 *
 * @example
 * const { entries } = yield* search(wholeEntry(parameters, id))
 */
export function wholeEntry({ attributes, options }: Parameters, id: string): SearchStep {
  const wanted = [
    ...namesOf(attributes),
    ...accountAttributes,
    ...(options.extraAttributes ?? []),
    ...shownAttributes(options),
    ...stampOf(options),
  ]
  return {
    kind: 'search',
    base: guidDn(id),
    scope: 'base',
    filter: present('objectClass'),
    attributes: wanted,
  }
}

function peopleSearch(
  { attributes, options, userFilter }: Parameters,
  { baseDn }: Site,
  filter: Filter,
): SearchStep {
  const { extraAttributes = [] } = options
  return {
    kind: 'search',
    base: baseDn,
    scope: 'sub',
    filter: allOf(userFilter, filter),
    attributes: [
      ...namesOf(attributes),
      ...accountAttributes,
      ...extraAttributes,
      ...shownAttributes(options),
    ],
  }
}

function namesOf({ username, email, displayName }: PersonAttributes): readonly string[] {
  return [username, email, ...displayName]
}

function stampOf({ stampAttribute }: ActiveDirectoryOptions): readonly string[] {
  return stampAttribute === undefined ? [] : [stampAttribute]
}

/**
 * By default the beginnings of names, by ambiguous name resolution ([MS-ADTS] 3.1.1.3.1.3.3), for
 * which every domain has an index. That index does not always hold mail and principal name.
 */
function nameFilter(text: string, options: ActiveDirectoryOptions): Filter {
  const { searchMode = activeDirectoryDefaults.searchMode, searchAttributes } = options
  const inAttributes = containsText(
    text,
    searchAttributes ?? activeDirectoryDefaults.searchAttributes,
    searchMode,
  )
  if (searchMode !== 'prefix' || searchAttributes !== undefined) return inAttributes
  return anyOf([equals('anr', text), inAttributes])
}

/**
 * Lets the controller leave out most of what the statuses exclude. The accounts are judged one by
 * one afterwards.
 */
function statusFilter(
  { statuses }: DirectoryQuery,
  options: ActiveDirectoryOptions,
  now: number,
): Filter | undefined {
  if (statuses === undefined || options.status !== undefined) return undefined
  const filters = statuses.flatMap((status) => {
    switch (status) {
      case 'suspended':
        return [
          parsedFilter(disabledFilter),
          parsedFilter(`(&(accountExpires>=1)(accountExpires<=${toFileTime(new Date(now))}))`),
        ]
      case 'pending':
        return [equals('pwdLastSet', '0')]
      case 'active':
        return [parsedFilter(`(!${disabledFilter})`)]
      case 'deleted':
      case 'unknown':
        return []
      default:
        return status satisfies never
    }
  })
  return filters.length === 0 ? undefined : anyOf(filters)
}

/**
 * The bit of a disabled account, by the rule LDAP_MATCHING_RULE_BIT_AND ([MS-ADTS] 3.1.1.3.4.4.1).
 */
const disabledFilter = '(userAccountControl:1.2.840.113556.1.4.803:=2)'
