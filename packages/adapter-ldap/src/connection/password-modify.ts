import { encoded } from './messages.ts'
import type { SecretValue } from './secret-value.ts'
import { TransportError } from './transport-error.ts'

/** The extended operation that sets a password (RFC 3062). */
export const passwordModifyOid = '1.3.6.1.4.1.4203.1.11.1'

/** Context-specific tags 0 and 2 of its request: whose password, and the new one. */
const userIdentity = 0x80
const newPasswordTag = 0x82

/**
 * The value of the request: a new password for the entry. The copy of the bytes in this value is
 * wiped with the secret.
 *
 * @throws {TransportError} `not_sent` without a password.
 * @example
 * const value = passwordModifyValue(dn, secretValue(bytes))
 */
export function passwordModifyValue(dn: string, newPassword: SecretValue | undefined): Buffer {
  if (newPassword === undefined) throw new TransportError('not_sent')
  return encoded((writer) => {
    writer.startSequence()
    writer.writeString(dn, userIdentity)
    writer.writeBuffer(newPassword.value, newPasswordTag)
    writer.endSequence()
  })
}
