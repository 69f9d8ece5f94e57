import { PasswordPolicyError } from 'ldapts'
import { resultCodes } from '../connection/result-codes.ts'
import type { WriteAnswer } from '../plan/request.ts'
import type { Doing, Explain, Explanation } from './explanation.ts'
import { shownDn } from './explanation.ts'

/**
 * Explains a result of the directory: as its product does, and otherwise by the general meaning of
 * the code (RFC 4511, appendix A).
 *
 * @example
 * const { code, what, cure } = explainResult(result, { doing: 'bind' }, dialect.explain)
 */
export function explainResult(result: WriteAnswer, doing: Doing, dialect?: Explain): Explanation {
  return dialect?.(result, doing) ?? general(result, doing)
}

function general({ code, policyError }: WriteAnswer, doing: Doing): Explanation {
  if (doing.doing === 'bind' && policyError === PasswordPolicyError.ChangeAfterReset)
    return mustChange
  switch (code) {
    case resultCodes.invalidDnSyntax:
      return noDn(doing)
    case resultCodes.invalidCredentials:
      return {
        code: 'store_denied',
        key: 'service_account_refused',
        what: 'The directory refused the name or the password of the service account.',
        cure: 'Correct the name and the password in the configuration of this application.',
      }
    case resultCodes.insufficientAccessRights:
      return doing.doing === 'write' ? mayNotWrite(doing.container) : mayNotRead
    case resultCodes.strongerAuthRequired:
    case resultCodes.confidentialityRequired:
      return {
        code: 'store_denied',
        key: 'stronger_connection_required',
        what: 'The directory demands a stronger connection or a stronger sign-in.',
        cure: 'Check the TLS and authentication settings of the directory.',
      }
    case resultCodes.referral:
      return {
        code: 'store_denied',
        key: 'referral',
        what: 'This server holds no writable copy of the entry, and named another server.',
        cure: 'Put the address of the writable server into url.',
      }
    case resultCodes.busy:
      return {
        code: 'busy',
        key: 'directory_busy',
        what: 'The directory is busy.',
        cure: 'Try again in a moment.',
      }
    case resultCodes.unavailable:
      return {
        code: 'store_unavailable',
        key: 'directory_unavailable',
        what: 'The directory is shutting down or starting.',
        cure: 'Try again later.',
      }
    case resultCodes.timeLimitExceeded:
    case resultCodes.adminLimitExceeded:
      return {
        code: 'store_unavailable',
        key: 'search_too_broad',
        what: 'The directory gave up a search that took too long.',
        cure: 'Search for more characters, or index the attributes that are searched.',
      }
    case resultCodes.unavailableCriticalExtension:
      return {
        code: 'store_unavailable',
        key: 'control_not_supported',
        what: 'The directory does not support an extension that a safe reset needs.',
        cure: 'Check that the dialect in the configuration is the right one.',
      }
    case resultCodes.constraintViolation:
      return {
        code: 'password_rejected',
        key: 'policy_rejected',
        what: 'The rules of the directory refused the temporary password.',
      }
    case resultCodes.unwillingToPerform:
      return {
        code: 'store_denied',
        key: 'unwilling',
        what:
          'The directory is unwilling to make this change. ' +
          'The directory may be read-only, or may protect this entry.',
        cure: 'Put a writable server into url, or look at the log of the directory.',
      }
    default:
      return {
        code: 'store_unavailable',
        key: 'unexpected_result',
        what: `The directory answered with LDAP result ${code}, which was not expected here.`,
        cure: 'Look up that request in the log of the directory.',
        parameters: { ldapResult: code },
      }
  }
}

const mustChange: Explanation = {
  code: 'store_denied',
  key: 'service_account_must_change',
  what:
    'The service account has to choose a new password before it may do anything else. ' +
    'Somebody else has set its present password.',
  cure:
    'Let the service account choose a password (ldappasswd -S), ' +
    'and put that password into the configuration.',
}

function noDn(doing: Doing): Explanation {
  const dn = doing.doing === 'read' ? shownDn(doing.base) : ''
  const which = dn === '' ? 'The dn that bind gives' : `The name ${JSON.stringify(dn)}`
  return {
    code: 'store_denied',
    key: 'invalid_dn',
    what: `${which} is no distinguished name for this directory.`,
    cure:
      'Correct the name in the configuration: ' +
      'bind, baseDn, privilegedGroups, defaultPolicy or globalPolicy.',
    ...(dn === '' ? {} : { parameters: { dn } }),
  }
}

function mayNotWrite(container: string): Explanation {
  return {
    code: 'store_denied',
    key: 'service_account_may_not_reset',
    what: `The service account may not reset passwords in ${shownDn(container)}.`,
    cure: seeGuide,
    parameters: { container: shownDn(container) },
  }
}

const seeGuide = 'Grant the service account the rights that the guide for this directory names.'

const mayNotRead: Explanation = {
  code: 'store_denied',
  key: 'service_account_may_not_read',
  what: 'The service account may not read everything that this application needs.',
  cure: seeGuide,
}
