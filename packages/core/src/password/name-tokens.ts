import type { User } from '../port/user.ts'

/**
 * Longer names are cut, in characters: each part costs time, and the store checks a password, too.
 */
const longestName = 256

/**
 * What a password must not contain of its user: the user name, and the parts of user name, email
 * and display name of at least three characters, divided as Active Directory divides them (MS-SAMR,
 * section 3.1.1.7.2: comma, period, hyphen, underscore, space, number sign, tab; and the at sign).
 */
export function nameTokens(
  user: Pick<User, 'username' | 'displayName' | 'email'>,
): readonly string[] {
  const names = [user.username, user.email ?? '', user.displayName ?? ''].map((name) =>
    name.slice(0, longestName),
  )
  const parts = names.flatMap((name) => name.split(/[,.\-_ #\t@]+/))
  return [...new Set([...names, ...parts].map((part) => part.toLowerCase()))].filter(
    (part) => part.length >= 3,
  )
}
