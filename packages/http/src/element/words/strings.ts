import type { Survivor } from '@force-reset/core'
import type { Trouble } from './trouble.ts'

/**
 * Every word that the element shows. English is built in; pass others, all or some, through the
 * element's `strings` property.
 *
 * Text only: nothing of it is read as HTML.
 */
export interface ElementStrings {
  /** Language and region for dates, such as `en-GB`. */
  readonly locale: string

  readonly areaHeading: string
  readonly areaText: string
  readonly openConfirmation: string
  readonly loadAgain: string
  readonly reload: string
  readonly insecureTransport: string

  readonly confirmHeading: string
  readonly displayName: string
  readonly username: string
  readonly email: string
  readonly cannotBeUndone: string
  readonly survivesBefore: string
  readonly reason: string
  readonly reasonRequired: string
  readonly reasonMissing: string
  /** `used` of `limit` characters. */
  readonly reasonLength: (used: number, limit: number) => string
  readonly cancel: string
  readonly closeAfterFailure: string
  readonly reset: string
  readonly resetting: string

  readonly resultHeading: string
  readonly resultFor: string
  readonly shownOnce: string
  readonly selectHint: string
  readonly password: string
  readonly spell: string
  readonly hideSpelling: string
  readonly spelling: string
  readonly validUntil: string
  readonly validForever: string
  readonly nextSignIn: string
  readonly mustChange: Readonly<Record<'enforced' | 'application' | 'off', string>>
  readonly sessions: string
  readonly sessionsRevoked: (count: number) => string
  readonly lock: string
  readonly unlocked: string
  readonly survives: string
  readonly survivors: Readonly<Record<Survivor, string>>
  readonly auditIncomplete: string
  readonly unreadRules: (names: string) => string
  readonly passedOn: string

  /** What stands in the area after the result was closed. */
  readonly afterReset: (at: string) => string
  /** After the page was left with the password still on it. */
  readonly afterLeaving: string
  readonly afterUnknown: string

  /**
   * Why something did not work. `detail` is the server's English sentence, where it sent one. `at`
   * is when to try again, in words.
   *
   * The built-in words stand in where it answers `undefined` or fails.
   */
  readonly trouble: (trouble: Trouble, at: string | undefined) => string | undefined

  readonly capital: string
  readonly asIn: (word: string) => string
  /** By lower-case letter. */
  readonly telephoneWords: Readonly<Record<string, string>>
  /** Digits and punctuation. */
  readonly characterNames: Readonly<Record<string, string>>
}
