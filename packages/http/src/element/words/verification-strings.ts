import type {
  NotIdentified,
  SeenDocument,
  VerificationKey,
  VerificationKind,
  VerificationStanding,
} from '@force-reset/core'

/** Why a way to identify the caller is refused or closed, for words. */
export interface ClosedAbout {
  readonly key: string
  readonly parameters: Readonly<Record<string, unknown>>
  /** When the way is open again, or when a proof ran out: a time of day such as `14:13`. */
  readonly at: string | undefined
}

/** The words for a closed way: a sentence, or a function that makes them. */
export type ClosedWords = string | ((about: ClosedAbout) => string)

/** How the caller was identified, for words. */
export interface WayAbout {
  /** The name of the method. */
  readonly name: string
  /** The number or address, masked: `Mobile …123`. */
  readonly destination: string | undefined
  /** What the operator looked at, in words. */
  readonly document: string | undefined
  /** Who vouched. */
  readonly voucher: string | undefined
}

/**
 * The words of the step that identifies the caller. English is built in. A page sets other words
 * through `verification` of the element's strings: all, some, or single entries of the tables.
 */
export interface VerificationStrings {
  readonly heading: string
  readonly hint: string
  /** The ways, by their kind. A further entry names one method. */
  readonly methods: Readonly<Record<VerificationKind, string>> & Readonly<Record<string, string>>
  /** A way that has one address: `to` is such as `Mobile …123`. */
  readonly sentCodeTo: (to: string) => string
  /** What a way is worth, beside its name. */
  readonly standings: Readonly<Record<VerificationStanding, string>>
  readonly next: string
  readonly checking: string
  /** The sets of which one is needed, where one way alone does not suffice. */
  readonly needed: (sets: string) => string
  readonly noWay: string

  readonly callBackHint: string
  readonly numberWhich: string
  readonly showNumber: string
  readonly showing: string
  readonly numberOfPlace: string
  readonly numberOfVoucher: string
  readonly otherNumberHint: string

  readonly addressWhich: string
  readonly sendCode: string
  readonly sendNewCode: string
  readonly sending: string
  readonly stillSending: string
  readonly sent: (at: string, until: string) => string
  readonly codeSent: string
  readonly codeAsk: string
  readonly code: string
  readonly codeHint: string

  readonly askNow: string
  readonly asked: (at: string, until: string) => string
  readonly confirmHint: string

  readonly voucherWho: string
  readonly voucherOther: string
  readonly voucherId: string
  /** `name` is who vouches, `person` is whose account it is. */
  readonly voucherHint: (name: string, address: string, person: string) => string
  readonly voucherOtherName: string

  readonly documentWhat: string
  readonly documents: Readonly<Record<SeenDocument, string>>
  readonly documentHint: string

  readonly answer: string

  /** The row of the confirmation. */
  readonly identifiedRow: string
  readonly identified: (at: string, how: string, until: string) => string
  readonly identifiedPartly: (at: string, how: string) => string
  readonly carriedOver: (at: string) => string
  /** How the caller was identified, by the kind of the way. */
  readonly ways: Readonly<Record<VerificationKind, (about: WayAbout) => string>>
  readonly worth: Readonly<Record<VerificationStanding, string>>
  readonly startAgain: string
  readonly runsOut: (at: string) => string
  readonly ranOut: (at: string) => string

  readonly notIdentified: string
  readonly stopWhy: string
  readonly stopReasons: Readonly<Record<NotIdentified, string>>
  readonly stopRecord: string
  readonly recording: string
  readonly stopCancel: string
  readonly stopped: string

  readonly recentResets: (count: number) => string
  readonly recentFailures: (count: number, last: string | undefined) => string
  readonly lastFailure: (at: string, operator: string, why: string) => string
  readonly suspicious: string

  readonly chooseWay: string
  readonly chooseNumber: string
  readonly numberNotShown: string
  readonly chooseAddress: string
  readonly codeNotSent: string
  readonly notAsked: string
  readonly chooseDocument: string
  readonly chooseVoucher: string
  readonly enterCode: string
  readonly codeMalformed: string
  readonly enterAnswer: string
  readonly chooseReason: string
  /** The words for a refusal, by its key. */
  readonly closed: Readonly<Record<VerificationKey, ClosedWords>>
  /** The words for a key that this version does not know. */
  readonly unknownClosed: ClosedWords
}

/** The tables of {@link VerificationStrings} in which a page may replace single words. */
export type VerificationTable =
  | 'methods'
  | 'standings'
  | 'documents'
  | 'ways'
  | 'worth'
  | 'stopReasons'
  | 'closed'

/** The words of the step that a page sets. English stands in for the rest. */
export type GivenVerificationStrings = Partial<Omit<VerificationStrings, VerificationTable>> & {
  readonly [Name in VerificationTable]?: Partial<VerificationStrings[Name]>
}
