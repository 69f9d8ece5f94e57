import { pbkdf2, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import type { PasswordHasher } from '@force-reset/adapter-sql'

/** As in your Django release. Django takes any number, and raises a lower one at the sign-in. */
const iterations = 1_000_000

/** Django's default: `pbkdf2_sha256$1000000$salt$key`. The salt is text, and hashed as text. */
export const djangoHasher: PasswordHasher = async (password) => {
  const salt = randomBytes(16).toString('hex')
  const key = await promisify(pbkdf2)(password, salt, iterations, 32, 'sha256')
  return `pbkdf2_sha256$${iterations}$${salt}$${key.toString('base64')}`
}
