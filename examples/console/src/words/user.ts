import { html } from 'hono/html'
import type { Html } from './html.ts'

/** The words for a user who signs in with a temporary password. */
export const userWords = {
  /** The name of the application whose users are reset. */
  applicationName: 'Account',
  usersSide: 'The user’s side.',
  expired: 'This temporary password has expired. Ask the person who gave it to you for a new one.',

  choose: {
    title: 'Choose your password',
    why:
      'You signed in with a temporary password. ' +
      'Choose one that only you know. The temporary one then stops working.',
    password: 'New password',
    hint: (least: number) => `At least ${least} characters. Any will do, spaces included.`,
    repeated: 'New password again',
    save: 'Save password',
  },

  /** Why a password cannot become the user's own. */
  objections: {
    tooShort: (least: number) =>
      `Choose at least ${least} characters. A few words in a row are easy to remember.`,
    tooLong: (most: number) => `Choose at most ${most} characters.`,
    different: 'The two passwords are not the same.',
    username: 'Your username is not a password.',
    temporary: 'That is the temporary password. Choose one that nobody else has seen.',
  },

  welcome: {
    title: 'Welcome',
    heading: (name: Html) => html`Welcome, ${name}`,
    text: 'You are signed in with a password that only you know.',
    expires: 'Expires',
    doesNotExpire: 'Does not expire',
    vouch: 'Vouch for somebody who rang the help desk',
  },

  vouch: {
    title: 'Vouch',
    signedInAs: (name: Html) => html`Signed in as ${name}.`,
  },
} as const
