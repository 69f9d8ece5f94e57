import { PasswordPolicyError } from 'ldapts'
import { resultCodes } from '../connection/result-codes.ts'
import type { Explain, Problem } from '../explain/problem.ts'
import { shownDn } from '../explain/problem.ts'
import type { WriteAnswer } from '../plan/request.ts'

/** What slapd and its password policy overlay mean beyond the general meaning of a result. */
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
 * slapd tells it from a wrong password in the control alone, and a lock only with
 * `ppolicy_use_lockout`.
 */
function refusedBind({ policyError }: WriteAnswer): Problem | undefined {
  switch (policyError) {
    case PasswordPolicyError.AccountLocked:
      return {
        code: 'store_denied',
        key: 'bind_locked',
        message:
          'The operator account is locked: by failed sign-ins, by an administrator, or because it has ended or was not used for too long. Unlock it, and find out who tries wrong passwords for it.',
      }
    case PasswordPolicyError.PasswordExpired:
      return {
        code: 'store_denied',
        key: 'bind_must_change',
        message:
          'The password of the operator account has expired. Let an administrator set a new one, let the account choose another (ldappasswd -S), and put that into the configuration.',
      }
    default:
      return undefined
  }
}

function refusedWrite({ code, policyError }: WriteAnswer, container: string): Problem | undefined {
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
        message:
          'This directory has no password policy overlay (ppolicy), so nobody can be made to choose a new password, and the server would store a temporary one as text. Load the module ppolicy and put the overlay on the database.',
      }
    default:
      return undefined
  }
}

function mayNotReset(code: number, container: string): Problem | undefined {
  if (code !== resultCodes.insufficientAccessRights) return undefined
  return {
    code: 'store_denied',
    key: 'operator_may_not_reset',
    message: `The operator account may not reset passwords in ${shownDn(container)}: grant it =w on userPassword and write on pwdReset.`,
    parameters: { container: shownDn(container) },
  }
}

/** Errors of the password policy control (draft-behera-ldap-password-policy, section 6.2). */
function brokenRule(policyError: number): Problem | undefined {
  switch (policyError) {
    case PasswordPolicyError.PasswordTooShort:
      return rejected(
        'password_too_short',
        'The password policy wants longer passwords than could be read. Let the operator account read the policy.',
      )
    case PasswordPolicyError.InsufficientPasswordQuality:
      return rejected(
        'password_quality',
        'The quality check of the password policy refused the temporary password. Choose a format that it accepts.',
      )
    case PasswordPolicyError.PasswordInHistory:
      return rejected(
        'password_in_history',
        'The directory says that this password was used before. Reset again; a new one will be made.',
      )
    case PasswordPolicyError.PasswordTooYoung:
      return rejected(
        'password_too_young',
        'The password policy allows no change so soon after the last one (pwdMinAge). Try again later.',
      )
    case PasswordPolicyError.PasswordModNotAllowed:
      return rejected(
        'password_change_not_allowed',
        'The password policy allows no changes of this password (pwdAllowUserChange).',
      )
    case PasswordPolicyError.MustSupplyOldPassword:
      return rejected(
        'old_password_required',
        'The password policy demands the old password (pwdSafeModify), which no operator knows. Set it to FALSE.',
      )
    default:
      return undefined
  }
}

function rejected(key: string, message: string): Problem {
  return { code: 'password_rejected', key, message: `${message} Nothing was changed.` }
}
