import { PasswordPolicyError } from 'ldapts'
import { resultCodes } from '../connection/result-codes.ts'
import type { Explain, Problem } from '../directory/problem.ts'
import { shownDn } from '../directory/problem.ts'

/** What slapd and its password policy overlay mean beyond the general meaning of a result. */
export const explainOpenLdap: Explain = ({ code, policyError }, doing) => {
  if (doing.doing !== 'write') return undefined
  switch (code) {
    case resultCodes.constraintViolation:
    case resultCodes.insufficientAccessRights:
      return policyError === undefined ? mayNotReset(code, doing.container) : brokenRule(policyError)
    case resultCodes.undefinedAttributeType:
    case resultCodes.noSuchAttribute:
    case resultCodes.objectClassViolation:
      return {
        code: 'must_change_ineffective',
        key: 'no_password_policy',
        message:
          'This directory has no password policy overlay (ppolicy), so nobody can be made to choose a new password. Load it, or set requireMustChange to false.',
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
      return rejected('password_in_history', 'The directory says that this password was used before. Reset again; a new one will be made.')
    case PasswordPolicyError.PasswordTooYoung:
      return rejected('password_too_young', 'The password policy allows no change so soon after the last one (pwdMinAge). Try again later.')
    case PasswordPolicyError.PasswordModNotAllowed:
      return rejected('password_change_not_allowed', 'The password policy allows no changes of this password (pwdAllowUserChange).')
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
