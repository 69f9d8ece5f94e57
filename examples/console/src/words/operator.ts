import {
  type AuditEvent,
  type FailureCode,
  nothingChanged,
  type QueryFailure,
  type StatusReason,
} from '@force-reset/core'
import { html } from 'hono/html'
import type { ConsoleEventType } from '../audit/audit-trail.ts'
import type { Html } from './html.ts'

/** The name of each event in the audit trail. */
export const eventNames: Readonly<Record<AuditEvent['type'] | ConsoleEventType, string>> = {
  'reset.attempted': 'Reset attempted',
  'reset.applied': 'Password reset',
  'reset.refused': 'Reset refused',
  'reset.unknown': 'Not known whether reset',
  'reset.applied_unused': 'Found out: reset, password shown to nobody',
  'reset.not_applied': 'Found out: not reset',
  'reset.overtaken': 'Found out: another password was set since',
  'reset.undelivered': 'Password shown to nobody',
  'access.denied': 'Access denied',
  'access.limited': 'Stopped: too many requests',
  'access.omitted': 'Events left out',
  'verification.started': 'Caller to be identified',
  'verification.sent': 'Code or question sent',
  'verification.vouched': 'Somebody vouched',
  'verification.passed': 'Caller identified',
  'verification.failed': 'Caller not identified',
  'verification.denied': 'Person said it was not them',
  'verification.suspicious': 'Caller thought to be somebody else',
  'verification.overridden': 'Reset without identification',
  'operator.signed_in': 'Operator signed in',
  'operator.sign_in_failed': 'Operator sign-in failed',
  'operator.sign_in_stopped': 'Too many operator sign-ins',
  'operator.signed_out': 'Operator signed out',
  'user.password_chosen': 'Own password chosen',
}

/** Why an account has its status, or is not reset: one word beside the status. */
export const statusReasons: Readonly<Record<StatusReason, string>> = {
  disabled: 'Disabled',
  ended: 'Ended',
  blocked: 'Blocked',
  locked: 'Locked',
  protected: 'Protected',
  service_account: 'Service account',
  signs_in_elsewhere: 'Signs in elsewhere',
}

/** The reason for each code, in words. `undefined` where the name of the event says enough. */
export const codeReasons: Readonly<Record<FailureCode, string | undefined>> = {
  invalid_request: 'The request was not valid.',
  forbidden: 'The operator may not do this.',
  user_not_found: undefined,
  not_eligible: 'The account may not be reset here.',
  own_account: 'The account was the operator’s own.',
  privileged_user: 'The account was protected.',
  conflict: 'The account had changed since the operator looked at it.',
  verification_required: `The caller was not identified. ${nothingChanged}`,
  password_rejected: `The temporary password was not accepted. ${nothingChanged}`,
  rules_unsatisfiable: `No strong password meets the password rules. ${nothingChanged}`,
  must_change_ineffective: `The user could not be made to choose a password. ${nothingChanged}`,
  store_denied: `The console has no right to reset this password. ${nothingChanged}`,
  store_unavailable: 'The accounts could not be reached, or did not answer.',
  busy: 'Too many resets were under way.',
  outcome_unknown: 'Whether the password was changed is not known.',
  audit_unavailable: `The audit trail could not be written. ${nothingChanged}`,
  aborted: 'The request was cancelled.',
}

const notRead = 'The accounts cannot be read at the moment.'

/** The failures that pass, or that an administrator has to see to. */
const passing: readonly FailureCode[] = ['busy', 'audit_unavailable']

/** Why a list or an account cannot be shown. The log says more, for the administrator. */
const queryFailures: Readonly<Record<FailureCode, string>> = {
  invalid_request: 'This address leads to no page. Go back to the list.',
  forbidden: 'You may not see this.',
  user_not_found: 'There is no such account.',
  busy: 'Too much is under way.',
  audit_unavailable: 'The audit trail cannot be written.',
  store_unavailable: notRead,
  store_denied: notRead,
  not_eligible: notRead,
  own_account: notRead,
  privileged_user: notRead,
  conflict: notRead,
  verification_required: notRead,
  password_rejected: notRead,
  rules_unsatisfiable: notRead,
  must_change_ineffective: notRead,
  outcome_unknown: notRead,
  aborted: notRead,
}

/**
 * The words for a failure on a page. The reasons of a store are advice for whoever runs the
 * database or the directory, so they stand in the log. An operator reads which name to tell.
 */
export function failureWords({ code, detail }: Pick<QueryFailure, 'code' | 'detail'>): string {
  const what = queryFailures[code]
  const key = detail?.reason === 'store' ? `: ${detail.key}` : ''
  if (key === '' && what !== notRead && !passing.includes(code)) return what
  return `${what} Try again in a minute. If this goes on, tell an administrator${key}.`
}

/** The words of the pages for operators. */
export const operatorWords = {
  vouchAddress: 'this console, at /vouch',
  navigation: {
    label: 'Console',
    users: 'Users',
    trail: 'Audit trail',
    signedInAs: 'Signed in as ',
  },

  signIn: {
    demonstration: 'Demonstration: the username and password are in the terminal.',
    asUser: 'Sign in as a user instead',
    /** Why an operator who was signed in has to sign in again. */
    ended: {
      idle: 'You were signed out after 15 minutes without use. Sign in to go on where you were.',
      absolute: 'You were signed out after 8 hours. Sign in to go on where you were.',
      lost: 'You are not signed in any more. Sign in to go on where you were.',
    },
  },

  pageIsOver: 'This page of the list can be shown no longer. Search again from the first page.',
  notAvailable: 'Not available',
  backToList: 'Back to list',
  notSet: 'Not set',
  pages: 'Pages',
  timesIn: (zone: Html) => html`Times: ${zone}`,

  list: {
    title: 'Users',
    results: 'Search results',
    search: 'Search',
    searchBy: {
      anywhere: 'Search by username, email or name',
      beginnings: 'Search by first letters of username, email or name',
    },
    /** In the field itself, as short as a narrow screen is. */
    searchExample: {
      anywhere: 'Username, email or name',
      beginnings: 'First letters of a name',
    },
    anyStatus: 'All',
    email: 'Email',
    lastUpdated: 'Last updated',
    truncated: 'More accounts match than can be listed. Type more of the name.',
    nothingMore: 'Nothing more',
    backToFirstPage: 'Back to the first page',
    empty: { title: 'No users yet', words: 'There is nobody to show.' },
    /** `status` is a name of a status, or nothing. */
    noneFound: (status: string | undefined) =>
      `No ${status === undefined ? '' : `${status.toLowerCase()} `}users found`,
    nothingMatches: (search: Html) => html`Nothing matches “${search}”.
      Try the surname alone, or fewer letters.`,
    beginningsOnly: 'Each word of a search has to begin a username, an email address or a name.',
    showAll: 'Show all users',
    sortedByPage: 'Each page is sorted by itself. A name can also be on another page.',
    moreOnOtherPages:
      'More accounts match than are on this page, and another page can have a better match. ' +
      'Type more of the name.',
    /** `page` is `undefined` where there is no other page. */
    count: (count: number, page: number | undefined) =>
      `${count} ${count === 1 ? 'user' : 'users'}${page === undefined ? '' : ` on page ${page}`}`,
    sameName: 'Same name',
    looksAlike: 'Looks alike',
    firstPage: 'First page',
    previousPage: 'Previous page',
    nextPage: 'Next page',
    unreachable:
      'The server cannot be reached. ' +
      'The list is as it was before, and not what was searched for.',
  },

  account: {
    heading: 'Account',
    person: 'Person',
    passwordSet: 'Password set',
    lockedUntil: 'Locked until',
    endsOn: 'Ends on',
    lastSignIn: 'Last sign-in',
    id: 'User ID',
    email: 'Email',
    displayName: 'Display name',
    created: 'Created',
    updated: 'Updated',
    lastReset: 'Last reset',
    neverReset: 'Never in this console',
    resetBy: (at: Html, operator: Html, certain: boolean) =>
      html`${at}${certain ? '' : ' (not known whether it happened)'} by ${operator}`,
    place: 'Place',
    sameName: (count: number, more: boolean, name: Html) => {
      const others = count === 1 && !more ? 'account has' : 'accounts have'
      return html`${more ? 'At least ' : ''}${count} other ${others} the name ${name}.
        Compare before you reset.`
    },
    othersNotKnown:
      'Whether other accounts have the same name could not be found out. Compare with care.',
    events: 'Audit trail',
    mixedScripts: (scripts: readonly string[]) =>
      `The username mixes ${scripts.join(' and ')} letters, some of which look alike. ` +
      'Make sure that this is the person you mean.',
    hiddenCharacters:
      'This account has characters that are invisible or turn text around. ' +
      'They are written out here, such as \\u{202e}.',
    needsJavaScript: 'Resetting a password needs JavaScript. Switch it on for this page.',
  },

  trail: {
    title: 'Audit trail',
    caption: 'Audit events, newest first',
    time: 'Time',
    event: 'Event',
    account: 'Account',
    /** What the filter of accounts takes. */
    accountBy: 'Username or user ID',
    operator: 'Operator',
    none: 'None',
    empty: { title: 'Nothing yet', words: 'Sign-ins and resets will be listed here.' },
    count: (count: number, onThisPage: boolean) =>
      `${count} ${count === 1 ? 'event' : 'events'}${onThisPage ? ' on this page' : ''}`,
    filter: 'Filter',
    filterBy: 'Filter the audit trail',
    anyEvent: 'All events',
    day: (zone: Html) => html`Day (${zone})`,
    noneFound: 'No events found',
    showAll: 'Show all events',
    newest: 'Newest',
    older: 'Older',
    accountNotFound: 'Account not found',
    accountWas: (status: string) => `The account was ${status.toLowerCase()}.`,
    reason: (reason: string) => `Reason: ${reason}`,
    from: (address: string) => `From ${address}`,
    request: (id: string) => `Request ${id}`,
    omitted: (count: number) => `${count} more events of this operator within a minute`,
    limitOf: {
      operator: 'The operator sent too many requests.',
      target: 'The account was reset too often.',
    },
    unknownName: 'An unknown name',
    codeItself,
  },
} as const

function codeItself(code: string): string {
  return `Code: ${code}`
}
