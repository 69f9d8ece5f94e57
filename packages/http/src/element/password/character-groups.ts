/** Characters that belong together, and what stands between them and the next group. */
export interface CharacterGroup {
  readonly characters: readonly string[]
  /** Part of the password like everything else; empty where the groups are ours alone. */
  readonly separator: string
}

/** How many characters a reader holds in mind; longer runs are cut. */
const runLength = 4
const longestRun = 6
/** A word can be longer. It still has to fit on one line of a telephone. */
const longestWord = 16

/**
 * The characters of a password in groups that can be read and said: between its separators, and in
 * fours where there are none.
 *
 * A separator is the only character that is neither a letter nor a digit, and stands inside.
 * Nothing is added or left out.
 */
export function characterGroups(characters: readonly string[]): readonly CharacterGroup[] {
  const separator = separatorIn(characters)
  const groups: { characters: string[]; separator: string }[] = [{ characters: [], separator: '' }]
  for (const character of characters) {
    const last = groups[groups.length - 1]
    if (character === separator) {
      if (last !== undefined) last.separator = character
      groups.push({ characters: [], separator: '' })
    } else last?.characters.push(character)
  }
  return groups.flatMap((group) => cut(group, separator !== undefined))
}

function separatorIn(characters: readonly string[]): string | undefined {
  const symbols = new Set(characters.filter((character) => !/[a-z0-9]/i.test(character)))
  const [symbol] = symbols
  if (
    symbols.size !== 1 ||
    characters[0] === symbol ||
    characters[characters.length - 1] === symbol
  )
    return undefined
  return characters.some((character, at) => character === symbol && characters[at + 1] === symbol)
    ? undefined
    : symbol
}

function cut(group: CharacterGroup, separated: boolean): readonly CharacterGroup[] {
  const { characters, separator } = group
  const isWord = characters.every((character) => /[a-z]/i.test(character))
  if (separated && characters.length <= (isWord ? longestWord : longestRun)) return [group]
  return Array.from({ length: Math.ceil(characters.length / runLength) }, (_, index) => {
    const end = (index + 1) * runLength
    return {
      characters: characters.slice(end - runLength, end),
      separator: end < characters.length ? '' : separator,
    }
  })
}
