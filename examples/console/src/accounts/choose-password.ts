import { userWords } from '../words/user.ts'
import type { Account } from './accounts.ts'
import type { PasswordCheck } from './password-check.ts'

const words = userWords.objections

/**
 * NIST SP 800-63B-4, section 3.1.1.2: at least 15 characters where the password is the only factor;
 * no other rule of composition.
 */
export const leastLength = 15

/** A limit against hashing megabytes, far beyond any passphrase. */
const greatestLength = 256

/** Why a password cannot become the user's own, in words for the user; `undefined` when it can. */
export async function objectionTo(
  chosen: { readonly password: string; readonly repeated: string },
  account: Account,
  passwords: PasswordCheck,
): Promise<string | undefined> {
  const length = [...chosen.password].length
  if (length < leastLength) return words.tooShort(leastLength)
  if (length > greatestLength) return words.tooLong(greatestLength)
  if (chosen.password !== chosen.repeated) return words.different
  if (chosen.password.toLowerCase() === account.username.toLowerCase()) return words.username
  // Capitals, and a space that was pasted with the password, make no other password.
  for (const same of new Set([chosen.password, chosen.password.trim().toLowerCase()]))
    if (await passwords.matches(account.passwordHash, same)) return words.temporary
  return undefined
}
