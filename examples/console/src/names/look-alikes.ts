import type { User } from '@force-reset/core'
import { foldedText } from '@force-reset/core/store'

/**
 * Letters of other scripts and digits, each before the Latin letter that it is drawn like (Unicode
 * Technical Standard 39, section 4). `i` and `l` are one: a capital `I` is drawn like a small `l`.
 */
const pairs =
  'аaеeоoрpсcуyхxіlјjѕsԁdһhԛqԝwѵvӏlкkмmтt' + 'αaοoνvρpιlυuγyκkτtχx' + 'օoսuհhոn' + '0o1l|lil'
const drawnLike = new Map(
  Array.from(pairs.matchAll(/(.)(.)/gu), ([, letter = '', latin = '']) => [letter, latin]),
)

/** The same text for names that a tired reader may take for one another. */
function skeleton(name: string): string {
  const plain = foldedText(name)
    .normalize('NFKD')
    .replace(/[\p{M}\p{P}\p{Z}]/gu, '')
  return Array.from(plain, (letter) => drawnLike.get(letter) ?? letter)
    .join('')
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w')
}

/** What two accounts have in common: the very name, or names that look alike. */
export type Likeness = 'same' | 'alike'

/** How the names of two accounts are alike. `undefined`: nobody takes one for the other. */
export function likenessOf(one: User, other: User): Likeness | undefined {
  const shared = (fold: (name: string) => string) => {
    const isOne = (name = '', another = '') => {
      const folded = fold(name)
      return folded !== '' && folded === fold(another)
    }
    return isOne(one.username, other.username) || isOne(one.displayName, other.displayName)
  }
  if (shared(foldedText)) return 'same'
  return shared(skeleton) ? 'alike' : undefined
}
