import { PasswordPolicyError } from 'ldapts'
import { resultCodes } from '../connection/result-codes.ts'
import type { WriteAnswer } from '../plan/request.ts'
import type { Doing, Explain, Problem } from './problem.ts'
import { shownDn } from './problem.ts'

/** What a result means for every product that does not know better (RFC 4511, appendix A). */
export function explainResult(result: WriteAnswer, doing: Doing, dialect?: Explain): Problem {
  return dialect?.(result, doing) ?? general(result, doing)
}

function general({ code, policyError }: WriteAnswer, doing: Doing): Problem {
  if (doing.doing === 'bind' && policyError === PasswordPolicyError.ChangeAfterReset)
    return bindMustChange
  switch (code) {
    case resultCodes.invalidDnSyntax:
      return noDn(doing)
    case resultCodes.invalidCredentials:
      return {
        code: 'store_denied',
        key: 'bind_refused',
        message:
          'The directory refused the name or the password of the operator account. Correct them in the configuration of this application.',
      }
    case resultCodes.insufficientAccessRights:
      return doing.doing === 'write' ? mayNotWrite(doing.container) : mayNotRead
    case resultCodes.strongerAuthRequired:
    case resultCodes.confidentialityRequired:
      return {
        code: 'store_denied',
        key: 'stronger_connection_required',
        message:
          'The directory wants a stronger connection or sign-in than it was offered. Check its TLS and authentication settings.',
      }
    case resultCodes.referral:
      return {
        code: 'store_denied',
        key: 'referral',
        message:
          'This server holds no writable copy of the entry and named another one. Put the address of the writable server into url.',
      }
    case resultCodes.busy:
      return {
        code: 'busy',
        key: 'directory_busy',
        message: 'The directory is busy. Nothing was changed. Try again in a moment.',
      }
    case resultCodes.unavailable:
      return {
        code: 'store_unavailable',
        key: 'directory_unavailable',
        message: 'The directory is shutting down or starting. Try again later.',
      }
    case resultCodes.timeLimitExceeded:
    case resultCodes.adminLimitExceeded:
      return {
        code: 'store_unavailable',
        key: 'search_too_broad',
        message:
          'The directory gave up a search that was too long. Search for more characters, or index the attributes that are searched.',
      }
    case resultCodes.unavailableCriticalExtension:
      return {
        code: 'store_unavailable',
        key: 'control_not_supported',
        message:
          'The directory does not support an extension that a safe reset needs. Check that the dialect in the configuration is the right one.',
      }
    case resultCodes.constraintViolation:
      return {
        code: 'password_rejected',
        key: 'policy_rejected',
        message: 'The rules of the directory refused the temporary password. Nothing was changed.',
      }
    case resultCodes.unwillingToPerform:
      return {
        code: 'store_denied',
        key: 'unwilling',
        message:
          'The directory is unwilling to make this change; it may be read-only, or protect this entry. Nothing was changed.',
      }
    default:
      return {
        code: 'store_unavailable',
        key: 'unexpected_result',
        message: `The directory answered with LDAP result ${code}, which was not expected here.`,
        parameters: { ldapResult: code },
      }
  }
}

const bindMustChange: Problem = {
  code: 'store_denied',
  key: 'bind_must_change',
  message:
    'The operator account has to choose a new password before it may do anything else, because somebody else has set the one that it has. Let it choose one (ldappasswd -S), and put that into the configuration.',
}

function noDn(doing: Doing): Problem {
  const dn = doing.doing === 'read' ? shownDn(doing.base) : ''
  const which = dn === '' ? 'The dn that bind gives' : `The name ${JSON.stringify(dn)}`
  return {
    code: 'store_denied',
    key: 'invalid_dn',
    message: `${which} is no distinguished name for this directory. Correct it in the configuration: bind, baseDn, privilegedGroups, defaultPolicy or globalPolicy.`,
    ...(dn === '' ? {} : { parameters: { dn } }),
  }
}

function mayNotWrite(container: string): Problem {
  return {
    code: 'store_denied',
    key: 'operator_may_not_reset',
    message: `The operator account may not reset passwords in ${shownDn(container)}. Grant it the rights that the guide for this directory names.`,
    parameters: { container: shownDn(container) },
  }
}

const mayNotRead: Problem = {
  code: 'store_denied',
  key: 'operator_may_not_read',
  message:
    'The operator account may not read what it needs. Grant it the rights that the guide for this directory names.',
}
