import type { LdapResult } from '../connection/ldap-connection.ts'
import { resultCodes } from '../connection/result-codes.ts'

/**
 * Windows errors in the diagnostic message of a refused bind ([MS-ERREF] 2.2), as they are written
 * there.
 */
export const bindErrors = Object.freeze({
  noSuchUser: '525',
  wrongPassword: '52e',
  notNow: '530',
  notHere: '531',
  passwordExpired: '532',
  disabled: '533',
  accountExpired: '701',
  mustChange: '773',
  locked: '775',
})

/**
 * The `data` of a refused bind: `80090308: LdapErr: DSID-…, data 52e, v4563`.
 *
 * @example
 * const isWrong = bindError(result) === bindErrors.wrongPassword
 */
export function bindError({ code, diagnostic }: LdapResult): string | undefined {
  return code === resultCodes.invalidCredentials
    ? /\bdata ([0-9a-f]{1,8})\b/i.exec(diagnostic)?.[1]?.toLowerCase()
    : undefined
}
