import type { User } from '../port/user.ts'

/**
 * Longest name that is read, in characters: each part costs time. The store checks the password,
 * too.
 */
const longestName = 256

/**
 * Words about a user that the user's password must not contain: the names of the user, and their
 * parts of at least three characters.
 *
 * Names are divided as Active Directory divides them (MS-SAMR, section 3.1.1.7.2): at a comma,
 * period, hyphen, underscore, space, number sign and tab. The at sign divides names as well.
 *
 * @example
 * const password = generateTemporaryPassword(grouped(), { forbidden: nameTokens(user) })
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
