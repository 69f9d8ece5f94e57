import { resultCodes } from '../connection/result-codes.ts'
import type { Explain, Explanation } from '../explain/explanation.ts'
import { shownDn } from '../explain/explanation.ts'
import type { WriteAnswer } from '../plan/request.ts'
import { bindError, bindErrors } from './bind-error.ts'

/** Explains what a domain controller means beyond the general meaning of a result. */
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

/** ERROR_PASSWORD_RESTRICTION ([MS-ERREF] 2.2), with which the message of a refusal begins. */
const passwordRestriction = /^0000052D\b/i

function refusedWrite(
  { code, diagnostic }: WriteAnswer,
  container: string,
): Explanation | undefined {
  switch (code) {
    case resultCodes.insufficientAccessRights:
      return {
        code: 'store_denied',
        key: 'service_account_may_not_reset',
        what: `The service account may not reset passwords in ${shownDn(container)}.`,
        cure:
          'Grant the service account Reset Password there, and write on pwdLastSet and ' +
          'lockoutTime. Accounts that AdminSDHolder protects take no such grant.',
        parameters: { container: shownDn(container) },
      }
    case resultCodes.constraintViolation:
    case resultCodes.unwillingToPerform:
      return passwordRestriction.test(diagnostic) ? restricted : undefined
    case resultCodes.referral:
      return {
        code: 'store_denied',
        key: 'referral',
        what:
          'This domain controller takes no writes (it may be read-only), ' +
          'or the account is in another domain.',
        cure: "Put a writable controller of the account's domain into url.",
      }
    default:
      return undefined
  }
}

const restricted: Explanation = {
  code: 'password_rejected',
  key: 'policy_rejected',
  what: "The domain's password policy refused the temporary password.",
  cure:
    'If a fine-grained policy or a password filter applies to this account, ' +
    'choose a format that meets its rules.',
}

function refusedBind(error: string | undefined): Explanation | undefined {
  switch (error) {
    case bindErrors.mustChange:
    case bindErrors.passwordExpired:
      return {
        code: 'store_denied',
        key: 'service_account_must_change',
        what: 'The password of the service account has expired.',
        cure: 'Set a new password, in the directory and in the configuration.',
      }
    case bindErrors.disabled:
    case bindErrors.accountExpired:
      return {
        code: 'store_denied',
        key: 'service_account_disabled',
        what: 'The service account is disabled or has expired.',
        cure: 'Enable the service account, or configure another one.',
      }
    case bindErrors.locked:
      return {
        code: 'store_denied',
        key: 'service_account_locked',
        what: 'The service account is locked.',
        cure: 'Unlock the service account, and find out who tries wrong passwords for it.',
      }
    case bindErrors.notNow:
    case bindErrors.notHere:
      return {
        code: 'store_denied',
        key: 'service_account_restricted',
        what: 'The service account may not sign in now, or not from this computer.',
        cure: 'Change the logon hours or the workstations of the service account.',
      }
    default:
      return undefined
  }
}
