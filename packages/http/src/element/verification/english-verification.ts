import { nothingChanged } from '@force-reset/core'
import type {
  GivenVerificationStrings,
  VerificationStrings,
  VerificationTable,
} from '../words/verification-strings.ts'

const otherWay = 'Use another way.'
const identifyAgain = 'Identify the person again; your reason is kept.'

/** The built-in words of the step that identifies the caller. */
export const englishVerification: VerificationStrings = {
  heading: 'Who is asking?',
  hint:
    'Identify the person first. A familiar voice, or knowing things about the account, is not ' +
    'enough.',
  methods: {
    call_back: 'Call back',
    in_person: 'At the counter',
    sent_code: 'Code by message',
    confirmed: 'The person confirms on a device of their own',
    second_person: 'Somebody vouches',
    application: 'Another way',
  },
  sentCodeTo: (to) => `Code by message, to ${to}`,
  standings: { proven: 'Checked here', attested: 'On your word' },
  next: 'Continue',
  checking: 'Checking…',
  needed: (sets) => `One way is not enough here. Needed: ${sets}.`,
  noWay: 'No way to identify this person is on file. Ask an administrator.',

  callBackHint:
    'Hang up, then ring a number that we hold. Never use one that the caller gives you.',
  numberWhich: 'Which number do you ring?',
  showNumber: 'Show number',
  showing: 'Showing…',
  numberOfPlace: 'the place, not the person: have the person fetched',
  numberOfVoucher: 'vouches for the person',
  otherNumberHint: 'A caller who gives you another number has not been identified.',

  addressWhich: 'Where does the code go?',
  sendCode: 'Send code',
  sendNewCode: 'Send a new code',
  sending: 'Sending…',
  stillSending: 'Still sending. You can use another way.',
  sent: (at, until) => `Sent at ${at}. It works until ${until}.`,
  codeSent: 'Code sent',
  codeAsk: 'Ask: “Which code did you just get from us?”',
  code: 'Security code',
  codeHint: 'Eight digits. Spaces do not matter.',

  askNow: 'Ask the person now',
  asked: (at, until) => `Asked at ${at}. The person can answer until ${until}.`,
  confirmHint: 'The person reads your name, and says whether they rang you. Then press Continue.',

  voucherWho: 'Who vouches?',
  voucherOther: 'Somebody else',
  voucherId: 'The name that they sign in with',
  voucherHint: (name, address, person) =>
    `Ask ${name} to open ${address}, sign in, and read out the code for ${person}.`,
  voucherOtherName: 'them',

  documentWhat: 'What did you look at?',
  documents: {
    staff_badge: 'Staff badge with a photo',
    official_document: 'Passport, identity card or driving licence',
    known_by_sight: 'I know this person by sight',
  },
  documentHint: 'Compare the name and the photo. Do not note the number.',

  answer: 'Answer',

  identifiedRow: 'Identified',
  identified: (at, how, until) => `Identified at ${at}: ${how}. Good until ${until}.`,
  identifiedPartly: (at, how) => `Identified at ${at}: ${how}. One more way is needed.`,
  carriedOver: (at) => `Identified at ${at}, in the same call.`,
  ways: {
    call_back: ({ destination }) => `call back to ${destination}`,
    in_person: ({ document }) => `at the counter (${document})`,
    sent_code: ({ destination }) => `code to ${destination}`,
    confirmed: () => 'the person confirmed',
    second_person: ({ voucher }) => `${voucher} vouched`,
    application: ({ name }) => name,
  },
  worth: { proven: 'checked here', attested: 'on your word' },
  startAgain: 'Start again',
  runsOut: (at) => `The identification runs out at ${at}.`,
  ranOut: (at) => `The identification ran out at ${at}. ${nothingChanged} ${identifyAgain}`,

  notIdentified: 'The caller could not be identified',
  stopWhy: 'What happened?',
  stopReasons: {
    nobody_answered: 'Nobody answered',
    wrong_code: 'Wrong code',
    gave_up: 'The caller gave up',
    somebody_else: 'I think this is somebody else',
  },
  stopRecord: 'Record and stop',
  recording: 'Recording…',
  stopCancel: 'Back',
  stopped: `Recorded. ${nothingChanged}`,

  recentResets: (count) =>
    count === 1 ? '1 reset in the last 24 hours.' : `${count} resets in the last 24 hours.`,
  recentFailures: (count, last) =>
    `${count === 1 ? '1 caller' : `${count} callers`} could not be identified today.` +
    (last === undefined ? '' : ` Last: ${last}.`),
  lastFailure: (at, operator, why) => `${at}, ${operator}: ${why}`,
  suspicious: 'An operator thought today that a caller was somebody else.',

  chooseWay: 'Select how you identified the person.',
  chooseNumber: 'Select the number that you rang.',
  numberNotShown: 'Show the number, then ring it.',
  chooseAddress: 'Select where the code goes.',
  codeNotSent: 'Send the code first.',
  notAsked: 'Ask the person first.',
  chooseDocument: 'Select what you looked at.',
  chooseVoucher: 'Select who vouches.',
  enterCode: 'Enter the code.',
  codeMalformed: 'The code has eight digits.',
  enterAnswer: 'Enter the answer.',
  chooseReason: 'Select what happened.',
  closed: {
    no_proof: `The caller was not identified. ${nothingChanged}`,
    not_enough: `The caller was not identified well enough. ${nothingChanged} Use one more way.`,
    proof_expired: ({ at }) =>
      `The identification ran out${since(at)}. ${nothingChanged} ${identifyAgain}`,
    proof_used: `This identification has served for a reset. ${nothingChanged} ${identifyAgain}`,
    proof_under_way: `A reset with this identification is under way. Wait, then try again.`,
    proof_of_another: `This identification is for another account or operator. ${nothingChanged}`,
    foreign_proof:
      'This identification comes from another server, or from before a restart. ' +
      `${nothingChanged} ${identifyAgain}`,
    clocks_differ: `The clocks of two servers differ. ${nothingChanged} Tell an administrator.`,
    account_changed: ({ at }) =>
      `The account changed${since(at)} after you identified the caller. You changed nothing. ` +
      'Look at it again, then identify the person again.',
    no_policy:
      `Nobody can find out how to identify the caller. ${nothingChanged} ` +
      'Tell an administrator.',
    closed: ({ at }) =>
      'The person said that they did not call. Nobody can be identified ' +
      (at === undefined ? 'for an hour.' : `until ${at}.`),
    override_refused: `You may not reset without identification. ${nothingChanged}`,
    memory_failed: `The server cannot check this now. ${nothingChanged} Try again later.`,
    method_unavailable: `This way cannot be used for this account. ${otherWay}`,
    destination_unknown: `This number is not on file any more. ${otherWay}`,
    destination_changed: `This number was changed lately, so it cannot be used. ${otherWay}`,
    not_started: ({ at }) =>
      at === undefined
        ? 'This was not begun, or it took too long. Begin again.'
        : `That code ran out at ${at}. Send a new one.`,
    wrong_answer: ({ parameters: { triesLeft } }) =>
      triesLeft === undefined
        ? 'That is not the code.'
        : `That is not the code. ${triesLeft === 1 ? '1 try' : `${triesLeft} tries`} left.`,
    too_many_answers: ({ at }) =>
      `Too many wrong codes. Use another way, or this one again ${again(at)}.`,
    too_many_starts: ({ at }) =>
      `Too many codes for this account. Use another way, or this one again ${again(at)}.`,
    code_used: 'That code has been used. Send a new one.',
    not_sent: `The code could not be sent. ${otherWay}`,
    not_confirmed: 'The person has not answered yet. Wait, then press Continue again.',
    denied: `The person said that they did not call. ${nothingChanged}`,
    may_not_vouch: 'This person may not vouch for this account.',
    own_vouch: 'You cannot vouch for a reset that you do yourself, nor the person for themselves.',
  },
  unknownClosed: `The caller was not identified. ${nothingChanged}`,
}

function since(at: string | undefined): string {
  return at === undefined ? '' : ` at ${at}`
}

function again(at: string | undefined): string {
  return at === undefined ? 'later' : `at ${at}`
}

/** The page's words, with English in the place of those that the page has not set. */
export function withEnglishVerification(
  given: GivenVerificationStrings | null | undefined,
): VerificationStrings {
  const words: GivenVerificationStrings = Object(given)
  const both = <Name extends VerificationTable>(name: Name) => ({
    ...englishVerification[name],
    ...words[name],
  })
  return {
    ...englishVerification,
    ...words,
    methods: both('methods'),
    standings: both('standings'),
    documents: both('documents'),
    ways: both('ways'),
    worth: both('worth'),
    stopReasons: both('stopReasons'),
    closed: both('closed'),
  }
}
