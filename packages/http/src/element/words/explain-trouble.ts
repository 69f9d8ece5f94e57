import { orEnglish } from './english.ts'
import { fromNowIn } from './moment.ts'
import type { ElementStrings, Sentences, SingleReason, Words } from './strings.ts'
import type { ReasonNamed, Trouble } from './trouble.ts'
import { entryOf, kindOf } from './trouble.ts'

/**
 * The sentences for a trouble, from its code and its exact reason: what is so, that nothing was
 * changed, and what to do. While an account is loaded, nobody expects a change: then the sentence
 * about the change is left out.
 *
 * @example
 * explainTrouble({ code: 'own_account' }, english, 'reset')
 * // 'You cannot reset your own password here. Ask another operator.'
 */
export function explainTrouble(
  trouble: Trouble,
  strings: ElementStrings,
  during: 'load' | 'reset',
): string {
  const { retryAfterSeconds: seconds } = trouble
  return orEnglish(strings, (words) => {
    const at = seconds === undefined ? undefined : fromNowIn(words.locale, seconds)
    return wordsOfPage(trouble, words, at) ?? sentencesFor(trouble, words, at, during)
  })
}

/**
 * The sentences for what was found out about resets without a known outcome, each sentence once.
 *
 * @example
 * checkedWords(['not_applied'], english, '14:02')
 * // 'Checked at 14:02: the password was not changed.'
 */
export function checkedWords(
  outcomes: readonly string[],
  { checked }: ElementStrings,
  at: string,
): string {
  const names = outcomes.length > 0 ? outcomes : ['nothing']
  // A newer server may have found out something that this version has no words for.
  const sentences = names.map((name) => (entryOf(checked, name) ?? checked.unclear)(at))
  return [...new Set(sentences)].join(' ')
}

/** The page's own words. Nothing that its function does may leave an operator without any. */
function wordsOfPage(
  trouble: Trouble,
  strings: ElementStrings,
  at: string | undefined,
): string | undefined {
  try {
    const words: unknown = strings.trouble?.(trouble, at)
    return typeof words === 'string' ? words : undefined
  } catch {
    return undefined
  }
}

function sentencesFor(
  trouble: Trouble,
  strings: ElementStrings,
  at: string | undefined,
  during: 'load' | 'reset',
): string {
  const { code, detail, reason } = trouble
  // The application's own words, as they come.
  if ((reason?.reason === 'rule' || reason?.reason === 'denied') && detail) return detail
  const words = entryOf(strings.failures, code) ?? strings.unknownFailure
  const general = sentencesOf(words, trouble, at)
  const exact = exactSentences(trouble, strings, at)
  const matter = exact === undefined ? administratorsMatter(trouble, strings) : undefined
  return [
    exact?.what ?? general.what,
    during === 'reset' && kindOf(trouble).unchanged && strings.unchanged,
    exact?.cure ?? general.cure,
    matter && strings.tellAdministrator(matter),
  ]
    .filter(Boolean)
    .join(' ')
}

/** The words for the exact reason, where an operator can act on the reason. */
function exactSentences(
  { reason }: Trouble,
  { statuses, fieldProblems, reasons, store }: ElementStrings,
  at: string | undefined,
): Sentences | undefined {
  switch (reason?.reason) {
    case 'field':
      return sentencesOf(fieldProblems[reason.problem], reason, at)
    case 'status':
      return sentencesOf(statuses[reason.status], reason, at)
    case 'store': {
      const words = entryOf(store, reason.key)
      return words === undefined ? undefined : sentencesOf(words, reason, at)
    }
    case 'rules':
    case 'audit_timeout':
    case 'stale_version':
    case 'foreign_version':
    case 'changed_during_write':
      return singleSentences(reasons, reason.reason, reason, at)
    case 'rule':
    case 'denied':
    case 'callback_failed':
    case 'verification':
    case undefined:
      return undefined
    default:
      return reason satisfies never
  }
}

function singleSentences<Name extends SingleReason>(
  words: ElementStrings['reasons'],
  name: Name,
  reason: ReasonNamed<Name>,
  at: string | undefined,
): Sentences {
  return sentencesOf<ReasonNamed<Name>>(words[name], reason, at)
}

function sentencesOf<About>(words: Words<About>, about: About, at: string | undefined): Sentences {
  const said = typeof words === 'function' ? words(about, at) : words
  return typeof said === 'string' ? { what: said } : said
}

/**
 * The name of a reason that only an administrator can act on, with its particulars:
 * `read_only (sqlState 25006)`. The names are those of the documentation, in every language.
 */
function administratorsMatter(
  { code, reason, parameters = {} }: Trouble,
  { failures }: ElementStrings,
): string | undefined {
  if (reason?.reason === 'store') {
    // Why an account is privileged is nobody's matter, unless nobody could read it.
    if (code === 'privileged_user' && reason.key !== 'privilege_unreadable') return undefined
    return withParticulars(reason.key, { ...reason.parameters, ...reason.cause })
  }
  const { reason: name, ...particulars } = parameters
  if (typeof name === 'string') return withParticulars(name, particulars)
  return entryOf(failures, code) === undefined ? code : undefined
}

function withParticulars(name: string, particulars: Readonly<Record<string, unknown>>): string {
  const shown = Object.entries(particulars)
    .filter(([, value]) => typeof value === 'string' || typeof value === 'number')
    .map((one) => one.join(' '))
  return shown[0] === undefined ? name : `${name} (${shown.join(', ')})`
}
