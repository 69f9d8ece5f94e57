/**
 * The known name that somebody may have meant: the words are the same, in any order, but for slips
 * of the keyboard. `undefined` where no name is near.
 *
 * @example
 * nearestName('groupsPrivileged', ['baseDn', 'privilegedGroups']) // 'privilegedGroups'
 */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const words = wordsOf(name)
  return known.find((one) => {
    const meant = wordsOf(one)
    const joined = meant.join('')
    // A slip can also part words, or join them.
    if (isLike(words.join(''), joined, joined.length >> 3)) return true
    return words.length === meant.length && areAmong(words, meant) && areAmong(meant, words)
  })
}

/** `tlsCa`, `TLS_CA` and `tls-ca` have the words `tls` and `ca`. */
function wordsOf(name: string): readonly string[] {
  const parts = name.slice(0, 64).match(/[A-Z]?[a-z\d]+|[A-Z\d]+/g) ?? []
  return parts.map((part) => part.toLowerCase())
}

/** Whether each word has one like it among the others, with one slip in three letters. */
function areAmong(words: readonly string[], others: readonly string[]): boolean {
  return words.every((word) => others.some((other) => isLike(word, other, word.length / 3)))
}

/** Whether at most so many letters are put in, left out, exchanged, or swapped with the next. */
function isLike(one: string, other: string, slips: number): boolean {
  if (one === other) return true
  const rest = one.slice(1)
  const otherRest = other.slice(1)
  if (one[0] === other[0]) return isLike(rest, otherRest, slips)
  return (
    slips >= 1 &&
    (isLike(rest, otherRest, slips - 1) ||
      isLike(rest, other, slips - 1) ||
      isLike(one, otherRest, slips - 1) ||
      (one[0] === other[1] &&
        one[1] === other[0] &&
        isLike(one.slice(2), other.slice(2), slips - 1)))
  )
}
