import type { PasswordHasher } from '@force-reset/adapter-sql'
import { argon2id } from '@force-reset/adapter-sql/argon2'
import { bcryptHasher } from './bcrypt.ts'

const hasher = argon2id()

/** `{ARGON2ID}$argon2id$…`, as in Dovecot: the scheme is in the case that the sign-in expects. */
export const prefixedHasher: PasswordHasher = async (password) =>
  `{ARGON2ID}${await hasher(password)}`

/**
 * `{CRYPT}$2b$12$…`, as OpenLDAP and Dovecot hand it to `crypt(3)`. Linux (libxcrypt) knows bcrypt
 * there, musl and macOS do not.
 */
export const cryptHasher: PasswordHasher = async (password) =>
  `{CRYPT}${await bcryptHasher(password)}`
