import { PasswordPolicyError } from 'ldapts'
import { resultCodes } from '../connection/result-codes.ts'
import type { Explain, Explanation } from '../explain/explanation.ts'
import { shownDn } from '../explain/explanation.ts'
import type { WriteAnswer } from '../plan/request.ts'

/** Explains what slapd and its overlay ppolicy mean beyond the general meaning of a result. */
export const explainOpenLdap: Explain = (result, doing) => {
  switch (doing.doing) {
    case 'bind':
      return refusedBind(result)
    case 'read':
      return undefined
    case 'write':
      return refusedWrite(result, doing.container)
    default:
      return doing satisfies never
  }
}

/**
 * The result code is the one of a wrong password. Only the control says more, and says that an
 * account is locked only with `ppolicy_use_lockout`.
 */
function refusedBind({ policyError }: WriteAnswer): Explanation | undefined {
  switch (policyError) {
    case PasswordPolicyError.AccountLocked:
      return {
        code: 'store_denied',
        key: 'service_account_locked',
        what:
          'The service account is locked: by failed sign-ins, by an administrator, ' +
          'or because it has ended or was not used for too long.',
        cure: 'Unlock the service account, and find out who tries wrong passwords for it.',
      }
    case PasswordPolicyError.PasswordExpired:
      return {
        code: 'store_denied',
        key: 'service_account_must_change',
        what: 'The password of the service account has expired.',
        cure:
          'Let an administrator set a new password, and let the service account choose another ' +
          '(ldappasswd -S). Put the latter into the configuration.',
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
    case resultCodes.constraintViolation:
    case resultCodes.insufficientAccessRights:
      return policyError === undefined ? mayNotReset(code, container) : brokenRule(policyError)
    case resultCodes.undefinedAttributeType:
    case resultCodes.noSuchAttribute:
    case resultCodes.objectClassViolation:
      return {
        code: 'must_change_ineffective',
        key: 'no_password_policy',
        what:
          'This directory has no password policy overlay (ppolicy): it does not know pwdReset. ' +
          'No reset is possible here, not even a reset without must-change. ' +
          'The server would store the temporary password as text.',
        cure: 'Load the module ppolicy, and put the overlay on the database.',
      }
    default:
      return undefined
  }
}

function mayNotReset(code: number, container: string): Explanation | undefined {
  if (code !== resultCodes.insufficientAccessRights) return undefined
  return {
    code: 'store_denied',
    key: 'service_account_may_not_reset',
    what: `The service account may not reset passwords in ${shownDn(container)}.`,
    cure:
      'Grant the service account =w on userPassword there, and write on pwdReset. ' +
      'Where resets also write the day of the last change, grant write on that attribute of the ' +
      'class shadowAccount.',
    parameters: { container: shownDn(container) },
  }
}

/** Errors of the password policy control (draft-behera-ldap-password-policy, section 6.2). */
function brokenRule(policyError: number): Explanation | undefined {
  switch (policyError) {
    case PasswordPolicyError.PasswordTooShort:
      return {
        code: 'password_rejected',
        key: 'password_too_short',
        what: 'The password policy demands longer passwords than the rules that could be read.',
        cure: 'Let the service account read the policy.',
      }
    case PasswordPolicyError.InsufficientPasswordQuality:
      return {
        code: 'password_rejected',
        key: 'password_quality',
        what: 'The quality check of the password policy refused the temporary password.',
        cure: 'Choose a format that the check accepts.',
      }
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
        what: 'The password policy allows no change so soon after the last one (pwdMinAge).',
        cure: 'Try again later.',
      }
    case PasswordPolicyError.PasswordModNotAllowed:
      return {
        code: 'password_rejected',
        key: 'password_change_not_allowed',
        what: 'The password policy allows no changes of this password (pwdAllowUserChange).',
      }
    case PasswordPolicyError.MustSupplyOldPassword:
      return {
        code: 'password_rejected',
        key: 'old_password_required',
        what:
          'The password policy demands the old password (pwdSafeModify), ' +
          'which no operator knows.',
        cure: 'Set pwdSafeModify to FALSE.',
      }
    default:
      return undefined
  }
}
