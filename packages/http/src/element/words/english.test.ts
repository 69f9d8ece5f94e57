import { describe, expect, it } from 'vitest'
import { english } from './english.ts'
import { explainTrouble } from './explain-trouble.ts'

/** Words of those who run databases and directories, and not of those who answer calls. */
const foreign = new RegExp(
  String.raw`\b(stores?|transactions?|director(y|ies)|databases?|schema|attributes?|polic(y|ies)` +
    String.raw`|privileged|LDAP|SQL|DN|entry|entries|must-change|hasher|bind)\b`,
  'i',
)

/** Every sentence of the element. Functions are called with facts that fit. */
function sentencesOf(words: unknown): readonly string[] {
  if (typeof words === 'string') return [words]
  if (typeof words === 'function') return sentencesOf(words({ status: 'x', field: 'x' }, 'later'))
  return Object.values(Object(words)).flatMap(sentencesOf)
}

const shown = sentencesOf(english).flatMap((words) => words.split(/(?<=[.?!])\s+/))

describe('the words for operators', () => {
  it('are no words of databases and directories', () => {
    expect(shown.length).toBeGreaterThan(150)
    expect(shown.filter((sentence) => foreign.test(sentence))).toEqual([])
  })

  it('are sentences of at most 25 words', () => {
    const long = shown.filter((sentence) => sentence.split(/\s+/).length > 25)
    // The telephone alphabet and the names of characters are no sentences.
    expect(long).toEqual([])
  })

  it('call an account protected only where that is known', () => {
    const store = (key: string) => ({ reason: { reason: 'store', key } as const })
    const said = (key: string) =>
      explainTrouble({ code: 'privileged_user', ...store(key) }, english, 'load')
    expect(said('privileged_member')).toBe(
      'This account is protected, so it is not reset here. Ask an administrator.',
    )
    expect(said('privilege_unreadable')).toBe(
      'Whether this account is protected could not be found out, so it is not reset. ' +
        'Tell an administrator: privilege_unreadable.',
    )
    expect(said('service_account')).toContain('A reset would stop the program.')
  })

  it('finds a word of another trade', () => {
    expect(foreign.test('The user store refused the temporary password.')).toBe(true)
    expect(foreign.test('Another transaction holds a lock on the account.')).toBe(true)
  })
})
