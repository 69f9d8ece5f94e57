import {
  type AuditEvent,
  explainFailure,
  type FailureCode,
  type QueryFailure,
} from '@force-reset/core'
import { html } from 'hono/html'
import type { ConsoleEventType } from '../audit/audit-trail.ts'
import type { Html } from './html.ts'

/** The name of each event in the audit trail. */
export const eventNames: Readonly<Record<AuditEvent['type'] | ConsoleEventType, string>> = {
  'reset.attempted': 'Reset attempted',
  'reset.applied': 'Password reset',
  'reset.refused': 'Reset refused',
  'reset.unknown': 'Reset with unknown outcome',
  'reset.undelivered': 'Password not delivered',
  'access.denied': 'Access denied',
  'access.limited': 'Stopped by a rate limit',
  'access.omitted': 'Events left out',
  'operator.signed_in': 'Operator signed in',
  'operator.sign_in_failed': 'Operator sign-in failed',
  'operator.sign_in_stopped': 'Too many operator sign-ins',
  'operator.signed_out': 'Operator signed out',
  'user.password_chosen': 'User chose a password',
}

/** The reason for each code, in words. `undefined` where the name of the event says enough. */
export const codeReasons: Readonly<Record<FailureCode, string | undefined>> = {
  invalid_request: 'The request was not valid.',
  forbidden: 'The operator may not do this.',
  user_not_found: undefined,
  not_eligible: 'The account may not be reset here.',
  own_account: 'The account was the operator’s own.',
  privileged_user: 'The account was privileged.',
  conflict: 'The account had changed since the operator looked at it.',
  password_rejected: explainFailure('password_rejected'),
  rules_unsatisfiable: explainFailure('rules_unsatisfiable'),
  must_change_ineffective: explainFailure('must_change_ineffective'),
  store_denied: explainFailure('store_denied'),
  store_unavailable: 'The user store could not be reached, or did not work.',
  busy: 'Too many resets were under way.',
  outcome_unknown: 'It may or may not have happened.',
  audit_unavailable: explainFailure('audit_unavailable'),
  aborted: 'The request was cancelled.',
}

/**
 * The words for a failure on a page. The reasons of a store are advice for whoever runs the
 * database or the directory: they stand in the log, and an operator reads by which name to ask.
 */
export function failureWords({ code, detail, message }: Omit<QueryFailure, 'ok'>): string {
  if (detail?.reason !== 'store') return message
  return `${explainFailure(code)} Tell the administrator: “${detail.key}”. The log says more.`
}

/** The words of the pages for operators. */
export const operatorWords = {
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

  list: {
    title: 'Users',
    results: 'Search results',
    search: 'Search',
    searchBy: 'Search by username, email or name',
    anyStatus: 'All',
    email: 'Email',
    lastUpdated: 'Last updated',
    truncated:
      'More accounts match than can be listed. Narrow the search to find the one you mean.',
    nothingMore: 'Nothing more',
    backToFirstPage: 'Back to the first page',
    empty: { title: 'No users yet', words: 'There is nobody to show.' },
    /** `status` is a name of a status, or nothing. */
    noneFound: (status: string | undefined) =>
      `No ${status === undefined ? '' : `${status.toLowerCase()} `}users found`,
    nothingMatches: (search: Html) => html`Nothing matches “${search}”.`,
    showAll: 'Show all users',
    count: (count: number, onThisPage: boolean) =>
      `${count} ${count === 1 ? 'user' : 'users'}${onThisPage ? ' on this page' : ''}`,
    firstPage: 'First page',
    nextPage: 'Next page',
    unreachable:
      'The server cannot be reached. ' +
      'The list is as it was before, and not what was searched for.',
  },

  account: {
    heading: 'Account',
    id: 'User ID',
    email: 'Email',
    displayName: 'Display name',
    created: 'Created',
    updated: 'Updated',
    lastReset: 'Last reset',
    neverReset: 'Never in this console',
    resetBy: (at: Html, operator: Html, certain: boolean) =>
      html`${at}${certain ? '' : ' (may have happened)'} by ${operator}`,
    privileged: 'Privileged',
    locked: 'Locked',
    mixedScripts: (scripts: readonly string[]) =>
      `The username mixes ${scripts.join(' and ')} letters, some of which look alike. ` +
      'Make sure that this is the person you mean.',
    hiddenCharacters:
      'This account has characters that are invisible or turn text around. ' +
      'They are written out here, such as \\u{202e}.',
    needsJavaScript: 'Resetting a password needs JavaScript.',
  },

  trail: {
    title: 'Audit trail',
    caption: 'Audit events, newest first',
    time: 'Time',
    event: 'Event',
    account: 'Account',
    operator: 'Operator',
    none: 'None',
    empty: { title: 'Nothing yet', words: 'Sign-ins and resets will be listed here.' },
    count: (count: number, onThisPage: boolean) =>
      `${count} ${count === 1 ? 'event' : 'events'}${onThisPage ? ' on this page' : ''}`,
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
