/** Characters that belong together, and the separator between them and the next group. */
export interface CharacterGroup {
  readonly characters: readonly string[]
  /** A part of the password; empty where the password has no separators of its own. */
  readonly separator: string
}

/** How many characters a reader holds in mind; longer runs are cut. */
const runLength = 4
const longestRun = 6
/** A word can be longer. The word still has to fit on one line of a telephone. */
const longestWord = 16

/**
 * The characters of a password in groups that can be read and said: between the separators of the
 * password, or in fours where there are none. Nothing is added or left out.
 *
 * A separator is the only character that is neither a letter nor a digit, and stands inside.
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
