/**
 * A LIKE pattern for text that contains `part`; the escape character is `!`, which no database
 * treats specially by itself.
 */
export function containing(part: string): string {
  return `%${part.replaceAll(/[!%_]/g, '!$&')}%`
}

/**
 * As typed, in small letters, in capitals, and with a capital at the start of each word; each
 * spelling once where ASCII case does not matter.
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

/** In small letters, as far as every database knows them. */
export function asciiLower(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())
}
