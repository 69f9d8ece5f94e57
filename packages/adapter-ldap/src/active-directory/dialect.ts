import type { StoreCapabilities, StoreRefusal } from '@force-reset/core'
import { checkOptions } from '../dialect/checked-options.ts'
import { type Account, type Dialect, settledBy } from '../dialect/dialect.ts'
import { personAttributes } from '../dialect/person.ts'
import { refusedFor } from '../dialect/refusals.ts'
import { allOf, equals, parsedFilter, searchCapability } from '../dialect/search-filter.ts'
import type { Explanation } from '../explain/explanation.ts'
import { diagnoseActiveDirectory } from './diagnose.ts'
import { explainActiveDirectory } from './explain.ts'
import { activeDirectoryMark, activeDirectoryStanding } from './mark.ts'
import {
  type ActiveDirectoryOptions,
  activeDirectoryAttributes,
  activeDirectoryDefaults,
  activeDirectorySchema,
  normalUser,
} from './options.ts'
import { accountFlags, hasFlag } from './privilege/account-flags.ts'
import { findAccount, listAccounts, wholeEntry } from './reading.ts'
import { markedWrite, type Reading, resetActiveDirectory } from './reset.ts'
import { settleActiveDirectory } from './settle.ts'

const capabilities: StoreCapabilities = Object.freeze({
  // No right that is delegated lets the write be conditional on userAccountControl.
  recheck: Object.freeze({ version: 'in_write', status: 'before_write' }),
  expiry: 'none',
  // Without a stamp attribute the mark of an attempt fits another reset too.
  marks: false,
  // The store knows whether all of its addresses are one server.
  lateWriteSeconds: null,
  unlock: true,
  sessions: false,
  mustChange: 'enforced',
  survives: Object.freeze([
    'replicas',
    'kerberos_tickets',
    'cached_logons',
    'sessions',
    'in_flight_sign_ins',
    'caches',
    'temporary_password',
    'other_credentials',
  ] as const),
})

/**
 * Active Directory: Windows domain controllers, and Samba's.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG` for options that cannot work.
 * @example
 * const dialect = activeDirectory({ privilegedGroups: ['CN=Tier 0,OU=Groups,DC=example,DC=com'] })
 */
export function activeDirectory(options: ActiveDirectoryOptions = {}): Dialect {
  checkOptions('activeDirectory', activeDirectorySchema, options)
  const parameters = {
    attributes: personAttributes(activeDirectoryAttributes, options),
    options,
    userFilter: allOf(
      parsedFilter(options.userFilter ?? activeDirectoryDefaults.userFilter),
      equals('sAMAccountType', normalUser),
    ),
  }
  const reading: Reading = {
    findAgain: (id, site) => findAccount(parameters, id, site),
    entrySearch: (id) => wholeEntry(parameters, id),
    stampAttribute: options.stampAttribute,
  }
  return {
    name: 'active_directory',
    capabilities: {
      ...capabilities,
      marks: options.stampAttribute !== undefined,
      search: searchCapability(options.searchMode ?? activeDirectoryDefaults.searchMode),
    },
    canKeepLock: true,
    find: (id, site) => findAccount(parameters, id, site),
    list: (query, site) => listAccounts(parameters, query, site),
    mustChangeProblem,
    markOf: (order) => activeDirectoryMark(order, markedWrite(order, reading)),
    standing: (account, mark) => activeDirectoryStanding(account, mark, options.stampAttribute),
    replace: (order) =>
      settledBy(resetActiveDirectory(order, reading), (lost) =>
        settleActiveDirectory(order, lost, reading),
      ),
    diagnose: (order) => diagnoseActiveDirectory(order, parameters),
    explain: explainActiveDirectory,
  }
}

function mustChangeProblem({ entry, policy: { mustChange } }: Account): StoreRefusal | undefined {
  if (mustChange === true) return undefined
  const smartcard = hasFlag(entry, 'userAccountControl', accountFlags.smartcardRequired)
  if (mustChange === 'unknown') return refusedFor(unreadableFlags)
  return refusedFor(smartcard ? smartcardRequired : neverExpires)
}

const neverExpires: Explanation = {
  code: 'must_change_ineffective',
  key: 'password_never_expires',
  what:
    'The password of this account never expires (DONT_EXPIRE_PASSWD). ' +
    'The user would not have to choose a new password.',
  cure:
    'Take the flag DONT_EXPIRE_PASSWD away first, ' + 'or have the reset done by somebody who may.',
}

const smartcardRequired: Explanation = {
  code: 'must_change_ineffective',
  key: 'smartcard_required',
  what:
    'This account signs in by smart card (SMARTCARD_REQUIRED). The user would not have to choose ' +
    'a new password, and could not use the temporary one.',
  cure: 'Take the flag SMARTCARD_REQUIRED away first, or give the user another card.',
}

const unreadableFlags: Explanation = {
  code: 'must_change_ineffective',
  key: 'flags_unreadable',
  what:
    'The service account may not read userAccountControl of this account. ' +
    'It is not known whether the user would have to choose a new password.',
  cure: 'Grant the service account read on userAccountControl.',
}
