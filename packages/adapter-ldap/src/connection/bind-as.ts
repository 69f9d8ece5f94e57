import type { Credentials } from '../credentials.ts'
import type { LdapConnection, LdapResult } from './ldap-connection.ts'
import { secretValue } from './secret-value.ts'

/** Binds with a password that is wiped afterwards, as far as it can be: what a configuration holds is a string. */
export async function bindAs(connection: LdapConnection, { dn, password }: Credentials): Promise<LdapResult> {
  const secret = secretValue(new TextEncoder().encode(password))
  try {
    return await connection.bind({ dn, password: secret.value })
  } finally {
    secret.wipe()
  }
}
