import { activeDirectory, type LdapUserStore, ldapUserStore } from '@force-reset/adapter-ldap'

export function usersStore(ca: string, readPassword: () => Promise<string>): LdapUserStore {
  return ldapUserStore({
    // The PDC emulator first: it hears of every new password at once.
    url: ['ldaps://dc1.example.com', 'ldaps://dc2.example.com'],
    baseDn: 'OU=People,DC=example,DC=com',
    bind: async () => ({
      dn: 'CN=reset-operator,OU=Services,DC=example,DC=com',
      password: await readPassword(),
    }),
    tls: { ca },
    dialect: activeDirectory({ privilegedGroups: ['CN=Payroll,OU=Groups,DC=example,DC=com'] }),
  })
}
