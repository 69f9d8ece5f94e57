/** Parts of a search that are looked for; further ones are left out. */
const mostParts = 5

/**
 * The parts of a search, split at white space of any kind. Every part has to be found, in any order
 * and in any of the searched texts. Five parts at most: further ones are left out. No part means
 * that everybody is found.
 *
 * @example
 * searchParts('Okafor  Mina') // ['Okafor', 'Mina']
 */
export function searchParts(search: string | undefined): readonly string[] {
  // U+0085 is white space of Unicode, and not of a regular expression.
  const parts = (search ?? '').split(/[\s\u0085]+/).filter((part) => part !== '')
  return parts.slice(0, mostParts)
}
