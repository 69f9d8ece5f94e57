/** How many characters a reader holds in mind; longer runs are cut. */
const runLength = 4
const longestRun = 6
/** A word can be longer. The word still has to fit on one line of a telephone. */
const longestWord = 16

/**
 * The characters of a password in groups that can be read and said. The separators of the password
 * end the groups. A password without separators is cut into fours. Nothing is added or left out: a
 * separator stays at the end of its group.
 *
 * A separator is the only character that is neither a letter nor a digit, and stands inside.
 */
export function characterGroups(characters: readonly string[]): readonly (readonly string[])[] {
  const groups: string[][] = [[]]
  for (const character of characters) {
    groups.at(-1)?.push(character)
    if (isSymbol(character)) groups.push([])
  }
  const isSeparated =
    new Set(characters.filter(isSymbol)).size === 1 &&
    groups.every(([first]) => first !== undefined && !isSymbol(first))
  return isSeparated ? groups.flatMap(short) : inFours(characters, characters.length)
}

/** The group, or its parts where a group without its separator is too long to hold in mind. */
function short(group: readonly string[]): readonly (readonly string[])[] {
  const { length } = group.filter((character) => !isSymbol(character))
  const longest = group.some((character) => /[0-9]/.test(character)) ? longestRun : longestWord
  return length > longest ? inFours(group, length) : [group]
}

/** Cuts the first `length` characters. A separator behind them stays with the last group. */
function inFours(characters: readonly string[], length: number): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(length / runLength) }, (_, index) => {
    const end = (index + 1) * runLength
    return characters.slice(end - runLength, end < length ? end : undefined)
  })
}

function isSymbol(character: string): boolean {
  return !/[a-z0-9]/i.test(character)
}
