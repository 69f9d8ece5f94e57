import { resultCodes } from '../connection/result-codes.ts'
import type { Explain, Problem } from '../explain/problem.ts'
import { shownDn } from '../explain/problem.ts'
import type { WriteAnswer } from '../plan/request.ts'
import { bindError, bindErrors } from './bind-error.ts'

/** What a domain controller means beyond the general meaning of a result. */
export const explainActiveDirectory: Explain = (result, doing) => {
  switch (doing.doing) {
    case 'bind':
      return refusedBind(bindError(result))
    case 'read':
      return undefined
    case 'write':
      return refusedWrite(result, doing.container)
    default:
      return doing satisfies never
  }
}

/**
 * ERROR_PASSWORD_RESTRICTION ([MS-ERREF] 2.2), as it begins the diagnostic message of a refused
 * password.
 */
const passwordRestriction = /^0000052D\b/i

function refusedWrite({ code, diagnostic }: WriteAnswer, container: string): Problem | undefined {
  switch (code) {
    case resultCodes.insufficientAccessRights:
      return {
        code: 'store_denied',
        key: 'operator_may_not_reset',
        message: `The operator account may not reset passwords in ${shownDn(container)}: grant Reset Password and write pwdLastSet and lockoutTime. Accounts that AdminSDHolder protects take no such grant.`,
        parameters: { container: shownDn(container) },
      }
    case resultCodes.constraintViolation:
    case resultCodes.unwillingToPerform:
      return passwordRestriction.test(diagnostic) ? restricted : undefined
    case resultCodes.referral:
      return {
        code: 'store_denied',
        key: 'referral',
        message:
          'This domain controller takes no writes (it may be a read-only one), or the account is in another domain. Put a writable controller of its domain into url.',
      }
    default:
      return undefined
  }
}

const restricted: Problem = {
  code: 'password_rejected',
  key: 'policy_rejected',
  message:
    "The domain's password policy refused the temporary password. Nothing was changed. If a fine-grained policy or a password filter applies to this account, choose a format that meets it.",
}

function refusedBind(error: string | undefined): Problem | undefined {
  switch (error) {
    case bindErrors.mustChange:
    case bindErrors.passwordExpired:
      return denied(
        'bind_must_change',
        'The password of the operator account has expired. Set a new one, in the directory and in the configuration.',
      )
    case bindErrors.disabled:
    case bindErrors.accountExpired:
      return denied(
        'bind_disabled',
        'The operator account is disabled or has expired. Enable it, or configure another one.',
      )
    case bindErrors.locked:
      return denied(
        'bind_locked',
        'The operator account is locked. Unlock it, and find out who tries wrong passwords for it.',
      )
    case bindErrors.notNow:
    case bindErrors.notHere:
      return denied(
        'bind_restricted',
        'The operator account may not sign in now, or from this computer. Change its logon hours or workstations.',
      )
    default:
      return undefined
  }
}

function denied(key: string, message: string): Problem {
  return { code: 'store_denied', key, message }
}
