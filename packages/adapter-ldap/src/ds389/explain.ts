import { PasswordPolicyError } from 'ldapts'
import { resultCodes } from '../connection/result-codes.ts'
import type { Explain, Explanation } from '../explain/explanation.ts'
import { shownDn } from '../explain/explanation.ts'
import type { WriteAnswer } from '../plan/request.ts'

/** Explains what 389-ds means beyond the general meaning of a result. */
export const explainDs389: Explain = (result, doing) => {
  switch (doing.doing) {
    case 'bind':
      return refusedBind(result.code)
    case 'read':
      return undefined
    case 'write':
      return refusedWrite(result, doing.container)
    default:
      return doing satisfies never
  }
}

function refusedBind(code: number): Explanation | undefined {
  switch (code) {
    case resultCodes.unwillingToPerform:
      return {
        code: 'store_denied',
        key: 'service_account_disabled',
        what: 'The service account is inactivated.',
        cure: 'Activate the service account, or configure another one.',
      }
    case resultCodes.constraintViolation:
      return {
        code: 'store_denied',
        key: 'service_account_locked',
        what: 'The service account is locked.',
        cure: 'Unlock the service account, and find out who tries wrong passwords for it.',
      }
    default:
      return undefined
  }
}

function refusedWrite(
  { code, policyError }: WriteAnswer,
  container: string,
): Explanation | undefined {
  switch (code) {
    case resultCodes.insufficientAccessRights:
      return {
        code: 'store_denied',
        key: 'service_account_may_not_reset',
        what: `The service account may not reset passwords in ${shownDn(container)}.`,
        cure: 'Give the service account an ACI there that allows write on userPassword.',
        parameters: { container: shownDn(container) },
      }
    case resultCodes.constraintViolation:
      return brokenRule(policyError)
    default:
      return undefined
  }
}

/** Errors of the password policy control (draft-behera-ldap-password-policy, section 6.2). */
function brokenRule(policyError: number | undefined): Explanation {
  switch (policyError) {
    case PasswordPolicyError.PasswordInHistory:
      return {
        code: 'password_rejected',
        key: 'password_in_history',
        what: 'The directory says that this password was used before.',
        cure: 'Reset again: a new password will be made.',
      }
    case PasswordPolicyError.PasswordTooYoung:
      return {
        code: 'password_rejected',
        key: 'password_too_young',
        what: 'The password policy allows no change so soon after the last one (passwordMinAge).',
        cure: 'Try again later.',
      }
    case PasswordPolicyError.PasswordTooShort:
    case PasswordPolicyError.InsufficientPasswordQuality:
      return {
        code: 'password_rejected',
        key: 'password_quality',
        what: 'The syntax check of the password policy refused the temporary password.',
        cure:
          'Let the service account read uid, cn, sn, givenName, ou and mail of users: ' +
          'their parts are then avoided. Or choose a format that the check accepts.',
      }
    default:
      return {
        code: 'password_rejected',
        key: 'policy_rejected',
        what: 'The password policy refused the temporary password.',
      }
  }
}
