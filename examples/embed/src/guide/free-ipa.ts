import { type Dialect, ds389 } from '@force-reset/adapter-ldap'

/** Untested. Resets with it need `requireMustChange: false`. */
export function freeIpa(): Dialect {
  return ds389({
    idAttribute: 'ipaUniqueID',
    // A plugin of FreeIPA makes the Kerberos keys anew with each new password.
    otherHashes: 'renewed',
    userFilter: '(objectClass=posixAccount)',
    privilegedGroups: [
      'cn=admins,cn=groups,cn=accounts,dc=example,dc=com',
      'cn=trust admins,cn=groups,cn=accounts,dc=example,dc=com',
    ],
  })
}
