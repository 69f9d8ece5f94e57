import { userInfo } from 'node:os'

/** The folders of an instance of 389-ds. */
export interface Instance389 {
  /** The folder that holds everything. */
  readonly folder: string
  /**
   * Folder of the configuration. Its name differs from that of every other instance, because 389-ds
   * names a semaphore under `/dev/shm` after it.
   */
  readonly configurationFolder: string
  readonly databaseFolder: string
}

/** The values for Debian's templates. */
export interface Configuration389 extends Instance389 {
  readonly ports: { readonly ldap: number; readonly ldaps: number }
  readonly suffix: string
  readonly rootDn: string
  /** 389-ds does not start with a root password in clear, since PBKDF2-SHA512 is its default. */
  readonly rootPasswordHash: string
  /**
   * Attributes by the DN of their entry. They replace the attributes of the template. Entries that
   * the template does not have are added.
   */
  readonly entries: Readonly<Record<string, Attributes389>>
}

type Attributes389 = Readonly<Record<string, string | readonly string[]>>

/** Folders under {@link Instance389.folder} that have to exist before the first start. */
export const foldersOf389 = [
  'lock',
  'tmp',
  'certificates',
  'ldif',
  'backup',
  'run',
  'instance',
  'logs',
] as const

/**
 * Makes `dse.ldif` from Debian's templates `template-dse.ldif` and `template-suffix-db.ldif`, in
 * place of `dscreate`, which wants systemd.
 *
 * The server listens on 127.0.0.1 only, from its first start. Its caches are small: by default they
 * take a quarter of the machine's memory.
 */
export function dse389(
  template: string,
  suffixTemplate: string,
  { ports, suffix, rootDn, ...configuration }: Configuration389,
): string {
  const { folder, configurationFolder, databaseFolder } = configuration
  const values: Readonly<Record<string, string>> = {
    schema_dir: `${configurationFolder}/schema`,
    config_dir: configurationFolder,
    db_dir: databaseFolder,
    db_home_dir: databaseFolder,
    lock_dir: `${folder}/lock`,
    tmp_dir: `${folder}/tmp`,
    cert_dir: `${folder}/certificates`,
    ldif_dir: `${folder}/ldif`,
    bak_dir: `${folder}/backup`,
    run_dir: `${folder}/run`,
    inst_dir: `${folder}/instance`,
    log_dir: `${folder}/logs`,
    fqdn: 'localhost',
    ds_port: String(ports.ldap),
    rootdn: rootDn,
    ds_passwd: configuration.rootPasswordHash,
    ldapi_enabled: 'off',
    ldapi: `${folder}/run/ldapi`,
    ldapi_autobind: 'off',
    ds_suffix: suffix,
    ds_bename: 'userRoot',
    db_lib: 'bdb',
    // By default a server of root becomes a user who cannot look into the folders of a test.
    ds_user: userInfo().username,
  }
  const filled = `${template}\n\n${suffixTemplate.replaceAll(/^#.*\n/gm, '')}`.replaceAll(
    /%(\w+)%/g,
    (placeholder, name: string) => {
      return values[name] ?? placeholder
    },
  )
  const entries = entriesOf(filled)
  for (const [dn, attributes] of Object.entries(withBasics(configuration.entries, ports)))
    change(entries, dn, attributes)
  return `${[...entries.values()].map((lines) => lines.join('\n')).join('\n\n')}\n`
}

function withBasics(
  entries: Configuration389['entries'],
  ports: Configuration389['ports'],
): Configuration389['entries'] {
  const database = 'cn=config,cn=ldbm database,cn=plugins,cn=config'
  return {
    ...entries,
    'cn=config': {
      'nsslapd-listenhost': '127.0.0.1',
      'nsslapd-securelistenhost': '127.0.0.1',
      'nsslapd-securePort': String(ports.ldaps),
      'nsslapd-security': 'on',
      'nsslapd-maxdescriptors': '1024',
      'nsslapd-extract-pemfiles': 'off',
      'nsslapd-accesslog-logbuffering': 'off',
      'nsslapd-auditlog-logging-enabled': 'on',
      ...entries['cn=config'],
    },
    [database]: {
      'nsslapd-cache-autosize': '0',
      'nsslapd-dbcachesize': '10000000',
      ...entries[database],
    },
  }
}

/**
 * The lines of each entry by DN. Continued lines are joined. Lines outside an entry are left out:
 * the template has some.
 */
function entriesOf(ldif: string): Map<string, string[]> {
  const entries = new Map<string, string[]>()
  for (const block of ldif.replaceAll('\n ', '').split(/\n\s*\n/)) {
    const lines = block.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    const dn = /^dn: ?(.*)$/.exec(lines[0] ?? '')?.[1]
    if (dn !== undefined) entries.set(dn, lines)
  }
  return entries
}

function change(entries: Map<string, string[]>, dn: string, attributes: Attributes389): void {
  const changed = new Set(Object.keys(attributes).map((name) => name.toLowerCase()))
  const kept = (entries.get(dn) ?? [`dn: ${dn}`]).filter(
    (line) => !changed.has((/^([^:]+):/.exec(line)?.[1] ?? '').toLowerCase()),
  )
  const added = Object.entries(attributes).flatMap(([name, value]) =>
    (typeof value === 'string' ? [value] : value).map((each) => `${name}: ${each}`),
  )
  entries.set(dn, [...kept, ...added])
}
