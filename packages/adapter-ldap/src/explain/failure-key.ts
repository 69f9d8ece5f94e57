/**
 * Every reason that a directory's refusal or unknown outcome can have in `detail.key`. The union
 * is closed: a translator's `Record<DirectoryFailureKey, string>` does not compile until it is
 * complete.
 */
export type DirectoryFailureKey =
  // The connection.
  /** No server of `url` could be reached. */
  | 'unreachable'
  /** The certificate is not trusted, not valid now, or for another name. */
  | 'certificate'
  /** The server does not start TLS on this port. */
  | 'no_start_tls'
  /** The server does not speak LDAP, or sent something that is not well-formed. */
  | 'protocol'
  /** The server sent more than one response may hold. */
  | 'response_too_large'
  /** No response came within `operationTimeoutMs`. */
  | 'timeout'
  /** The connection ended before the response came. */
  | 'connection_lost'
  /** Too many requests wait on the connection. */
  | 'queue_full'
  // The service account.
  /** Its name or password is wrong. */
  | 'service_account_refused'
  /** It is disabled or has expired. */
  | 'service_account_disabled'
  /** It is locked. */
  | 'service_account_locked'
  /** Its password has expired, or somebody else has set it. */
  | 'service_account_must_change'
  /** It may not sign in now, or not from this computer. */
  | 'service_account_restricted'
  /** It lacks a right to read. Parameters on OpenLDAP: `container attributes serviceAccount`. */
  | 'service_account_may_not_read'
  /** It lacks the right to reset passwords in `container`. */
  | 'service_account_may_not_reset'
  /** The option `bind` did not return a DN and a password. */
  | 'no_credentials'
  // The directory and its configuration.
  /** The directory says that it is busy. */
  | 'directory_busy'
  /** The directory is starting or shutting down. */
  | 'directory_unavailable'
  /** A name in the configuration is no DN: `dn`, unless it is the name of the service account. */
  | 'invalid_dn'
  /** The directory demands a stronger connection or a stronger sign-in. */
  | 'stronger_connection_required'
  /** This server holds no writable copy of the entry. */
  | 'referral'
  /** The server is read-only, or protects the entry. */
  | 'unwilling'
  /** The directory gave up a search. */
  | 'search_too_broad'
  /** The directory lacks an extension, on OpenLDAP for the accounts in `container`. */
  | 'control_not_supported'
  /** Active Directory: the controller takes no condition on `pwdLastSet`. */
  | 'conditional_write_unsupported'
  /** Active Directory: `stampAttribute` takes more than one value, or does not exist. */
  | 'stamp_attribute_unfit'
  /** Active Directory: the service account may not read `pwdLastSet`. */
  | 'pwd_last_set_unreadable'
  /** A group of `privilegedGroups` cannot be read. */
  | 'privileged_group_unreadable'
  /** Active Directory: a group of `privilegedGroups` is a distribution group. */
  | 'privileged_group_unfit'
  /** The groups of `privilegedGroups` have more members than are looked at. */
  | 'privileged_group_too_large'
  /** Active Directory: an account of `privilegedAccounts` cannot be read. */
  | 'privileged_account_unreadable'
  // The account is privileged.
  /** Active Directory: each domain has it from the start, or it signs tickets of a controller. */
  | 'built_in_account'
  /** It is the service account that this application signs in as. */
  | 'own_service_account'
  /** It is in a privileged group; on Active Directory the group with the identifier `group`. */
  | 'privileged_member'
  /** It is named in `privilegedAccounts`. */
  | 'privileged_account'
  /** Active Directory: it has the rights of the identifier `former` from another domain. */
  | 'privileged_sid_history'
  /** Active Directory: it may act for other people. */
  | 'trusted_for_delegation'
  /** Active Directory: it copies passwords to a directory in the cloud. */
  | 'directory_sync_account'
  /** Active Directory: a service signs in as this account. */
  | 'service_account'
  /** Active Directory: it has `adminCount`, and no other mark of privilege. */
  | 'former_administrator'
  /** Whether it is privileged cannot be read; on OpenLDAP and 389-ds because of `member`. */
  | 'privilege_unreadable'
  // The status of the account.
  /** An administrator has disabled the account. */
  | 'account_disabled'
  /** The account's own end date has passed. */
  | 'account_expired'
  /** OpenLDAP: an administrator has locked the account. */
  | 'account_blocked'
  /** OpenLDAP: the account's own start date is still to come. */
  | 'account_not_started'
  /** OpenLDAP: the account was not used for too long. */
  | 'account_idle'
  // The account has another password, or more than one hash of it.
  /** OpenLDAP, 389-ds: the person signs in elsewhere. */
  | 'signs_in_elsewhere'
  /** OpenLDAP, 389-ds: the account has other hashes of its password. */
  | 'other_hashes'
  // Must-change would have no effect.
  /** The password policy of the account cannot be read. */
  | 'policy_unknown'
  /** OpenLDAP: the account names the policy `policy`, which does not exist or cannot be read. */
  | 'own_policy_unreadable'
  /** OpenLDAP: slapd names another default policy than the option `defaultPolicy`, or none. */
  | 'other_default_policy'
  /** The password policy does not make anybody change a password. */
  | 'policy_without_must_change'
  /** OpenLDAP: the overlay ppolicy is missing, for the accounts in `container` where named. */
  | 'no_password_policy'
  /** Active Directory: the password never expires. */
  | 'password_never_expires'
  /** Active Directory: the account signs in by smart card. */
  | 'smartcard_required'
  /** Active Directory: the flags of the account cannot be read. */
  | 'flags_unreadable'
  // The account, and the rules for its password.
  /** Failed sign-ins have locked the account, and `unlock` is `false`. */
  | 'locked'
  /** A temporary password cannot be ended: a new password would lift the lock of the account. */
  | 'end_would_unlock'
  /** A temporary password cannot be ended: the directory knows no conditional write. */
  | 'no_conditional_write'
  /** A temporary password cannot be ended: whether it is still in place is not certain. */
  | 'mark_uncertain'
  /** The rules refused the temporary password. */
  | 'policy_rejected'
  /** The policy demands a longer password than the rules that can be read. */
  | 'password_too_short'
  /** A quality check refused the temporary password. */
  | 'password_quality'
  /** The password was used before. */
  | 'password_in_history'
  /** The policy allows no change so soon after the last one. */
  | 'password_too_young'
  /** The user may not choose a password. */
  | 'password_change_not_allowed'
  /** The policy demands the old password. */
  | 'old_password_required'
  // Unknown outcomes: the account has to be reset again.
  /** Active Directory: the second of two writes was refused. The account has no usable password. */
  | 'no_usable_password'
  /** Active Directory: whether both of two writes happened is not known. */
  | 'half_done'
  /** Active Directory: two resets at the same moment spoilt each other. */
  | 'overtaken'
  /** 389-ds: another account may have been given the temporary password. */
  | 'another_account'
  // Everything else.
  /** The LDAP result `ldapResult`, which was not expected. */
  | 'unexpected_result'
  /** Reading failed for a reason that is none of these. */
  | 'unexpected_error'
