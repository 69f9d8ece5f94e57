import { visibleText } from '../text/visible-text.ts'
import type { UserFact } from './user.ts'

/** Most facts of an account, and most characters of a name and of a value. */
const mostFacts = 12
const longestName = 40
const longestValue = 200

/**
 * Facts for a user, in their order, from what a store has read. A fact without a value is left out,
 * and a long value is cut. Hidden characters stay: pages escape a fact, as they escape a name.
 *
 * @returns `undefined` where nothing is left.
 * @example
 * const facts = shownFacts([['Department', 'Nursing'], ['Employee number', '4711']])
 */
export function shownFacts(
  read: readonly (readonly [name: string, value: string | null | undefined])[],
): readonly UserFact[] | undefined {
  const facts = read.slice(0, mostFacts).flatMap(([name, value]) => {
    const text = value?.slice(0, 4 * longestValue).trim()
    return text ? [{ name, value: cut(text) }] : []
  })
  return facts.length > 0 ? facts : undefined
}

function cut(text: string): string {
  const characters = [...text]
  return characters.length > longestValue
    ? `${characters.slice(0, longestValue).join('')}…`
    : characters.join('')
}

/**
 * Why an option is no list of facts: names as operators read them, each with its column or its
 * attribute. `undefined` where all is well.
 *
 * @example
 * const problem = factsProblem({ Department: 'dept' })
 */
export function factsProblem(option: unknown): string | undefined {
  if (typeof option !== 'object' || option === null || Array.isArray(option))
    return 'has to be an object of names, each with where the fact stands'
  const names = Object.keys(option)
  if (names.length > mostFacts) return `names more than ${mostFacts} facts`
  // An object brings a name like "7" to the front, whatever the order of the site is.
  const isName = (name: string) =>
    /^\p{L}/u.test(name) && name.length <= longestName && visibleText(name) === name
  return names.every(isName)
    ? undefined
    : `has a name that does not begin with a letter, or is longer than ${longestName} characters`
}
