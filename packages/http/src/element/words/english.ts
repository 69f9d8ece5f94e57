import { nothingChanged } from '@force-reset/core'
import type { ElementStrings, GivenStrings, Table } from './strings.ts'
import type { ReasonNamed } from './trouble.ts'

/** A sentence for a code that only an administrator can act on. */
function forAdministrator(what: string): ElementStrings['unknownFailure'] {
  return ({ code }) => ({ what, cure: tellAdministrator(code) })
}

function tellAdministrator(matter: string): string {
  return `Tell an administrator: ${matter}.`
}

const tooWeak = 'No sufficiently strong password meets the rules of the user store'

const unseen = 'the password was changed, and nobody has seen the new one. Reset again.'

const cure = 'Ask an administrator to change that.'

/** For requests that this page sends only where its version does not fit the server. */
const unfit = forAdministrator('The server does not accept the request of this page.')

/**
 * The built-in words.
 *
 * @example
 * const shorter: ElementStrings = { ...english, areaText: 'Sets a temporary password.' }
 */
export const english: ElementStrings = {
  locale: 'en-GB',

  areaHeading: 'Force password reset',
  areaText:
    'Replaces the password with a temporary one. It is shown to you once, for you to pass on.',
  openConfirmation: 'Reset password',
  loadAgain: 'Load the account again',
  reload: 'Reload',
  insecureTransport:
    'The connection to this page is not encrypted. Anyone on the network can read the temporary ' +
    'password.',

  confirmHeading: 'Reset this password?',
  displayName: 'Display name',
  username: 'Username',
  email: 'Email',
  cannotBeUndone: 'This cannot be undone. The current password stops working at once.',
  survivesBefore: 'Not ended by the reset:',
  reason: 'Reason (for the audit trail, optional)',
  reasonRequired: 'Reason (for the audit trail)',
  reasonMissing: 'Enter a reason.',
  reasonLength: (used, limit) => `${used} of ${limit}`,
  cancel: 'Cancel',
  closeAfterFailure: 'Close',
  reset: 'Reset',
  resetting: 'Resetting…',

  resultHeading: 'Temporary password',
  resultFor: 'For',
  shownOnce: 'Shown only once. Pass it on now: after closing, nobody can see it again.',
  selectHint: 'One click, or the Tab key, selects all of it.',
  password: 'Temporary password',
  spell: 'Spell it',
  hideSpelling: 'Hide the spelling',
  spelling: 'Spelled for the telephone',
  validUntil: 'Valid until',
  validForever: 'It does not expire',
  nextSignIn: 'Next sign-in',
  mustChange: {
    enforced: 'Must choose a new password',
    unproven: 'Should ask for a new password: not proven',
    application: 'The application asks for a new password',
    off: 'No new password has to be chosen',
  },
  sessions: 'Sessions',
  sessionsRevoked: (count) =>
    count === 0 ? 'None were open' : count === 1 ? '1 session ended' : `${count} sessions ended`,
  lock: 'Lock',
  unlocked: 'Lifted',
  survives: 'Not ended',
  survivors: {
    replicas: 'Other directory servers, until they have replicated',
    kerberos_tickets: 'Kerberos tickets, until they expire',
    cached_logons: 'Cached logons on computers that are offline',
    sessions: 'Sessions that are already open',
    reset_links: 'Password-reset links sent before',
    api_keys: 'API keys and application passwords',
    in_flight_sign_ins: 'A sign-in that was under way',
    previous_password: 'The password before this one, for a time',
    other_hashes: 'Other hashes of the old password',
    other_credentials: 'SSH keys, certificates and one-time-password devices of the account',
    temporary_password: 'This password, for a time after the user has chosen a new one',
    caches: 'Caches of other programs, for a time',
    tokens: 'Tokens, such as “remember me”',
  },
  auditIncomplete:
    'The audit trail could not record the outcome, only the attempt. Tell an administrator.',
  unreadRules: (names) =>
    'These password rules could not be read, so the user may be asked for something else: ' +
    `${names}.`,
  passedOn: 'I have passed it on – close',

  afterReset: (at) => `A temporary password was set at ${at}. It cannot be shown again.`,
  afterLeaving:
    'The temporary password was removed when you left the page. If you have not passed it on, ' +
    'reset again.',
  afterUnknown: 'The last reset may have happened. If the user can no longer sign in, reset again.',

  openReset: (at) =>
    `We do not know yet whether the reset of ${at} changed the password. Ask the caller to wait.`,
  checkNow: 'Check now',
  checking: 'Checking…',
  checked: {
    applied_unused: (at) => `Checked at ${at}: ${unseen}`,
    not_applied: (at) => `Checked at ${at}: the password was not changed.`,
    overtaken: (at) => `Checked at ${at}: another password has been set since that reset.`,
    not_yet: (at) => `Checked at ${at}: so far the password was not changed. Reset again.`,
    unclear: (at) => `Checked at ${at}: this cannot be found out. Reset again.`,
    not_ended: (at) => `Checked at ${at}: ${unseen}`,
    unreachable: (at) =>
      `Checked at ${at}: the accounts cannot be reached. Ask the caller to wait, then check again.`,
    unrecorded: (at) =>
      `Checked at ${at}: the audit trail could not record the outcome. Tell an administrator.`,
    nothing: (at) => `Checked at ${at}: nothing new is known. Check again in a few minutes.`,
  },

  unchanged: nothingChanged,
  failures: {
    invalid_request: 'The request is not valid.',
    forbidden: 'You may not do this.',
    user_not_found: 'There is no such account.',
    not_eligible: 'This account cannot be reset.',
    own_account: {
      what: 'You cannot reset your own password here.',
      cure: 'Ask another operator.',
    },
    privileged_user: 'This account is privileged and cannot be reset here.',
    conflict: {
      what: 'The account has changed since you looked at it.',
      // A browser repeats a request by itself when a kept connection breaks before the response.
      // Then the change is the first try of the same reset.
      cure:
        'This request changed nothing. Somebody else may have reset the password, or an earlier ' +
        'try of yours.',
    },
    password_rejected: 'The user store refused the temporary password.',
    rules_unsatisfiable: `${tooWeak}.`,
    must_change_ineffective: 'The user could not be made to choose a new password.',
    store_denied: 'The user store does not let this application reset passwords.',
    store_unavailable: {
      what: 'The user store cannot be reached, or does not work.',
      cure: 'Try again later.',
    },
    busy: { what: 'Too many resets are under way.', cure: 'Try again in a moment.' },
    outcome_unknown: {
      what: 'The reset may have happened.',
      cure: 'Load the account again; if it has, or if in doubt, reset again.',
    },
    audit_unavailable: 'The audit trail cannot be written.',
    aborted: 'The request was cancelled.',
    unauthenticated: {
      what: 'You are no longer signed in.',
      cure: 'Sign in again in another tab, then continue here.',
    },
    rate_limited: (_, at) => ({
      what: 'Too many requests.',
      cure: `Try again ${at ?? 'later'}.`,
    }),
    insecure_transport: {
      what: 'Temporary passwords are handed out only over HTTPS, or on the server itself.',
      cure: 'Open this console by its https address.',
    },
    internal_error: forAdministrator('The server could not answer.'),
    cross_site: unfit,
    version_required: unfit,
    unsupported_media_type: unfit,
    body_too_large: unfit,
    malformed: unfit,
    method_not_allowed: unfit,
    route_not_found: unfit,
    not_sent: {
      what: 'This computer is offline, so the reset was not sent.',
      cure: 'Check the connection.',
    },
    no_answer: 'The account could not be loaded: no answer came. Check the connection.',
    unreadable_answer: 'The account could not be loaded: the answer was not understood.',
    refused_on_the_way: ({ parameters }) =>
      `Something between this page and the server refused the request (${parameters?.['status']}).`,
  },
  unknownFailure: {
    what: 'The server gave a reason that this page does not know.',
    cure: 'Load the account again.',
  },
  statuses: {
    active: statusWords,
    pending: statusWords,
    suspended: statusWords,
    deleted: statusWords,
    unknown: statusWords,
  },
  fieldProblems: {
    missing: fieldWords('is missing'),
    not_a_string: fieldWords('must be text'),
    too_long: fieldWords('is too long'),
    malformed: fieldWords('is not valid'),
  },
  reasons: {
    rules: ({ bits, leastBits }) =>
      `${tooWeak} (${Math.max(0, Math.floor(bits))} bits, at least ${leastBits}).`,
    audit_timeout: ({ limitMs }) =>
      `The audit trail cannot be written: it did not answer within ${limitMs / 1_000} seconds.`,
    stale_version: 'The account has changed since you looked at it.',
    foreign_version: {
      what: 'This page comes from another server, or from before a restart.',
      cure: 'Load the account again. If this happens again, tell the administrator.',
    },
    changed_during_write: 'The account changed at the moment of the reset.',
  },
  store: {
    row_locked: 'Another transaction holds a lock on the account.',
    contention: 'Other transactions kept changing the account.',
    directory_busy: 'The directory is busy.',
    queue_full: 'Too much work for the directory is queued.',
    locked: {
      what: 'This account is locked by failed sign-ins, which a reset may not end here.',
      cure: 'Wait until the lock ends, or ask an administrator to end it.',
    },
    account_disabled: { what: 'This account is disabled.', cure },
    account_expired: { what: 'The end date of this account has passed.', cure },
    account_blocked: { what: 'An administrator has locked this account.', cure },
    no_password: {
      what: 'The user signs in elsewhere.',
      cure: 'Reset the password there.',
    },
    password_in_history: {
      what: 'The directory says that this password was used before.',
      cure: 'Reset again; a new one will be made.',
    },
    password_too_young: {
      what: 'The password rules allow no change so soon after the last one.',
      cure: 'Try again later.',
    },
    password_change_not_allowed: {
      what: 'The user may not choose a password.',
      cure,
    },
    password_never_expires: {
      what: 'The password never expires, so the user need not choose a new one.',
      cure,
    },
    smartcard_required: {
      what: 'The user signs in by smart card.',
      cure: 'Give the user another card.',
    },
    // Of an unknown outcome. The cure is that of the code: load the account, and reset again.
    half_done:
      'Only a part of the reset may have happened. The temporary password may not work, and the ' +
      'old one may work for up to an hour.',
    no_usable_password: 'The old password is gone, and the temporary one was not set.',
    overtaken: 'Another reset was under way at the same moment: use neither temporary password.',
    another_account: {
      what: 'Another account may have been given the temporary password.',
      cure: 'Reset both accounts again.',
    },
  },
  tellAdministrator,

  capital: 'capital',
  asIn: (word) => `as in ${word}`,
  telephoneWords: named(
    'abcdefghijklmnopqrstuvwxyz',
    'Alfa Bravo Charlie Delta Echo Foxtrot Golf Hotel India Juliett Kilo Lima Mike November ' +
      'Oscar Papa Quebec Romeo Sierra Tango Uniform Victor Whiskey X-ray Yankee Zulu',
  ),
  characterNames: named(
    '0123456789-_.,:;+=?!%#@$&*/\\|()[]{}<>\'"`~^ ',
    'zero one two three four five six seven eight nine hyphen underscore dot comma colon ' +
      'semicolon plus equals question_mark exclamation_mark percent hash at dollar ampersand ' +
      'asterisk slash backslash vertical_bar open_bracket close_bracket open_square_bracket ' +
      'close_square_bracket open_brace close_brace less_than greater_than apostrophe ' +
      'quotation_mark backtick tilde caret space',
  ),
}

/**
 * The page's words, with English in the place of those that the page has not set.
 *
 * @example
 * const strings = withEnglish({ cancel: 'Abbrechen' })
 */
export function withEnglish(given: GivenStrings): ElementStrings {
  const both = <Name extends Table>(name: Name) => ({ ...english[name], ...given[name] })
  return {
    ...english,
    ...given,
    mustChange: both('mustChange'),
    survivors: both('survivors'),
    checked: both('checked'),
    failures: both('failures'),
    statuses: both('statuses'),
    fieldProblems: both('fieldProblems'),
    reasons: both('reasons'),
    store: both('store'),
  }
}

/**
 * Calls `say` with the page's words. Where a function of the page fails, or `locale` is not a
 * language, `say` is called again with the English words. A wrong word must never cost an operator
 * the password.
 *
 * @example
 * const ended = orEnglish(strings, ({ sessionsRevoked }) => sessionsRevoked(2))
 */
export function orEnglish<T>(strings: ElementStrings, say: (words: ElementStrings) => T): T {
  try {
    return say(strings)
  } catch {
    return say(english)
  }
}

function statusWords({ status }: ReasonNamed<'status'>): string {
  return `The status of this account is ${status}. Only active and pending accounts can be reset.`
}

function fieldWords(problem: string): ElementStrings['fieldProblems']['missing'] {
  return ({ field, limit }) => {
    const most = limit === undefined ? '' : `: at most ${limit} characters`
    return `${field === 'reason' ? 'The reason' : field} ${problem}${most}.`
  }
}

/** The names of single characters, in the order of the characters. */
function named(characters: string, names: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    names.split(' ').map((name, at) => [characters.charAt(at), name.replaceAll('_', ' ')]),
  )
}
