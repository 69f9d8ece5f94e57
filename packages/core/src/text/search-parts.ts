/** Parts of a search that are looked for; further ones are left out. */
const mostParts = 5

/**
 * The parts of a search, split at white space of any kind. Every part has to be found, in any order
 * and in any of the searched texts. A comma at the end of a part is no part of a name. Five parts
 * at most: further ones are left out. No part means that everybody is found.
 *
 * @example
 * searchParts('Okafor,  Mina') // ['Okafor', 'Mina']
 */
export function searchParts(search: string | undefined): readonly string[] {
  // U+0085 is white space of Unicode, and not of a regular expression.
  const parts = (search ?? '').split(/[\s\u0085]+/).filter((part) => part !== '')
  return parts.slice(0, mostParts).map((part) => part.replace(/(?<=.),+$/su, ''))
}

/** Signs that mean the same: any of them, the one of the keyboard, and the one of print. */
const signs = [
  [/['\u2018\u2019\u02bc]/g, "'", '\u2019'],
  [/[-\u2010\u2011]/g, '-', '\u2010'],
] as const

/**
 * The spellings of a part of a search: a name is stored with the apostrophe and the hyphen of the
 * keyboard, or with those of print (U+2019, U+2010). Nobody can hear which. The part itself comes
 * first.
 *
 * @example
 * searchSpellings("o'neill") // ["o'neill", 'o\u2019neill']
 */
export function searchSpellings(part: string): readonly string[] {
  const spellings = signs.reduce<readonly string[]>(
    (texts, [any, ...ways]) =>
      part.search(any) < 0
        ? texts
        : texts.flatMap((text) => ways.map((way) => text.replace(any, way))),
    [part],
  )
  return [...new Set([part, ...spellings])]
}
