import type { OptionRule } from '../../port/check-options.ts'
import { aFunction, checkOptions, oneOf, optional } from '../../port/check-options.ts'
import type { User } from '../../port/user.ts'
import type {
  SeenDocument,
  SuggestedVoucher,
  VerificationStanding,
} from '../../port/verification.ts'
import type { Operator } from '../../reset/config.ts'
import { isSeenDocument, seenDocuments } from './proof.ts'

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
  /** Goes back in `answerConfirmation` with the person's answer. At most 16,384 characters. */
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
export interface VouchQuestion {
  /** The id with which the person signs in on the page of vouchers. */
  readonly voucherId: string
  readonly userId: string
  readonly operatorId: string
  /** Name of the store that holds the account. */
  readonly store: string
  /** The tenant. Empty: all share one. */
  readonly scope: string
  readonly signal: AbortSignal
}

/** Options of {@link secondPerson}. */
export interface SecondPersonOptions<O extends Operator> {
  /**
   * Whether this person may vouch for this account: its manager, or a second operator. Exactly
   * `true` allows. Asked when the operator names the person, on the page of vouchers, and when the
   * code is checked. Never asked about the operator or the account itself: they may not.
   */
  readonly mayVouch: (question: VouchQuestion) => boolean | Promise<boolean>
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
 * The operator rings a number that the organisation holds. Attested: the trail records which number
 * was shown to the operator, and the operator's word for the rest.
 *
 * The number has to come from a field that the person cannot write. In Active Directory everybody
 * may write their own `mobile`, `telephoneNumber` and `homePhone`, unless the site took that away.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG`.
 * @example
 * const numbers = () => [{ name: 'mobile', label: 'Mobile', address: '+49 30 5550123' }]
 * const method = callBack({ numbers })
 */
export function callBack<O extends Operator>(
  options: CallBackOptions<O>,
): MethodOf<'call_back', CallBackOptions<O>> {
  checkOptions(options, { numbers: aFunction }, 'callBack: ')
  return method('call_back', 'attested', options)
}

/**
 * The operator looks at the person and at a document. Attested.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG`.
 * @example
 * const method = inPerson({ documents: ['staff_badge', 'official_document'] })
 */
export function inPerson(options: InPersonOptions = {}): MethodOf<'in_person', InPersonOptions> {
  const rules = {
    documents: optional({
      wanted: `a list of ${seenDocuments.join(', ')}`,
      fits: (list) => Array.isArray(list) && list.length > 0 && list.every(isSeenDocument),
    }),
  }
  checkOptions(options, rules, 'inPerson: ')
  return method('in_person', 'attested', options)
}

/**
 * A code of eight digits goes to a device of the person, and comes back within five minutes.
 * Proven: somebody has the device. Whoever deceives its owner at that moment can have the code read
 * out, so the message says who asks.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG`.
 * @example
 * const method = sentCode({
 *   destinations: () => [{ name: 'mobile', label: 'Mobile', address: '+49 30 5550123' }],
 *   deliver: ({ destination, text }) => messages.send(destination.address, text),
 *   helpDesk: 'the IT help desk of Example Hospital',
 *   contact: '+49 30 5550100',
 * })
 */
export function sentCode<O extends Operator>(
  options: SentCodeOptions<O>,
): MethodOf<'sent_code', SentCodeOptions<O>> {
  const rules = {
    destinations: aFunction,
    deliver: aFunction,
    helpDesk: aName,
    contact: aName,
    template: optional(templateWith(['code', 'helpDesk', 'operator', 'contact'])),
  }
  checkOptions(options, rules, 'sentCode: ')
  return method('sent_code', 'proven', options)
}

/**
 * The person confirms or denies on a device of their own, through the application. Proven, and
 * better than a code: nothing can be read out to somebody else. A denial closes verification of the
 * account for an hour.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG`.
 * @example
 * const method = confirmed({
 *   ask: ({ user, text, token }) => push.ask(user.id, text, token),
 *   helpDesk: 'the IT help desk of Example Hospital',
 *   contact: '+49 30 5550100',
 * })
 */
export function confirmed(options: ConfirmedOptions): MethodOf<'confirmed', ConfirmedOptions> {
  const rules = {
    ask: aFunction,
    helpDesk: aName,
    contact: aName,
    template: optional(templateWith(['helpDesk', 'operator', 'contact'])),
  }
  checkOptions(options, rules, 'confirmed: ')
  return method('confirmed', 'proven', options)
}

/**
 * Another person vouches: signs in on the page of vouchers, sees who asks for which account, and
 * reads a code out. Proven. The trail names both. As good as the rule who may vouch.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG`.
 * @example
 * const method = secondPerson({
 *   mayVouch: async ({ voucherId, userId }) => (await managerOf(userId)) === voucherId,
 *   address: 'console.example.org/vouch',
 * })
 */
export function secondPerson<O extends Operator>(
  options: SecondPersonOptions<O>,
): MethodOf<'second_person', SecondPersonOptions<O>> {
  const rules = { mayVouch: aFunction, vouchers: optional(aFunction), address: aName }
  checkOptions(options, rules, 'secondPerson: ')
  return method('second_person', 'proven', options)
}

/**
 * A method of the application's own: the application checks what the operator typed. Guesses are
 * counted as for a code.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG`.
 * @example
 * const method = application({
 *   name: 'card_reader',
 *   standing: 'proven',
 *   verify: ({ user, answer }) => cards.isOf(user.id, answer),
 * })
 */
export function application<O extends Operator>(
  options: ApplicationOptions<O>,
): MethodOf<'application', ApplicationOptions<O>> {
  const rules = {
    name: {
      wanted: 'a name such as card_reader that no method of the library has',
      fits: (name: unknown) =>
        typeof name === 'string' &&
        /^[a-z][a-z0-9_]{0,31}$/.test(name) &&
        !ownNames.some((own) => own === name),
    },
    standing: oneOf('proven', 'attested'),
    verify: aFunction,
  }
  checkOptions(options, rules, 'application: ')
  const { name, standing } = options
  return Object.freeze({ kind: 'application', name, standing, options })
}

/** The names of the library's own methods. */
const ownNames = [
  'call_back',
  'in_person',
  'sent_code',
  'confirmed',
  'second_person',
  'application',
] as const

function method<Kind extends (typeof ownNames)[number], Options>(
  kind: Kind,
  standing: VerificationStanding,
  options: Options,
): MethodOf<Kind, Options> {
  return Object.freeze({ kind, name: kind, standing, options })
}

const aName: OptionRule = {
  wanted: 'text of 1 to 120 characters',
  fits: (value) => typeof value === 'string' && value.trim() !== '' && value.length <= 120,
}

/** A message with each of these names once in braces. */
function templateWith(names: readonly string[]): OptionRule {
  return {
    wanted: `text of at most 600 characters with ${names.map((name) => `{${name}}`).join(', ')}`,
    fits: (text) =>
      typeof text === 'string' &&
      text.length <= 600 &&
      names.every((name) => text.split(`{${name}}`).length === 2),
  }
}
