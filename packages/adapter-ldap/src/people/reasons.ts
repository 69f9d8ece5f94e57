import type { Explanation, Reason } from '../explain/explanation.ts'
import { shownDn } from '../explain/explanation.ts'

const somebodyElse = 'Have somebody reset the account who administers privileged accounts.'

export const ownServiceAccount: Reason = {
  key: 'own_service_account',
  what: 'This is the service account that this application signs in as.',
  cure: somebodyElse,
}

export const privilegedAccount: Reason = {
  key: 'privileged_account',
  what: 'This account is named in privilegedAccounts.',
  cure: somebodyElse,
}

export const privilegedMember: Reason = {
  key: 'privileged_member',
  what: 'This account is in a privileged group or role, directly or by another group.',
  cure: `${somebodyElse} Or take the account out of the group, if it need not be there.`,
}

/**
 * It is not known whether the account is privileged.
 *
 * @param dn - The member of a privileged group of which it is not known who is in that member.
 * @example
 * return privilegeUnreadable('cn=hidden,ou=groups,dc=example,dc=com')
 */
export function privilegeUnreadable(dn?: string): Reason {
  const member = dn === undefined ? undefined : shownDn(dn)
  return {
    key: 'privilege_unreadable',
    what:
      member === undefined
        ? 'The service account may not read what tells whether this account is privileged. ' +
          'So the account counts as privileged.'
        : `It cannot be read who is in ${member}, which is in a privileged group. ` +
          'So every account counts as privileged.',
    cure:
      member === undefined
        ? 'Let the service account read objectClass, uid, gidNumber and nsRole of accounts.'
        : 'Let the service account read that entry. If nobody gets rights by that entry, ' +
          'name it in absentMembers. diagnose lists all such entries.',
    ...(member === undefined ? {} : { parameters: { member } }),
  }
}

export const disabled: Reason = {
  key: 'account_disabled',
  what: 'This account is disabled. A reset would not enable it.',
  cure: 'If the person is to sign in again, have an administrator enable the account first.',
}

export const expired: Reason = {
  key: 'account_expired',
  what: 'This account has expired: its end date has passed. A reset would not move that date.',
  cure: 'If the person is to sign in again, have an administrator set a later end date first.',
}

export const blocked: Reason = {
  key: 'account_blocked',
  what: 'An administrator has locked this account. A reset would lift that lock.',
  cure: 'If the person is to sign in again, have an administrator lift the lock first.',
}

export const notStarted: Reason = {
  key: 'account_not_started',
  what: 'This account cannot be used yet: its start date (pwdStartTime) is still to come.',
  cure: 'Wait for that date, or have an administrator set an earlier one.',
}

export const idle: Reason = {
  key: 'account_idle',
  what:
    'This account was not used for longer than its password policy allows (pwdMaxIdle). ' +
    'A reset would revive the account.',
  cure: 'If the person is to sign in again, have an administrator set a new password.',
}

/** The refusal of an account whose password is checked by another system. */
export const signsInElsewhere: Explanation = {
  code: 'not_eligible',
  key: 'signs_in_elsewhere',
  what: 'This person signs in elsewhere. A reset would give the account a password of its own.',
  cure: 'Have the password reset where the person signs in.',
}

/** The refusal of an account that has other hashes of the same password. */
export const otherHashes: Explanation = {
  code: 'not_eligible',
  key: 'other_hashes',
  what:
    'This account has other hashes of its password, for Samba or Kerberos. A reset would ' +
    'leave them: the old password would go on opening what they guard.',
  cure:
    "Reset the password where all of its hashes are made. With otherHashes: 'survive' such " +
    'accounts are reset here, and the receipt names the hashes.',
}
