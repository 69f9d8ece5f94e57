import {
  type DirectoryServer,
  type ServerName,
  start389Ds,
  startOpenLdap,
  startSambaAd,
} from '@force-reset/testing'
import type { DirectoryProduct } from '../settings/users-source.ts'
import { demonstrationWords } from '../words/demonstration.ts'

const words = demonstrationWords.answers

/** A command in a shell that shows what became of a password. */
interface SignInCheck {
  /** The command asks for the password. Nothing secret is in the command. */
  readonly command: string
  /** The output for each password. */
  readonly answers: readonly string[]
}

/** A directory to try the console on. */
export interface SampleDirectory {
  readonly title: string
  /** The server that has to be installed. */
  readonly needs: ServerName
  readonly product: DirectoryProduct
  start(): Promise<DirectoryServer>
  /** Settings that only this product has. */
  settings(server: DirectoryServer): Readonly<Record<string, string>>
  checks(server: DirectoryServer): readonly SignInCheck[]
}

/** The directories by the name that `npm run start:…` gives. */
export const sampleDirectories = {
  openldap: {
    title: 'OpenLDAP',
    needs: 'slapd',
    product: 'openldap',
    start: () => startOpenLdap(),
    settings: ({ baseDn, privilegedGroupDn }) => ({
      LDAP_PRIVILEGED_GROUPS: privilegedGroupDn,
      LDAP_DEFAULT_POLICY: `cn=default,ou=policies,${baseDn}`,
    }),
    checks: passwordPolicyChecks,
  },
  ad: {
    title: 'Active Directory (a domain controller of Samba)',
    needs: 'samba',
    product: 'active-directory',
    start: () => startSambaAd(),
    settings: () => ({}),
    checks: activeDirectoryChecks,
  },
  '389ds': {
    title: '389 Directory Server',
    needs: '389ds',
    product: '389-ds',
    start: () => start389Ds(),
    settings: ({ privilegedGroupDn }) => ({ LDAP_PRIVILEGED_GROUPS: privilegedGroupDn }),
    checks: passwordPolicyChecks,
  },
} as const satisfies Readonly<Record<string, SampleDirectory>>

/** The variables that describe a throwaway directory to the console. */
export function environmentFor(
  { product, settings }: SampleDirectory,
  server: DirectoryServer,
): Readonly<Record<string, string>> {
  return {
    LDAP_URL: server.url,
    LDAP_DIALECT: product,
    LDAP_BASE_DN: server.peopleDn,
    LDAP_BIND_DN: server.operator.dn,
    LDAP_BIND_PASSWORD: server.operator.password,
    LDAP_CA: server.caFile,
    LDAP_SINGLE_SERVER: 'on',
    ...settings(server),
  }
}

function passwordPolicyChecks(server: DirectoryServer): readonly SignInCheck[] {
  const as = `-x -H ${server.url} -D ${quoted(server.user('active').dn)} -W`
  return [
    {
      command: `LDAPTLS_CACERT=${server.caFile} ldapwhoami ${as} -e ppolicy`,
      answers: words.passwordPolicy,
    },
    {
      command: `LDAPTLS_CACERT=${server.caFile} ldappasswd ${as} -S`,
      answers: words.choosesNew,
    },
  ]
}

function activeDirectoryChecks(server: DirectoryServer): readonly SignInCheck[] {
  const { dn, username } = server.user('active')
  return [
    {
      command:
        `LDAPTLS_CACERT=${server.caFile} ldapsearch -x -LLL -H ${server.url} ` +
        `-D ${quoted(dn)} -W -s base -b ${quoted(dn)} cn`,
      answers: words.activeDirectory,
    },
    {
      command:
        `ldbsearch -H ldap://${server.ldap.host} -U ${quoted(`ADTEST\\${username}`)} ` +
        "--use-kerberos=off -s base -b '' dn",
      answers: words.sameOverNtlm,
    },
  ]
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
