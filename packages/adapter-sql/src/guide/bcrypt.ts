import type { PasswordHasher } from '@force-reset/adapter-sql'
import { hash } from 'bcryptjs'

/**
 * `$2b$12$…`. bcryptjs takes text only, so a copy of the temporary password stays in memory until
 * that copy is collected. The native `bcrypt` takes `Buffer.from(password.buffer)` without a copy.
 */
export const bcryptHasher: PasswordHasher = (password) =>
  hash(new TextDecoder().decode(password), 12)

/**
 * `$2y$12$…`, as PHP and Laravel read it. They refuse `$2b$`, and pgcrypto reads `$2a$` only. The
 * rest of the hash is the same under each of the three prefixes.
 */
export const phpBcryptHasher: PasswordHasher = async (password) =>
  `$2y$${(await bcryptHasher(password)).slice('$2b$'.length)}`
