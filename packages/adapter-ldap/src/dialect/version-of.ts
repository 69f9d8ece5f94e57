import { hash } from 'node:crypto'
import type { User } from '@force-reset/core'

/** What an operator decides on, together with the generation of the password. */
export type Versioned = Pick<User, 'status' | 'privileged' | 'username' | 'email' | 'displayName'>

/**
 * The version of an account. It moves with the password, the status, the privilege and the
 * displayed identity, and with nothing else.
 *
 * @param generation - What a new password changes, and a failed sign-in does not. It is no secret.
 * @example
 * const version = versionOf([text(entry, 'pwdChangedTime')], shown)
 */
export function versionOf(generation: readonly (string | undefined)[], user: Versioned): string {
  const { status, privileged, username, email, displayName } = user
  const parts = [generation, status, privileged, username, email, displayName]
  return hash('sha256', JSON.stringify(parts), 'base64url').slice(0, 32)
}
