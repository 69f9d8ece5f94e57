/**
 * What a method is worth. `proven`: something was checked by a machine ("Checked here").
 * `attested`: the operator says so, and the trail records it ("On your word").
 */
export type VerificationStanding = 'proven' | 'attested'

/** The kinds of document that an operator may have looked at. Never a number of a document. */
export type SeenDocument =
  /** A staff badge with a photo. */
  | 'staff_badge'
  /** A passport, an identity card or a driving licence. */
  | 'official_document'
  /** The operator knows the person by sight. */
  | 'known_by_sight'

/** One way in which a caller was identified. No field holds a code, an answer or a full number. */
export interface IdentifiedBy {
  /** `resetId` of the events `verification.*` of this identification. */
  readonly verificationId: string
  /** Name of the method, such as `call_back`. */
  readonly method: string
  readonly standing: VerificationStanding
  /** When the caller was identified: UTC, ISO 8601 with milliseconds. */
  readonly at: string
  /** The number or address that was used, masked: `Mobile …123`. */
  readonly destination?: string | undefined
  /** Who vouched, or who saw the person. */
  readonly secondPersonId?: string | undefined
  /** What the operator looked at. */
  readonly document?: SeenDocument | undefined
}

/** How the caller of a reset was identified. */
export interface Identification {
  /** The methods whose proofs sufficed. Empty for an override: nobody was identified. */
  readonly by: readonly IdentifiedBy[]
  /** Whether a proof had served for a reset before: the same operator, account and call. */
  readonly carriedOver: boolean
}

/** Why the caller could not be identified, as an operator says. */
export type NotIdentified =
  | 'nobody_answered'
  | 'wrong_code'
  | 'gave_up'
  /** "I think this is somebody else." */
  | 'somebody_else'

/**
 * The exact reason of a failure of verification: a stable key for translation, and plain words.
 * {@link explainFailure} adds that nothing was changed.
 */
export interface VerificationReason {
  readonly reason: 'verification'
  readonly key: VerificationKey
  /** One or two English sentences that say what is so. */
  readonly what: string
  /** What to do about it, in English. */
  readonly cure?: string | undefined
  readonly parameters?: Readonly<Record<string, string | number>> | undefined
}

/** The key of one reason of a failure of verification. */
export type VerificationKey =
  /** No proof came with the reset, or none that this system made. */
  | 'no_proof'
  /** The proofs are good, and the policy asks for more. */
  | 'not_enough'
  /** The proof ran out. `at` is when, in ISO 8601. */
  | 'proof_expired'
  /** The proof has served, and was carried over once. */
  | 'proof_used'
  /** A reset with this proof is under way. */
  | 'proof_under_way'
  /** The proof is of another operator, account, store or tenant. */
  | 'proof_of_another'
  /** The proof was made with a key that this process does not have. `keyLabel` is its label. */
  | 'foreign_proof'
  /** The proof is from the future: the clocks of two servers differ. */
  | 'clocks_differ'
  /** The account changed after the caller was identified. */
  | 'account_changed'
  /** The policy asks for no way that can be used, or its function failed. */
  | 'no_policy'
  /** The person said that it was not them: closed for an hour. `seconds` is what is left. */
  | 'closed'
  /** The operator may not reset without identification. */
  | 'override_refused'
  /** The memory of verification, or the tenant, could not be asked. */
  | 'memory_failed'
  /** There is no such method for this account. */
  | 'method_unavailable'
  /** The number, or address, is none of those on file. */
  | 'destination_unknown'
  /** The number, or address, changed in the last days. */
  | 'destination_changed'
  /** Nothing was started, or it ran out: the number was not shown, no code was sent. */
  | 'not_started'
  /** The code, or answer, is wrong. `triesLeft` says how many are left. */
  | 'wrong_answer'
  /** Too many wrong answers. Open again in `seconds`. */
  | 'too_many_answers'
  /** Too many codes or requests for this account. Open again in `seconds`. */
  | 'too_many_starts'
  /** The code has been used. */
  | 'code_used'
  /** The code or request could not be sent. */
  | 'not_sent'
  /** The person has not answered yet. */
  | 'not_confirmed'
  /** The person said that it was not them. */
  | 'denied'
  /** This person may not vouch for this account. */
  | 'may_not_vouch'
  /** The operator, or the account itself, cannot vouch. */
  | 'own_vouch'

/** What happened to an account lately. The policy may ask for more where this says so. */
export interface RecentVerifications {
  /** Resets with identification, in a window of a day that began with the first of them. */
  readonly resets: number
  /** Callers who could not be identified, counted in the same way. */
  readonly notIdentified: number
  /** The last caller who could not be identified within a day. */
  readonly lastNotIdentified?:
    | { readonly at: string; readonly operatorId: string; readonly why: NotIdentified }
    | undefined
  /** Whether an operator thought within a day that a caller was somebody else. */
  readonly suspicious: boolean
}

/** How a method works, for whoever shows it. */
export type VerificationKind =
  | 'call_back'
  | 'in_person'
  | 'sent_code'
  | 'confirmed'
  | 'second_person'
  | 'application'

/** A number or address that a method offers, masked. */
export interface OfferedDestination {
  /** Goes back in `destination`. Unique among those of the account: `mobile`. */
  readonly name: string
  /** How people call it: `Mobile`, `Ward 3B`. */
  readonly label: string
  /** The last characters alone: `…123`. */
  readonly masked: string
  /**
   * Who answers there. `person`: the person. `place`: a place, where somebody fetches the person.
   * `voucher`: another person, who vouches.
   */
  readonly of: 'person' | 'place' | 'voucher'
  /** Changed in the last days, so closed. */
  readonly closed: boolean
}

/** A method as it can be used for an account. */
export interface OfferedMethod {
  readonly name: string
  readonly kind: VerificationKind
  readonly standing: VerificationStanding
  /** Numbers or addresses, where the method has some. */
  readonly destinations?: readonly OfferedDestination[] | undefined
  /** What the operator may have looked at. */
  readonly documents?: readonly SeenDocument[] | undefined
  /** Who may be asked first to vouch. */
  readonly vouchers?: readonly SuggestedVoucher[] | undefined
  /** Where a voucher opens the page, such as `console.example.org/vouch`. */
  readonly address?: string | undefined
  /** Why the method cannot be used now. */
  readonly unavailable?: VerificationReason | undefined
}

/** Somebody who may be asked to vouch. */
export interface SuggestedVoucher {
  /** The id with which the person signs in on the page of vouchers. */
  readonly id: string
  readonly name: string
}

/** How the caller of a reset of this account can be identified. */
export interface VerificationOffer {
  /** Sets of names of methods. Any one set suffices. */
  readonly sets: readonly (readonly string[])[]
  /** The methods that stand in a set, in the order of the configuration. */
  readonly methods: readonly OfferedMethod[]
  readonly recent: RecentVerifications
  /** Whether this operator may reset without identification. */
  readonly override: boolean
  /** Why nobody can be identified for this account now, whatever the method. */
  readonly closed?: VerificationReason | undefined
}

/** A count that was just made, or read. */
export interface Counted {
  /** How many were counted since the window began, this one included. */
  readonly count: number
  /** Seconds until the window ends and counting begins anew, greater than 0. */
  readonly endsInSeconds: number
}

/** A text that is kept. */
export interface Kept {
  readonly text: string
  /** Seconds until the text is forgotten, greater than 0. */
  readonly endsInSeconds: number
}

/**
 * What the verification of callers remembers: attempts, spent proofs, and what was started. All
 * processes share one memory, and every function is atomic among them: of two calls at once, one is
 * the first, and the second sees the effect of the first.
 *
 * The memory goes by its own clock, such as that of the database: windows of all processes end at
 * the same moment. Counts and texts live apart: one key may have both.
 *
 * A function that cannot answer rejects. Verification is then refused. An entry must not be lost
 * before its time: a memory that forgets lets somebody guess again, and lets a proof serve twice.
 *
 * Keys are 43 characters of base64url. Texts are at most 4,000 characters of printable ASCII. They
 * are encrypted by core, so the memory holds no name, no number and no code.
 */
export interface VerificationMemory {
  /**
   * Counts one more, and answers how many. The first call begins a window of so many seconds. In
   * the window every call counts, and none makes the window longer. The first call after the end
   * answers 1 and begins another window.
   *
   * Exactly one of many calls at once is answered 1.
   */
  count(key: string, windowSeconds: number): Promise<Counted>
  /** The count, without counting; `undefined` where no window is open. */
  counted(key: string): Promise<Counted | undefined>
  /** Keeps a text for so many seconds, in place of the one that was kept. The last call wins. */
  keep(key: string, text: string, seconds: number): Promise<void>
  /** The text that was kept last; `undefined` where there is none, or its time is over. */
  kept(key: string): Promise<Kept | undefined>
}

/** Longest text that a memory is asked to keep, in characters. */
export const longestKeptText = 4_000
