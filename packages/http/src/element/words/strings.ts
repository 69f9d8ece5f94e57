import type { AccountStatus, Closing, MustChange, StillOpen, Survivor } from '@force-reset/core'
import type { ReasonNamed, Trouble, TroubleCode, TroubleReason } from './trouble.ts'
import type { GivenVerificationStrings } from './verification-strings.ts'

/** What is so, and what to do. The element says between the two that nothing was changed. */
export interface Sentences {
  readonly what: string
  readonly cure?: string | undefined
}

/**
 * The words for a refusal: a sentence that says what is so, or both sentences, or a function that
 * makes them. `at` is when to try again, such as `in 5 minutes`.
 */
export type Words<About = Trouble> =
  | string
  | Sentences
  | ((about: About, at: string | undefined) => string | Sentences)

/** The keys of the stores for which an operator can do something. */
export type OperatorKey =
  | 'row_locked'
  | 'contention'
  | 'directory_busy'
  | 'queue_full'
  | 'locked'
  | 'account_disabled'
  | 'account_expired'
  | 'account_blocked'
  | 'account_not_started'
  | 'account_idle'
  | 'service_account'
  | 'no_password'
  | 'signs_in_elsewhere'
  | 'password_in_history'
  | 'password_too_young'
  | 'password_change_not_allowed'
  | 'password_never_expires'
  | 'smartcard_required'
  | 'half_done'
  | 'no_usable_password'
  | 'overtaken'
  | 'another_account'

/**
 * What was found out about a reset without a known outcome. `nothing`: no reset is open, or the
 * reset is still under way.
 */
export type CheckedOutcome = Exclude<Closing['closing'], 'still_open'> | StillOpen | 'nothing'

/** The reasons with one sentence each. `rule` and `denied` come in the application's words. */
export type SingleReason = Exclude<
  TroubleReason['reason'],
  'field' | 'status' | 'store' | 'verification' | 'rule' | 'denied' | 'callback_failed'
>

/**
 * Every word that the element shows. English is built in; pass other words, all or some, through
 * the element's `strings` property. Text only: no word is read as HTML.
 *
 * @example
 * const british: ElementStrings = { ...english, locale: 'en-GB', cancel: 'Go back' }
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

  /** `name` is the name of the person, kept apart from the words by its own direction. */
  readonly confirmHeading: (name: string) => string
  readonly displayName: string
  readonly username: string
  readonly email: string
  /** Where the account stands in the organisation; shown beside facts that the site chose. */
  readonly place: string
  readonly cannotBeUndone: string
  /** The line above the things that outlive the old password. `count` is their number. */
  readonly survives: (count: number) => string
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
  readonly mustChange: Readonly<Record<MustChange, string>>
  readonly sessions: string
  readonly sessionsRevoked: (count: number) => string
  readonly lock: string
  readonly unlocked: string
  readonly survivors: Readonly<Record<Survivor, string>>
  readonly auditIncomplete: string
  readonly unreadRules: (names: string) => string
  readonly passedOn: string

  /** The notice in the area after the result was closed. */
  readonly afterReset: (at: string) => string
  /** The notice after the page was left with the password still on the page. */
  readonly afterLeaving: string
  readonly afterUnknown: string

  /** A reset without a known outcome, from this moment. */
  readonly openReset: (at: string) => string
  readonly checkNow: string
  readonly checking: string
  /** What was found out about a reset without a known outcome, at this time. */
  readonly checked: Readonly<Record<CheckedOutcome, (at: string) => string>>

  /** Said of every refusal of a reset after which an operator could think that it had begun. */
  readonly unchanged: string
  /** The words for each code, where the exact reason has none of its own. */
  readonly failures: Readonly<Record<TroubleCode, Words>>
  /** The words for a code that this version does not know. */
  readonly unknownFailure: Words
  /** The words for an account whose status allows no reset, by its status. */
  readonly statuses: Readonly<Record<AccountStatus, Words<ReasonNamed<'status'>>>>
  /** The words for a wrong field of the request, by what is wrong. */
  readonly fieldProblems: Readonly<
    Record<ReasonNamed<'field'>['problem'], Words<ReasonNamed<'field'>>>
  >
  /** The words for the other exact reasons. */
  readonly reasons: { readonly [Name in SingleReason]: Words<ReasonNamed<Name>> }
  /**
   * The words for the reasons of the store, by their keys. The adapters export their keys as types.
   * A key without words is an administrator's matter: see `tellAdministrator`.
   */
  readonly store: Readonly<Record<OperatorKey, Words<ReasonNamed<'store'>>>> &
    Readonly<Record<string, Words<ReasonNamed<'store'>>>>
  /** Names a reason that only an administrator can act on, such as `read_only (sqlState 25006)`. */
  readonly tellAdministrator: (matter: string) => string
  /** Asked first about every trouble. `undefined` leaves the trouble to the tables above. */
  readonly trouble?: ((trouble: Trouble, at: string | undefined) => string | undefined) | undefined

  /**
   * The words of the step that identifies the caller, where the handler asks for that. Default:
   * English.
   */
  readonly verification?: GivenVerificationStrings | undefined

  readonly capital: string
  readonly asIn: (word: string) => string
  /** By lower-case letter. */
  readonly telephoneWords: Readonly<Record<string, string>>
  /** Digits and punctuation. */
  readonly characterNames: Readonly<Record<string, string>>
}

/** The tables in which a page may replace single words. */
export type Table =
  | 'mustChange'
  | 'survivors'
  | 'checked'
  | 'failures'
  | 'statuses'
  | 'fieldProblems'
  | 'reasons'
  | 'store'

/**
 * The words that a page sets: all, some, or single entries of the tables. English stands in for
 * the rest. `telephoneWords` and `characterNames` are replaced as a whole, because two spelling
 * alphabets cannot be mixed.
 *
 * @example
 * const words: GivenStrings = {
 *   cancel: 'Abbrechen',
 *   failures: { forbidden: 'Das dürfen Sie nicht.' },
 * }
 */
export type GivenStrings = Partial<Omit<ElementStrings, Table>> & {
  readonly [Name in Exclude<Table, 'store'>]?: Partial<ElementStrings[Name]>
} & { readonly store?: Readonly<Record<string, Words<ReasonNamed<'store'>>>> }
