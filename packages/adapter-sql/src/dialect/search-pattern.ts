/**
 * A LIKE pattern for text that contains `part`. The escape character is `!`, which has no meaning
 * of its own in any database.
 *
 * @example
 * containing('50%') // '%50!%%'
 */
export function containing(part: string): string {
  return `%${part.replaceAll(/[!%_]/g, '!$&')}%`
}

/**
 * The text as typed, in small letters, in capitals, and with a capital at the start of each word.
 * Spellings that differ only in the case of ASCII letters appear once.
 *
 * @example
 * caseVariants('öl') // ['öl', 'ÖL', 'Öl']
 */
export function caseVariants(part: string): readonly string[] {
  const small = part.toLowerCase()
  const capital = part.toUpperCase()
  const capitalized = small.replaceAll(
    /(^|[\s.\-_@])(\p{L})/gu,
    (_, before: string, letter: string) => before + letter.toUpperCase(),
  )
  const seen = new Set<string>()
  return [part, small, capital, capitalized].filter((variant) => {
    const key = asciiLower(variant)
    return !seen.has(key) && seen.add(key)
  })
}

/** The text with the letters of ASCII in small letters, as every database writes them. */
export function asciiLower(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())
}
