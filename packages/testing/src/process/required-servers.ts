import { existsSync, readFileSync } from 'node:fs'

/** A server, a browser or a tool that tests can start. */
export type ServerName =
  | 'slapd'
  | 'samba'
  | '389ds'
  | 'postgres'
  | 'mariadb'
  | 'pgbouncer'
  | 'nginx'
  | 'chromium'
  | 'strace'

/** Debian's Chromium. */
export const chromiumPath = '/usr/bin/chromium'

interface Requirement {
  readonly packages: readonly string[]
  readonly files: readonly string[]
  /** The lowest port of a server that cannot choose its ports. */
  readonly port?: number
}

const requirements: Readonly<Record<ServerName, Requirement>> = {
  slapd: {
    packages: ['slapd', 'ldap-utils', 'openssl'],
    files: [
      '/usr/sbin/slapd',
      '/usr/bin/ldapwhoami',
      '/usr/lib/ldap/ppolicy.so',
      '/usr/bin/openssl',
    ],
  },
  samba: {
    packages: [
      'samba',
      'samba-ad-dc',
      'samba-ad-provision',
      'samba-dsdb-modules',
      'python3-samba',
      'ldb-tools',
      'ldap-utils',
      'openssl',
    ],
    files: [
      '/usr/sbin/samba',
      '/usr/bin/samba-tool',
      '/usr/share/samba/setup/provision.ldif',
      '/usr/bin/ldbsearch',
      '/usr/bin/ldapwhoami',
      '/usr/bin/openssl',
      '/usr/bin/flock',
    ],
    port: 389,
  },
  '389ds': {
    packages: ['389-ds-base', 'libnss3-tools', 'ldap-utils', 'openssl'],
    files: [
      '/usr/sbin/ns-slapd',
      '/usr/share/dirsrv/data/template-dse.ldif',
      '/usr/bin/certutil',
      '/usr/bin/ldapwhoami',
      '/usr/bin/openssl',
    ],
  },
  postgres: {
    packages: ['postgresql', 'openssl'],
    files: ['/usr/lib/postgresql', '/usr/bin/openssl'],
  },
  mariadb: {
    packages: ['mariadb-server', 'openssl'],
    files: ['/usr/sbin/mariadbd', '/usr/bin/mariadb-install-db', '/usr/bin/openssl'],
  },
  pgbouncer: {
    packages: ['pgbouncer', 'postgresql', 'openssl'],
    files: ['/usr/sbin/pgbouncer', '/usr/lib/postgresql', '/usr/bin/openssl'],
  },
  nginx: { packages: ['nginx-light', 'openssl'], files: ['/usr/sbin/nginx', '/usr/bin/openssl'] },
  chromium: { packages: ['chromium'], files: [chromiumPath] },
  strace: { packages: ['strace'], files: ['/usr/bin/strace'] },
}

/**
 * Says what this machine lacks for a server, and what to install; `undefined` when the server can
 * be started.
 */
export function missingFor(server: ServerName): string | undefined {
  if (process.platform !== 'linux')
    return `${server} is started from Debian's packages, on Linux only`
  const { packages, files, port } = requirements[server]
  const absent = files.filter((file) => !existsSync(file))
  if (absent.length > 0)
    return `${absent.join(', ')} missing: apt-get install ${packages.join(' ')}`
  if (port !== undefined && process.getuid?.() !== 0 && port < firstOrdinaryPort())
    return `${server} needs root for port ${port}`
  return undefined
}

/**
 * Throws when this machine cannot start a server. The message names the Debian packages to install.
 */
export function requireServer(server: ServerName): void {
  const missing = missingFor(server)
  if (missing !== undefined) throw new Error(`${server}: ${missing}`)
}

function firstOrdinaryPort(): number {
  const file = '/proc/sys/net/ipv4/ip_unprivileged_port_start'
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : 1_024
}
