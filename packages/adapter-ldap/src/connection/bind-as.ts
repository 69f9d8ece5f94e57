import { PasswordPolicyError } from 'ldapts'
import { PolicyStateControl } from './controls.ts'
import type { Credentials } from './fetched-credentials.ts'
import type { LdapConnection, LdapResult } from './ldap-connection.ts'
import { resultCodes } from './result-codes.ts'
import { secretValue } from './secret-value.ts'

/** What came of a bind. */
export interface BindResult extends LdapResult {
  /**
   * What the password policy says, also of a bind that succeeded
   * (draft-behera-ldap-password-policy, section 6.2).
   */
  readonly policyError?: number | undefined
}

/**
 * Binds with a password whose bytes are wiped afterwards. The string in the configuration cannot be
 * wiped.
 *
 * @throws {TransportError}
 * @example
 * const result = await bindAs(connection, { dn, password })
 */
export async function bindAs(
  connection: LdapConnection,
  { dn, password }: Credentials,
): Promise<BindResult> {
  const secret = secretValue(new TextEncoder().encode(password))
  const policy = new PolicyStateControl()
  try {
    const result = await connection.bind({ dn, password: secret.value, controls: [policy] })
    return { code: result.code, diagnostic: result.diagnostic, policyError: policy.value?.error }
  } finally {
    secret.wipe()
  }
}

/**
 * Whether the account may do its work now. An account that must choose a new password is let in for
 * nothing but that.
 *
 * @example
 * if (!isLetIn(result)) throw new BindRefused(result)
 */
export function isLetIn({ code, policyError }: BindResult): boolean {
  return code === resultCodes.success && policyError !== PasswordPolicyError.ChangeAfterReset
}
