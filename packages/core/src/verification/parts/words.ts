import type { VerificationKey, VerificationReason } from '../../port/verification.ts'
import type { StepFailure } from '../../reset/step-failure.ts'
import { failed } from '../../reset/step-failure.ts'

/** What is so, and what to do about it. */
type Sentences = readonly [what: string, cure?: string]

const again = 'Identify the caller again.'
const anotherWay = 'Use another way.'
const administrator = 'If this happens again, tell the administrator.'

const words: Readonly<Record<VerificationKey, Sentences>> = {
  no_proof: ['The caller was not identified.', 'Identify the caller first.'],
  not_enough: ['This account needs another way, too, to identify the caller.', 'Go on with it.'],
  proof_expired: ['The identification ran out.', again],
  proof_used: ['This identification has been used.', again],
  proof_under_way: ['A reset with this identification is under way.', 'Wait a minute.'],
  proof_of_another: ['This identification is for another account or operator.', again],
  foreign_proof: [
    'This identification comes from another server, or from before a restart.',
    `${again} ${administrator}`,
  ],
  clocks_differ: ['The clocks of two servers differ.', 'Tell the administrator.'],
  account_changed: [
    'The account changed after the caller was identified.',
    'Look at the account again, then identify the caller again.',
  ],
  no_policy: ['It is not known how this caller has to be identified.', 'Tell the administrator.'],
  closed: [
    'The person said that it was not them who called.',
    'Tell those who look after security. The account opens again within an hour.',
  ],
  override_refused: [
    'You may not reset this account without identifying the caller.',
    'Identify the caller.',
  ],
  memory_failed: ['The identification cannot be checked at the moment.', administrator],
  method_unavailable: ['This way cannot be used for this account.', anotherWay],
  destination_unknown: ['This number or address is not on file.', 'Select one that is.'],
  destination_changed: [
    'This number or address was changed a short time ago.',
    'Use another one, or another way.',
  ],
  not_started: ['Nothing was begun in this way, or it ran out.', 'Begin again.'],
  wrong_answer: ['That is not the code.', 'Ask for it once more.'],
  too_many_answers: ['There were too many wrong codes.', `${anotherWay} This one opens later.`],
  too_many_starts: ['Too many were sent for this account.', anotherWay],
  code_used: ['That code has been used.', 'Begin again.'],
  not_sent: ['The message could not be sent.', anotherWay],
  not_confirmed: ['The person has not answered yet.', 'Ask the person to answer, then try again.'],
  denied: [
    'The person said that it was not them who called.',
    'End the call. Tell those who look after security.',
  ],
  may_not_vouch: ['This person may not vouch for this account.', 'Select another person.'],
  own_vouch: ['Neither the operator nor the account itself can vouch.', 'Select another person.'],
}

/** The reason with its sentences. */
export function reasonOf(
  key: VerificationKey,
  parameters?: VerificationReason['parameters'],
): VerificationReason {
  const [what, cure] = words[key]
  return { reason: 'verification', key, what, cure, parameters }
}

/** Ends a step of verification. */
export function notIdentified(
  key: VerificationKey,
  parameters?: VerificationReason['parameters'],
): StepFailure {
  return failed('verification_required', reasonOf(key, parameters))
}
