import type { PasswordHasher } from '@force-reset/adapter-sql'
import { argon2id } from '@force-reset/adapter-sql/argon2'

const hasher = argon2id()

/** `{ARGON2ID}$argon2id$…`, as Dovecot and others keep it: the scheme in front, in the case that the sign-in expects. */
export const prefixedHasher: PasswordHasher = async (password) => `{ARGON2ID}${await hasher(password)}`
