import { PasswordPolicyError } from 'ldapts'
import { resultCodes } from '../connection/result-codes.ts'
import type { Explain, Problem } from '../explain/problem.ts'
import { shownDn } from '../explain/problem.ts'

/** What 389-ds means beyond the general meaning of a result. */
export const explainDs389: Explain = ({ code, policyError }, doing) => {
  if (doing.doing === 'bind')
    return code === resultCodes.unwillingToPerform
      ? disabled
      : code === resultCodes.constraintViolation
        ? locked
        : undefined
  if (doing.doing !== 'write') return undefined
  switch (code) {
    case resultCodes.insufficientAccessRights:
      return {
        code: 'store_denied',
        key: 'operator_may_not_reset',
        message: `The operator account may not reset passwords in ${shownDn(doing.container)}: give it an ACI that allows write on userPassword there.`,
        parameters: { container: shownDn(doing.container) },
      }
    case resultCodes.constraintViolation:
      return brokenRule(policyError)
    default:
      return undefined
  }
}

/** Errors of the password policy control (draft-behera-ldap-password-policy, section 6.2). */
function brokenRule(policyError: number | undefined): Problem {
  switch (policyError) {
    case PasswordPolicyError.PasswordInHistory:
      return rejected(
        'password_in_history',
        'The directory says that this password was used before. Reset again; a new one will be made.',
      )
    case PasswordPolicyError.PasswordTooYoung:
      return rejected(
        'password_too_young',
        'The password policy allows no change so soon after the last one (passwordMinAge). Try again later.',
      )
    case PasswordPolicyError.PasswordTooShort:
    case PasswordPolicyError.InsufficientPasswordQuality:
      return rejected(
        'password_quality',
        'The syntax check of the password policy refused the temporary password. Let the operator account read uid, cn, sn, givenName, ou and mail of users, so that their parts can be avoided, or choose a format that it accepts.',
      )
    default:
      return rejected('policy_rejected', 'The password policy refused the temporary password.')
  }
}

function rejected(key: string, message: string): Problem {
  return { code: 'password_rejected', key, message: `${message} Nothing was changed.` }
}

const disabled: Problem = {
  code: 'store_denied',
  key: 'bind_disabled',
  message: 'The operator account is inactivated. Activate it, or configure another one.',
}

const locked: Problem = {
  code: 'store_denied',
  key: 'bind_locked',
  message:
    'The operator account is locked. Unlock it, and find out who tries wrong passwords for it.',
}
