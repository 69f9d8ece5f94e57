import type { PasswordHasher } from '@force-reset/adapter-sql'
import { hash } from 'bcryptjs'

/**
 * `$2b$12$…`. bcryptjs takes text only, so a copy of the temporary password stays in memory until
 * that copy is collected. The native `bcrypt` takes `Buffer.from(password.buffer)` without a copy.
 */
export const bcryptHasher: PasswordHasher = (password) =>
  hash(new TextDecoder().decode(password), 12)
