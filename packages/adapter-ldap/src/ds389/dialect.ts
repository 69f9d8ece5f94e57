import type { AccountStatus, StoreCapabilities, StoreRefusal } from '@force-reset/core'
import type { Filter } from 'ldapts'
import { text } from '../connection/entry.ts'
import { checkOptions } from '../dialect/checked-options.ts'
import { type Account, type Dialect, settledBy } from '../dialect/dialect.ts'
import { personAttributes, survivorsOf } from '../dialect/person.ts'
import { refusedFor } from '../dialect/refusals.ts'
import { equals, parsedFilter, present, searchCapability } from '../dialect/search-filter.ts'
import { type Explanation, shownDn } from '../explain/explanation.ts'
import { findPerson, listPeople, type PeopleParts } from '../people/people-reading.ts'
import { accountAttributes, ds389Account, localPolicies, policyAttribute } from './account.ts'
import { diagnoseDs389 } from './diagnose.ts'
import { explainDs389 } from './explain.ts'
import {
  type Ds389Options,
  ds389Attributes,
  ds389Defaults,
  ds389Ids,
  ds389Schema,
} from './options.ts'
import { policySearch } from './policy.ts'
import { ds389Mark, ds389Standing, type Reading, resetDs389, settleDs389 } from './reset.ts'

const capabilities: StoreCapabilities = Object.freeze({
  // The server knows no conditional write.
  recheck: Object.freeze({ version: 'before_write', status: 'before_write' }),
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
 * 389 Directory Server, also known as Red Hat Directory Server.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG` for options that cannot work.
 * @example
 * const dialect = ds389({ privilegedGroups: ['cn=admins,ou=groups,dc=example,dc=com'] })
 */
export function ds389(options: Ds389Options): Dialect {
  checkOptions('ds389', ds389Schema, options)
  const people = peopleParts(options)
  const reading: Reading = {
    findAgain: (id, site) => findPerson(people, id, site),
    idAttribute: people.id.attribute,
  }
  return {
    name: 'ds389',
    capabilities: {
      ...capabilities,
      search: searchCapability(options.searchMode ?? ds389Defaults.searchMode),
      survives: survivorsOf(options, capabilities.survives),
    },
    // The count of failed sign-ins ends with every password that is written.
    canKeepLock: false,
    find: reading.findAgain,
    list: (query, site) => listPeople(people, query, site),
    mustChangeProblem,
    markOf: (order) => ds389Mark(order),
    standing: ds389Standing,
    replace: (order) =>
      settledBy(resetDs389(order, reading), (lost) => settleDs389(order, lost, reading)),
    diagnose: (order) => diagnoseDs389(order, people),
    explain: explainDs389,
  }
}

function peopleParts(options: Ds389Options): PeopleParts {
  const attributes = personAttributes(ds389Attributes, options)
  const { idAttribute = 'nsUniqueId', globalPolicy = 'cn=config' } = options
  const id = { attribute: idAttribute, pattern: ds389Ids[idAttribute] }
  return {
    attributes,
    options,
    defaults: ds389Defaults,
    userFilter: parsedFilter(options.userFilter ?? ds389Defaults.userFilter),
    id,
    accountAttributes,
    statusFilters,
    policyDns: (entry) => [...localPolicies(entry), globalPolicy],
    storedAttribute: policyAttribute,
    policySearch,
    account: (entry, context) => ds389Account(entry, context, { attributes, options, id }),
  }
}

/**
 * `nsAccountLock` may be computed. Not every version finds a computed one by a filter, so only
 * pending accounts are narrowed down.
 */
function statusFilters(status: AccountStatus): readonly Filter[] {
  switch (status) {
    case 'pending':
      return [equals('pwdReset', 'TRUE'), equals('passwordExpirationTime', '19700101000000Z')]
    case 'suspended':
    case 'active':
      return [present('objectClass')]
    case 'deleted':
    case 'unknown':
      return []
    default:
      return status satisfies never
  }
}

function mustChangeProblem({ entry, policy: { mustChange } }: Account): StoreRefusal | undefined {
  if (mustChange === true) return undefined
  const local = text(entry, 'pwdpolicysubentry')
  const general = mustChange === 'unknown' ? unknownPolicy : relaxedPolicy
  return refusedFor(local === undefined ? general : ofLocalPolicy(general, shownDn(local)))
}

/** Measured on 2.3.1: `pwdpolicysubentry` does not always name the policy that is enforced. */
function ofLocalPolicy(general: Explanation, policy: string): Explanation {
  return {
    ...general,
    what: `${general.what} The account names the policy ${policy} (pwdpolicysubentry).`,
    cure:
      `${general.cure} Where an account has a policy of its own and its subtree has another one, ` +
      'pwdpolicysubentry names the policy of the subtree. The server enforces ' +
      "the account's own. Let both demand the change.",
    parameters: { policy },
  }
}

const unknownPolicy: Explanation = {
  code: 'must_change_ineffective',
  key: 'policy_unknown',
  what:
    'The password policy of this account cannot be read. ' +
    'It is not known whether the user would have to choose a new password.',
  cure:
    'Let the service account read the password* attributes of cn=config ' +
    'and of local policies.',
}

const relaxedPolicy: Explanation = {
  code: 'must_change_ineffective',
  key: 'policy_without_must_change',
  what:
    'The password policy of this account does not make users choose a new password ' +
    'after a reset.',
  cure: 'Set passwordMustChange to on in the policy.',
}
