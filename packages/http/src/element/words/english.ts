import type { ElementStrings } from './strings.ts'
import type { Trouble } from './trouble.ts'

/** The built-in words. */
export const english: ElementStrings = {
  locale: 'en-GB',

  areaHeading: 'Force password reset',
  areaText:
    'Replaces the password with a temporary one. It is shown to you once, for you to pass on.',
  openConfirmation: 'Reset password',
  loadAgain: 'Load the account again',
  reload: 'Reload',
  insecureTransport:
    'The connection to this page is not encrypted. Anyone on the network can read the temporary password.',

  confirmHeading: 'Reset this password?',
  displayName: 'Display name',
  username: 'Username',
  email: 'Email',
  cannotBeUndone: 'This cannot be undone. The current password stops working at once.',
  survivesBefore: 'Not ended by the reset:',
  reason: 'Reason (for the audit trail, optional)',
  reasonRequired: 'Reason (for the audit trail)',
  reasonMissing: 'Enter a reason. Nothing was changed.',
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
    replicas: 'Other directory servers accept the old password until they have replicated',
    kerberos_tickets: 'Kerberos tickets, until they expire',
    cached_logons: 'Cached logons on computers that are offline',
    sessions: 'Sessions that are already open',
    reset_links: 'Password-reset links sent before',
    api_keys: 'API keys and application passwords',
    in_flight_sign_ins: 'A sign-in that was under way',
  },
  auditIncomplete:
    'The audit trail could not record the outcome, only the attempt. Tell whoever looks after it.',
  unreadRules: (names) =>
    `These password rules could not be read, so the user may be asked for something else: ${names}.`,
  passedOn: 'I have passed it on – close',

  afterReset: (at) => `A temporary password was set at ${at}. It cannot be shown again.`,
  afterLeaving:
    'The temporary password was removed when you left the page. If you have not passed it on, reset again.',
  afterUnknown: 'The last reset may have happened. If the user can no longer sign in, reset again.',

  trouble: explainTrouble,

  capital: 'capital',
  asIn: (word) => `as in ${word}`,
  telephoneWords: byInitial(
    'Alfa Bravo Charlie Delta Echo Foxtrot Golf Hotel India Juliett Kilo Lima Mike November Oscar Papa Quebec Romeo Sierra Tango Uniform Victor Whiskey X-ray Yankee Zulu',
  ),
  characterNames: named(
    ['0123456789', 'zero one two three four five six seven eight nine'],
    ['-_.,:;', 'hyphen underscore dot comma colon semicolon'],
    ['+=?!%#', 'plus equals question_mark exclamation_mark percent hash'],
    ['@$&*/\\|', 'at dollar ampersand asterisk slash backslash vertical_bar'],
    [
      '()[]{}',
      'open_bracket close_bracket open_square_bracket close_square_bracket open_brace close_brace',
    ],
    ['<>\'"`~^ ', 'less_than greater_than apostrophe quotation_mark backtick tilde caret space'],
  ),
}

const again = ' Nothing was changed.'

/** What went wrong and what to do, in the built-in words. */
export function explainTrouble(
  { code, detail, parameters }: Trouble,
  at: string | undefined,
): string {
  switch (code) {
    case 'no_answer':
      return 'The account could not be loaded: no answer came. Check the connection.'
    case 'unreadable_answer':
      return 'The account could not be loaded: the answer was not understood.'
    case 'unauthenticated':
      return `You are no longer signed in.${again} Sign in again in another tab, then continue here.`
    case 'conflict':
      // A browser repeats a request by itself when a kept connection breaks before the answer: then
      // the change is its own first attempt.
      return `The account has changed since you looked at it.${again} If the connection broke off just now, this reset may be the change: then reset again.`
    case 'outcome_unknown':
      return 'The reset may have happened. Load the account again; if it has, or if in doubt, reset again.'
    case 'refused_on_the_way':
      return `Something between this page and the server refused the request (${String(parameters?.['status'])}).${again}`
    case 'rate_limited':
      return `Too many requests.${again} Try again ${at ?? 'later'}.`
    default:
      return detail ?? `This did not work (${code}).`
  }
}

function byInitial(words: string): Readonly<Record<string, string>> {
  return Object.fromEntries(words.split(' ').map((word) => [word.charAt(0).toLowerCase(), word]))
}

function named(
  ...rows: readonly (readonly [characters: string, names: string])[]
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    rows.flatMap(([characters, names]) =>
      names
        .split(' ')
        .map((name, at) => [characters.charAt(at), name.replaceAll('_', ' ')] as const),
    ),
  )
}
