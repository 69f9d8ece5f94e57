import type { AccountStatus, StoreCapabilities, StoreRefusal } from '@force-reset/core'
import type { Filter } from 'ldapts'
import { text } from '../connection/entry.ts'
import { checkOptions } from '../dialect/checked-options.ts'
import { type Account, type Dialect, settledBy } from '../dialect/dialect.ts'
import { personAttributes, survivorsOf } from '../dialect/person.ts'
import { refusedFor } from '../dialect/refusals.ts'
import { equals, parsedFilter, present, searchCapability } from '../dialect/search-filter.ts'
import { type Explanation, shownDn } from '../explain/explanation.ts'
import { attributesElsewhere } from '../people/other-attributes.ts'
import {
  findPerson,
  judgedAgain,
  listPeople,
  mayBeOldPolicy,
  type PeopleParts,
} from '../people/people-reading.ts'
import { accountAttributes, openLdapAccount } from './account.ts'
import { configurationSearches } from './default-policy.ts'
import { diagnoseOpenLdap } from './diagnose.ts'
import { explainOpenLdap } from './explain.ts'
import {
  type OpenLdapOptions,
  openLdapAttributes,
  openLdapDefaults,
  openLdapSchema,
} from './options.ts'
import { policySearch } from './policy.ts'
import { openLdapMark, openLdapStanding, type Reading, resetOpenLdap } from './reset.ts'
import { settleOpenLdap } from './settle.ts'

const capabilities: StoreCapabilities = Object.freeze({
  recheck: Object.freeze({ version: 'in_write', status: 'in_write' }),
  expiry: 'none',
  // No attribute holds the id of a reset, so that the mark of an attempt fits another reset too.
  marks: false,
  // The store knows whether all of its addresses are one server.
  lateWriteSeconds: null,
  unlock: true,
  sessions: false,
  mustChange: 'enforced',
  survives: Object.freeze([
    'replicas',
    'sessions',
    'in_flight_sign_ins',
    'caches',
    'other_credentials',
  ] as const),
})

/**
 * OpenLDAP with the password policy overlay (ppolicy).
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG` for options that cannot work.
 * @example
 * const dialect = openLdap({
 *   privilegedGroups: ['cn=admins,ou=groups,dc=example,dc=com'],
 *   defaultPolicy: 'cn=default,ou=policies,dc=example,dc=com',
 * })
 */
export function openLdap(options: OpenLdapOptions): Dialect {
  checkOptions('openLdap', openLdapSchema, options)
  const people = peopleParts(options)
  const find: Dialect['find'] = (id, site) => findPerson(people, id, site)
  const { username, email, displayName } = people.attributes
  const reading: Reading = {
    *findAgain(id, site) {
      const account = yield* find(id, site)
      return (
        account &&
        (mayBeOldPolicy(people, account) ? yield* judgedAgain(people, account, site) : account)
      )
    },
    judgeAgain: (account, site) => judgedAgain(people, account, site),
    mayBeOldPolicy: (account) => mayBeOldPolicy(people, account),
    userFilter: people.userFilter,
    shadowLastChange: options.shadowLastChange ?? false,
    attributes: [username, email, ...displayName, ...(options.extraAttributes ?? [])],
    attributesElsewhere: ['objectClass', 'gidNumber', ...attributesElsewhere],
  }
  return {
    name: 'openldap',
    capabilities: {
      ...capabilities,
      search: searchCapability(options.searchMode ?? openLdapDefaults.searchMode),
      survives: survivorsOf(options, capabilities.survives),
    },
    // slapd takes the lock away with every password that is written.
    canKeepLock: false,
    find,
    list: (query, site) => listPeople(people, query, site),
    mustChangeProblem,
    markOf: (order) => openLdapMark(order),
    standing: openLdapStanding,
    replace: (order) =>
      settledBy(resetOpenLdap(order, reading), (lost) =>
        settleOpenLdap(order, lost, reading.findAgain),
      ),
    diagnose: (order) => diagnoseOpenLdap(order, people, options.throwawayAccount),
    explain: explainOpenLdap,
  }
}

function peopleParts(options: OpenLdapOptions): PeopleParts {
  const attributes = personAttributes(openLdapAttributes, options)
  return {
    attributes,
    options,
    defaults: openLdapDefaults,
    userFilter: parsedFilter(options.userFilter ?? openLdapDefaults.userFilter),
    // A UUID as the directory writes it (RFC 4530): one spelling, so that one account has one id.
    id: { attribute: 'entryUUID', pattern: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/ },
    // Written by the overlay lastbind, and by slapd itself with lastbind on.
    accountAttributes: options.moments
      ? [...accountAttributes, 'authTimestamp']
      : accountAttributes,
    statusFilters,
    policyDns: (entry) =>
      [text(entry, 'pwdPolicySubentry') ?? options.defaultPolicy].filter((dn) => dn !== undefined),
    policySearch,
    policiesAskedAnew: options.defaultPolicy === undefined ? [] : [options.defaultPolicy],
    configurationSearches: options.defaultPolicy === undefined ? [] : configurationSearches,
    account: (entry, context) => openLdapAccount(entry, context, { attributes, options }),
  }
}

function statusFilters(status: AccountStatus): readonly Filter[] {
  switch (status) {
    case 'suspended':
      // Without idle accounts. The policy of each account says how long is too long, and a filter
      // that holds for every idle account holds for nearly everybody.
      return ['pwdAccountLockedTime', 'pwdEndTime', 'pwdStartTime', ...attributesElsewhere].map(
        present,
      )
    case 'pending':
      return [equals('pwdReset', 'TRUE')]
    case 'active':
      return [present('objectClass')]
    case 'deleted':
    case 'unknown':
      return []
    default:
      return status satisfies never
  }
}

function mustChangeProblem({ entry, policy }: Account): StoreRefusal | undefined {
  const { mustChange, inForce } = policy
  if (inForce === 'refuted') return refusedFor(otherDefaultPolicy)
  if (mustChange === true) return undefined
  if (mustChange === false) return refusedFor(relaxedPolicy)
  const own = text(entry, 'pwdPolicySubentry')
  return refusedFor(own === undefined ? unknownPolicy : ownPolicyUnreadable(shownDn(own)))
}

/** Measured on 2.5.13: where the entry does not exist, slapd enforces no policy at all. */
function ownPolicyUnreadable(policy: string): Explanation {
  return {
    code: 'must_change_ineffective',
    key: 'own_policy_unreadable',
    what:
      `This account names the password policy ${policy} (pwdPolicySubentry), which does not ` +
      'exist or cannot be read. Where it does not exist, slapd enforces no policy at all.',
    cure:
      'Correct pwdPolicySubentry of the account or take it away, ' +
      'or let the service account read that policy.',
    parameters: { policy },
  }
}

const otherDefaultPolicy: Explanation = {
  code: 'must_change_ineffective',
  key: 'other_default_policy',
  what:
    'The default password policy of slapd is not the policy in openLdap({ defaultPolicy }), ' +
    'or slapd has none.',
  cure:
    'Let defaultPolicy and olcPPolicyDefault of the overlay name the same policy, ' +
    'with pwdMustChange: TRUE.',
}

const unknownPolicy: Explanation = {
  code: 'must_change_ineffective',
  key: 'policy_unknown',
  what:
    'The password policy of this account cannot be read. ' +
    'It is not known whether the user would have to choose a new password.',
  cure:
    'Let the service account read the policy, ' +
    'and name ppolicy_default in openLdap({ defaultPolicy }). ' +
    'Where slapd has no overlay ppolicy, load that module first; diagnose tells.',
}

const relaxedPolicy: Explanation = {
  code: 'must_change_ineffective',
  key: 'policy_without_must_change',
  what:
    'The password policy of this account does not make users choose a new password ' +
    'after a reset.',
  cure: 'Set pwdMustChange to TRUE in the policy.',
}
