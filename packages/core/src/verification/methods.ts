import type { User } from '../port/user.ts'
import type { SeenDocument, SuggestedVoucher, VerificationStanding } from '../port/verification.ts'
import type { Operator } from '../reset/config.ts'

/** Who asks for which account. */
export interface MethodQuestion<O extends Operator> {
  readonly operator: O
  readonly user: User
  readonly signal: AbortSignal
}

/**
 * A telephone number, or another address, at which the person can be reached. It has to come from a
 * field that the person cannot write.
 */
export interface Destination {
  /** Names the destination among those of the account, such as `mobile`. Up to 64 characters. */
  readonly name: string
  /** How people call it: `Mobile`, `Ward 3B`. Default: the name. */
  readonly label?: string | undefined
  /** The whole number or address. Up to 200 characters. */
  readonly address: string
  /**
   * Who answers there. `person`: the person. `place`: a place, where somebody fetches the person.
   * `voucher`: another person, who vouches and whom `voucherId` names. Default `person`.
   */
  readonly of?: 'person' | 'place' | 'voucher' | undefined
  /** The id of the account of the voucher in the same store. */
  readonly voucherId?: string | undefined
  /** When the address was last changed. A change in the last 14 days closes the destination. */
  readonly changedAt?: Date | undefined
}

/** Finds the destinations of an account. */
export type FindDestinations<O extends Operator> = (
  question: MethodQuestion<O>,
) => readonly Destination[] | Promise<readonly Destination[]>

/** Options of {@link callBack}. */
export interface CallBackOptions<O extends Operator> {
  readonly numbers: FindDestinations<O>
}

/** Options of {@link inPerson}. */
export interface InPersonOptions {
  /** What an operator may have looked at. Default: all kinds. */
  readonly documents?: readonly SeenDocument[] | undefined
}

/** A message that core has made. The code stands in the text, and nowhere else. */
export interface CodeMessage {
  readonly kind: 'code'
  readonly user: User
  readonly destination: Destination
  readonly text: string
  readonly signal: AbortSignal
}

/** Options of {@link sentCode}. */
export interface SentCodeOptions<O extends Operator> {
  /** Where a code can be sent: channels that do not depend on this account. */
  readonly destinations: FindDestinations<O>
  /** Hands the message to a provider. Rejects where the provider did not take it. */
  readonly deliver: (message: CodeMessage) => void | Promise<void>
  /** How the message calls those who ask: `the IT help desk of Example Hospital`. */
  readonly helpDesk: string
  /** Whom the person tells that they did not call: `+49 30 5550100`. */
  readonly contact: string
  /**
   * The message in another language. `{code}` stands for the code, `{helpDesk}`, `{operator}` and
   * `{contact}` for the names. All four have to be there.
   */
  readonly template?: string | undefined
}

/** A question that the person answers on a device of their own. */
export interface ConfirmationQuestion {
  readonly kind: 'confirmation'
  readonly user: User
  readonly text: string
  /** Goes back in `answerConfirmation` with the person's answer. At most 4,096 characters. */
  readonly token: string
  /** When the question ends. */
  readonly until: Date
  readonly signal: AbortSignal
}

/** Options of {@link confirmed}. */
export interface ConfirmedOptions {
  /** Shows the question to the person. Rejects where the question did not get there. */
  readonly ask: (question: ConfirmationQuestion) => void | Promise<void>
  readonly helpDesk: string
  readonly contact: string
  /** The question in another language, with `{helpDesk}`, `{operator}` and `{contact}`. */
  readonly template?: string | undefined
}

/** A question to `mayVouch`. */
export interface VouchQuestion<O extends Operator> {
  /** The id with which the person signs in on the page of vouchers. */
  readonly voucherId: string
  readonly user: User
  readonly operator: O
  readonly signal: AbortSignal
}

/** Options of {@link secondPerson}. */
export interface SecondPersonOptions<O extends Operator> {
  /**
   * Whether this person may vouch for this account: its manager, or a second operator. Exactly
   * `true` allows. Asked when the operator names the person, and when the code is checked.
   */
  readonly mayVouch: (question: VouchQuestion<O>) => boolean | Promise<boolean>
  /** Whom to ask first, such as the manager. Default: nobody. */
  readonly vouchers?: (
    question: MethodQuestion<O>,
  ) => readonly SuggestedVoucher[] | Promise<readonly SuggestedVoucher[]>
  /** Where the page of vouchers is, as people read it out: `console.example.org/vouch`. */
  readonly address: string
}

/** An answer that the application checks. */
export interface ApplicationQuestion<O extends Operator> extends MethodQuestion<O> {
  /** What the operator typed: 1 to 200 characters. */
  readonly answer: string
}

/** Options of {@link application}. */
export interface ApplicationOptions<O extends Operator> {
  /** Name of the method in sets, events and on the wire: `badge_reader`. */
  readonly name: string
  readonly standing: VerificationStanding
  /** Whether the answer identifies the person. Exactly `true` does. */
  readonly verify: (question: ApplicationQuestion<O>) => boolean | Promise<boolean>
}

/** A way to identify a caller. {@link callBack} and its siblings make one. */
export type VerificationMethod<O extends Operator> =
  | MethodOf<'call_back', CallBackOptions<O>>
  | MethodOf<'in_person', InPersonOptions>
  | MethodOf<'sent_code', SentCodeOptions<O>>
  | MethodOf<'confirmed', ConfirmedOptions>
  | MethodOf<'second_person', SecondPersonOptions<O>>
  | MethodOf<'application', ApplicationOptions<O>>

interface MethodOf<Kind extends string, Options> {
  readonly kind: Kind
  readonly name: string
  readonly standing: VerificationStanding
  readonly options: Options
}

/**
 * The operator rings a number that the organisation holds. Attested: the trail records which.
 *
 * @example
 * const method = callBack({ numbers: ({ user }) => directory.numbersOf(user.id) })
 */
export function callBack<O extends Operator>(
  options: CallBackOptions<O>,
): VerificationMethod<O> & { readonly kind: 'call_back' } {
  return { kind: 'call_back', name: 'call_back', standing: 'attested', options }
}

/** The operator looks at the person and at a document. Attested. */
export function inPerson(options: InPersonOptions = {}): MethodOf<'in_person', InPersonOptions> {
  return { kind: 'in_person', name: 'in_person', standing: 'attested', options }
}

/** A code of eight digits goes to a device of the person, and comes back. Proven. */
export function sentCode<O extends Operator>(
  options: SentCodeOptions<O>,
): VerificationMethod<O> & { readonly kind: 'sent_code' } {
  return { kind: 'sent_code', name: 'sent_code', standing: 'proven', options }
}

/** The person confirms or denies on a device of their own. Proven. */
export function confirmed(options: ConfirmedOptions): MethodOf<'confirmed', ConfirmedOptions> {
  return { kind: 'confirmed', name: 'confirmed', standing: 'proven', options }
}

/** Another person vouches, who signs in and reads a code out. Proven. */
export function secondPerson<O extends Operator>(
  options: SecondPersonOptions<O>,
): VerificationMethod<O> & { readonly kind: 'second_person' } {
  return { kind: 'second_person', name: 'second_person', standing: 'proven', options }
}

/** A method of the application's own. */
export function application<O extends Operator>(
  options: ApplicationOptions<O>,
): VerificationMethod<O> & { readonly kind: 'application' } {
  const { name, standing } = options
  return { kind: 'application', name, standing, options }
}
