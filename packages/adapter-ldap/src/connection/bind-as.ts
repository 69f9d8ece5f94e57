import { PasswordPolicyError } from 'ldapts'
import { PolicyStateControl } from './controls.ts'
import type { Credentials } from './credentials.ts'
import type { LdapConnection, LdapResult } from './ldap-connection.ts'
import { resultCodes } from './result-codes.ts'
import { secretValue } from './secret-value.ts'

/** What came of a bind. */
export interface BindResult extends LdapResult {
  /**
   * What the password policy says (draft-behera-ldap-password-policy, section 6.2), also of a bind
   * that succeeded.
   */
  readonly policyError?: number | undefined
}

/**
 * Binds with a password that is wiped afterwards, as far as it can be: what a configuration holds
 * is a string.
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
 * Whether the account may do its work now: one that must choose a new password is let in for
 * nothing but that.
 */
export function isLetIn({ code, policyError }: BindResult): boolean {
  return code === resultCodes.success && policyError !== PasswordPolicyError.ChangeAfterReset
}
