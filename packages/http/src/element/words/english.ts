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

const tooWeak = 'No password that is strong enough meets the password rules'

const unseen = 'the password was changed, and nobody has seen the new one. Reset again.'

const ask = 'Ask an administrator.'

const notKnown = 'We do not know yet whether the password was changed.'

const stolen = 'Stolen? Tell an administrator.'

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
  areaText: 'Sets a temporary password. You see it once and pass it on.',
  openConfirmation: 'Reset password',
  loadAgain: 'Load the account again',
  reload: 'Look again',
  insecureTransport:
    'The connection to this page is not encrypted. Anyone on the network can read the temporary ' +
    'password. Tell an administrator.',

  confirmHeading: (name) => `Reset the password of ${name}?`,
  displayName: 'Display name',
  username: 'Username',
  email: 'Email',
  place: 'Place',
  cannotBeUndone: 'The current password stops working at once. This cannot be undone.',
  survives: (count) => `What goes on after the reset (${count})`,
  reason: 'Reason or ticket number (optional)',
  reasonRequired: 'Reason or ticket number',
  reasonMissing: 'Enter a reason.',
  reasonLength: (used, limit) => `${used} of ${limit}`,
  cancel: 'Cancel',
  closeAfterFailure: 'Close',
  reset: 'Reset',
  resetting: 'Resetting…',

  resultHeading: 'Temporary password',
  resultFor: 'For',
  shownOnce: 'Shown only once. Pass it on now.',
  selectHint: 'One click, or the Tab key, selects all of it.',
  password: 'Temporary password',
  spell: 'Spell it',
  hideSpelling: 'Hide the spelling',
  spelling: 'Spelled for the telephone',
  validUntil: 'Works until',
  validForever: 'No end was set',
  nextSignIn: 'Next sign-in',
  mustChange: {
    enforced: 'Must choose a new password',
    unproven: 'Should have to choose a new password, not proven. Ask the person to choose one.',
    application: 'The application has to ask for a new password',
    off: 'Nobody asks for a new password. Ask the person to choose one.',
  },
  sessions: 'Sessions',
  sessionsRevoked: (count) =>
    count === 0 ? 'None were open' : count === 1 ? '1 session ended' : `${count} sessions ended`,
  lock: 'Lock',
  unlocked: 'Lifted',
  survivors: {
    replicas:
      'Other sites may not know the new password for a time, and take the old one (replication). ' +
      '–\u00a0Refused? Wait and try again.',
    kerberos_tickets:
      'Programs and folders that are open may stay open, often for 10 hours (Kerberos tickets). ' +
      '–\u00a0Sign out of Windows on that computer.',
    cached_logons:
      'A computer without the network still takes the old password (cached logon). ' +
      '–\u00a0Connect it, then sign in with the new one.',
    sessions:
      'Whoever is signed in to this account may stay signed in (sessions). ' +
      '–\u00a0Somebody else? Tell an administrator.',
    reset_links: `Links for a new password that were sent before may still work. –\u00a0${ask}`,
    api_keys: `Programs with a key or password of their own go on (API keys). –\u00a0${stolen}`,
    in_flight_sign_ins: 'A sign-in at the same moment may have used the old password.',
    previous_password:
      'The old password may still work in some places for a time. –\u00a0Wait and try again.',
    other_hashes: `The old password may still work for some programs (hashes). –\u00a0${ask}`,
    other_credentials: `SSH keys, certificates and one-time codes go on. –\u00a0${stolen}`,
    temporary_password:
      'This temporary password may still work for a time after a new one was chosen.',
    caches:
      'Other programs may take the old password for a time (caches). –\u00a0Wait and try again.',
    tokens: `Devices may stay signed in (tokens, “remember me”). –\u00a0${stolen}`,
  },
  auditIncomplete:
    'The audit trail could not record the outcome, only the attempt. Tell an administrator.',
  unreadRules: (names) =>
    'Some password rules could not be read. If the temporary password is refused, tell an ' +
    `administrator: ${names}.`,
  passedOn: 'I have passed it on',

  afterReset: (at) =>
    `Reset at ${at}. The password cannot be shown again. Not passed on? Reset again.`,
  afterLeaving: 'You left the page, so the password is gone. Not passed on? Reset again.',
  afterUnknown: `${notKnown} Reset again.`,

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
      cure: 'Ask a colleague.',
    },
    privileged_user: ({ reason }) =>
      reason?.reason === 'store' && reason.key === 'privilege_unreadable'
        ? 'Whether this account is protected could not be found out, so it is not reset.'
        : { what: 'This account is protected, so it is not reset here.', cure: ask },
    verification_required: {
      what: 'The caller was not identified.',
      cure: 'Identify the person first.',
    },
    conflict: {
      what: 'This account has changed since you opened it.',
      // A browser repeats a request by itself when a kept connection breaks before the response.
      // Then the change is the first try of the same reset.
      cure:
        'This request changed nothing. Somebody else may have reset the password, or an earlier ' +
        'try of yours.',
    },
    password_rejected: 'The temporary password was not accepted.',
    rules_unsatisfiable: `${tooWeak}.`,
    must_change_ineffective: 'The person could not be made to choose a new password.',
    store_denied: 'This application has no right to reset this password.',
    store_unavailable: {
      what: 'The accounts cannot be reached, or something there does not work.',
      cure: 'Try again later.',
    },
    busy: { what: 'Too many resets are under way.', cure: 'Try again in a moment.' },
    outcome_unknown: {
      what: notKnown,
      cure: 'Ask the caller to wait. Load the account again, then reset again.',
    },
    audit_unavailable: {
      what: 'The audit trail cannot be written, so no password is reset.',
      cure: 'Try again later.',
    },
    aborted: { what: 'The request was cancelled.', cure: 'Try again.' },
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
      what: 'Not sent: this computer has no connection.',
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
    suspended: { what: 'This account is suspended. A reset would not open it.', cure: ask },
    deleted: 'This account is deleted, so there is no password to reset.',
    unknown: {
      what: 'The status of this account could not be read, so it is not reset.',
      cure: ask,
    },
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
      `The audit trail did not answer within ${limitMs / 1_000} seconds, so no password is reset.`,
    stale_version: 'This account has changed since you opened it.',
    foreign_version: {
      what: 'This page comes from another server, or from before a restart.',
      cure: 'Load the account again. If this happens again, tell an administrator.',
    },
    changed_during_write: 'This account changed at the moment of the reset.',
  },
  store: {
    row_locked: 'Another change of this account is under way.',
    contention: 'Other changes of this account were under way.',
    directory_busy: 'The server with the accounts is busy.',
    queue_full: 'The server with the accounts has too much to do.',
    locked: {
      what: 'Locked after wrong passwords. A reset may not lift this lock here.',
      cure: 'Wait until the lock ends, or ask an administrator to lift it.',
    },
    account_disabled: { what: 'This account is disabled. A reset would not enable it.', cure: ask },
    account_expired: {
      what: 'This account has ended. A reset would not extend it.',
      cure: 'Ask an administrator for a later end date.',
    },
    account_blocked: {
      what: 'An administrator has blocked this account, so it is not reset.',
      cure: ask,
    },
    account_not_started: {
      what: 'This account begins on a later day.',
      cure: 'Wait for that day, or ask an administrator for an earlier one.',
    },
    account_idle: { what: 'Nobody has used this account for too long.', cure: ask },
    service_account: {
      what: 'A program signs in with this account. A reset would stop the program.',
      cure: ask,
    },
    no_password: {
      what: 'This account has no password here that works. The person may sign in elsewhere.',
      cure: 'Help them there.',
    },
    signs_in_elsewhere: {
      what: 'This person signs in elsewhere, and has no password here.',
      cure: 'Help them there.',
    },
    password_in_history: {
      what: 'The temporary password was used before, so it was not accepted.',
      cure: 'Reset again: a new one will be made.',
    },
    password_too_young: {
      what: 'The password rules allow no change so soon after the last one.',
      cure: 'Try again later.',
    },
    password_change_not_allowed: {
      what: 'This person is not allowed to choose a password.',
      cure: 'Ask an administrator to allow that first.',
    },
    password_never_expires: {
      what: 'This person could not be made to choose a new password.',
      cure: 'Ask an administrator to take “password never expires” away.',
    },
    smartcard_required: {
      what: 'This person signs in with a smart card.',
      cure: 'Ask for another card.',
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
 * The page's words, with English in the place of those that the page has not set. A framework may
 * take its words back: then all are English.
 *
 * @example
 * const strings = withEnglish({ cancel: 'Abbrechen' })
 */
export function withEnglish(given: GivenStrings | null | undefined): ElementStrings {
  const words: GivenStrings = Object(given)
  const both = <Name extends Table>(name: Name) => ({ ...english[name], ...words[name] })
  return {
    ...english,
    ...words,
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
  return `The status of this account is ${status}. Such accounts are not reset here.`
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
