import { ds389, type LdapUserStore, ldapUserStore } from '@force-reset/adapter-ldap'

export function usersStore(ca: string, readPassword: () => Promise<string>): LdapUserStore {
  return ldapUserStore({
    url: ['ldaps://ldap1.example.com', 'ldaps://ldap2.example.com'],
    baseDn: 'ou=people,dc=example,dc=com',
    bind: async () => ({
      dn: 'cn=reset-operator,ou=services,dc=example,dc=com',
      password: await readPassword(),
    }),
    tls: { ca },
    dialect: ds389({ privilegedGroups: ['cn=admins,ou=groups,dc=example,dc=com'] }),
  })
}
