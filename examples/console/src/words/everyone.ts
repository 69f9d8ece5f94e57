import { type AccountStatus, nothingChanged } from '@force-reset/core'

/** The name of each status on screen. */
export const statusNames: Readonly<Record<AccountStatus, string>> = {
  active: 'Active',
  pending: 'Pending',
  suspended: 'Suspended',
  deleted: 'Deleted',
  unknown: 'Unknown',
}

/** The words for operators and users alike. */
export const commonWords = {
  consoleName: 'Operator Console',
  skipToContent: 'Skip to content',
  username: 'Username',
  password: 'Password',
  status: 'Status',
  signIn: 'Sign in',
  signOut: 'Sign out',
  utc: 'UTC',
  momentNotKnown: 'Not known',

  wrongCredentials: 'Username or password is wrong.',
  /** At a field, after an attempt that did not work. What was typed is tried as it is. */
  blankEnd: {
    username: 'The username that you typed begins or ends with a space.',
    password: 'The password that you typed begins or ends with a space.',
  },

  /** On every page of a console without TLS. */
  withoutTls:
    'The connection to this console is not encrypted. ' +
    'Anyone on the network can read what is typed and shown here. Tell an administrator.',
  notEncrypted: {
    title: 'Not encrypted',
    words:
      'The connection to this page is not encrypted. ' +
      'A password that is typed here could be read on its way. ' +
      'Open the console over https, or on the machine itself.',
    behindProxy:
      'If the address starts with https, tell an administrator. ' +
      'The proxy in front is not set up for this console, and the log says what to change.',
  },
  toConsole: 'Go to the console',
  /** The title of a page about a request that is refused. */
  refused: 'Refused',
  fromAnotherSite: 'This form was sent from another site. Go to the console, and try again there.',
  formTooLarge: 'What was typed is too long. Go back, and type less.',
  notFound: {
    title: 'Not found',
    words: 'There is no such page.',
    behindProxy:
      'This console works at the root of a host name only, and its address has a part in front. ' +
      'Tell an administrator.',
  },
  failed: { title: 'Something went wrong', words: `${nothingChanged} Try again later.` },
} as const

/** Said while no further attempt is taken. */
export function tryAgainIn(waitSeconds: number): string {
  const minutes = Math.max(1, Math.ceil(waitSeconds / 60))
  return `Too many attempts. Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`
}

/**
 * Said while no further sign-in is taken.
 *
 * @param browser - The browser, where somebody of the name signed in with it before.
 */
export function tooManyAttempts(waitSeconds: number, browser: string | undefined): string {
  const elsewhere = 'A browser in which you have signed in before need not wait.'
  return browser === undefined ? `${tryAgainIn(waitSeconds)} ${elsewhere}` : tryAgainIn(waitSeconds)
}
