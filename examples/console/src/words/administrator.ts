import type { Closing, StoreReason } from '@force-reset/core'
import type { UnexpectedError } from '@force-reset/http'

const rootOnly =
  'A request arrived for a page of the console at another path. ' +
  'A proxy must not change the path: the console works at the root of a host name only.'

/** The words for the administrator who starts the console, in the terminal or in the log. */
export const administratorWords = {
  environment: {
    onOrOff: (name: string) => `${name} has to be on or off.`,
    tlsTogether: 'TLS_CERT and TLS_KEY are needed together.',
    hostNeedsTls: (host: string) =>
      `HOST=${host} is reachable by others. ` +
      'Without TLS they could read a temporary password on its way. ' +
      'Set TLS_CERT and TLS_KEY, or leave HOST out and put a TLS proxy on this machine in front. ' +
      'ALLOW_INSECURE_HTTP=1 insists.',
    consoleOff:
      'The console is off and answers 404 everywhere: ' +
      'OPERATOR_USERNAME and OPERATOR_PASSWORD are not both set. Set both.',
    shortPassword: (least: number) =>
      `OPERATOR_PASSWORD has fewer than ${least} characters. ` +
      'It opens every account: choose a longer one.',
    port: 'PORT has to be a number from 0 to 65535.',
    hours: 'TEMPORARY_PASSWORD_HOURS has to be a number above 0 and up to 720.',
    databaseEmpty: 'DATABASE_URL is set, but empty. Leave it out for sample accounts.',
    databaseScheme: (scheme: string) =>
      `DATABASE_URL starts with ${scheme}: and this console opens SQLite files. ` +
      'Give a path or a file: address.',
    databasePercent:
      'DATABASE_URL is not a valid file: address: ' +
      'a percent sign in it has to be written as %25.',
    misspelt: (name: string, meant: string) =>
      `${name} is no variable of the console. Did you mean ${meant}? ` +
      'Rename the variable, or leave it out.',
    unread: (names: readonly string[]) =>
      `The console does not read ${names.join(', ')}. Leave out what is not read.`,
    reasonPattern:
      'REQUIRE_REASON has to be on, off, or a regular expression such as ^INC-[0-9]+$.',
    callerWays: 'CALLER_VERIFICATION has to be none, counter, vouch, or counter,vouch.',
    callersOfSamples:
      'CALLER_VERIFICATION works with the sample accounts, and vouch with USER_PAGES. ' +
      'Leave it out: see docs/verification.md for a console of your own.',
    count: (name: string) => `${name} has to be a whole number from 1 to 10000.`,
    configNeedsDatabase: 'CONSOLE_CONFIG describes the tables of a database: set DATABASE_URL too.',
  },

  directory: {
    besideUrl: (names: readonly string[]) =>
      `${names.join(' and ')} ${names.length === 1 ? 'belongs' : 'belong'} to a directory: ` +
      'set LDAP_URL too.',
    required: (name: string, what: string) => `${name} has to be set beside LDAP_URL: ${what}.`,
    baseDn: 'the DN at and below which users are found',
    bindDn: 'the account that resets passwords',
    auditDatabase: 'the SQLite file of the audit trail, which is created when it is missing',
    /** Variables that mean nothing on a directory, and why. */
    doesNotFit: {
      DATABASE_URL:
        'DATABASE_URL and LDAP_URL are both set: ' +
        'the users are either in a database or in a directory. Leave one of them out.',
      CONSOLE_CONFIG:
        'CONSOLE_CONFIG describes the tables of a database and does not fit LDAP_URL. ' +
        'Leave it out.',
      USER_PAGES:
        'USER_PAGES does not fit LDAP_URL: ' +
        'users of a directory sign in where they always do. Leave it out.',
      TEMPORARY_PASSWORD_HOURS:
        'TEMPORARY_PASSWORD_HOURS does not fit LDAP_URL: ' +
        'no temporary password expires by it there. ' +
        'Leave it out, and use the password policy of the directory.',
    },
    urlEmpty: 'LDAP_URL is set, but empty. Leave it out for sample accounts.',
    urlMalformed:
      'LDAP_URL has to be ldaps://host[:port], or ldap://host[:port] for StartTLS, ' +
      'and nothing else. Separate several by commas.',
    bindPasswordTwice:
      'LDAP_BIND_PASSWORD and LDAP_BIND_PASSWORD_FILE are both set. Leave one of them out.',
    bindPasswordMissing:
      'LDAP_BIND_PASSWORD_FILE or LDAP_BIND_PASSWORD has to be set beside LDAP_URL.',
    product: (known: readonly string[]) => `LDAP_DIALECT has to be ${known.join(', ')}.`,
    privilegedGroups:
      'LDAP_PRIVILEGED_GROUPS has to name the groups whose members are not reset here, ' +
      'as DNs separated by semicolons. Where there are none, set it to none.',
    policyOnActiveDirectory:
      'LDAP_DEFAULT_POLICY does not fit active-directory, ' +
      'where the policy of each account is found by itself. Leave it out.',
    fitsOnly: (name: string, products: readonly string[]) =>
      `${name} fits ${products.join(' and ')} only. Leave it out.`,
    tests: (name: string) =>
      `${name} has to be attribute=value, or attribute=* for any value. ` +
      'Separate several by semicolons.',
    facts:
      'LDAP_FACTS has to be name=attribute, such as Department=department. ' +
      'Separate several by semicolons. A name begins with a letter, and stands once.',
    choice: (name: string, choices: readonly string[]) =>
      `${name} has to be ${choices.join(' or ')}.`,
    policyMissing:
      'LDAP_DEFAULT_POLICY is not set: ' +
      'only accounts that name a password policy of their own can be reset. ' +
      'Set it to the ppolicy_default of the server.',
    trailInMemory:
      'AUDIT_DATABASE is :memory:, so the audit trail is lost when the console stops. ' +
      'Set it to a file to keep the trail.',
    nobody:
      'The directory shows nobody at or below LDAP_BASE_DN. ' +
      'Correct it, or let the operator account read what the guide for this directory names.',
    notReached: (why: string) => `LDAP_URL: ${why}`,
  },

  /** Files that a variable names. */
  files: {
    unreadable: (name: string, code?: string) =>
      `${name} names a file that cannot be read${code === undefined ? '' : ` (${code})`}. ` +
      'Correct the path, or let the account of the console read the file.',
    databaseMissing:
      'DATABASE_URL names a file that does not exist. ' +
      'Correct the path: the console creates no table of users.',
    databaseOther:
      'DATABASE_URL names a file that is not an SQLite database, ' +
      'or that the account of the console may not open. ' +
      'Correct the path, or let that account read and write the file.',
    trailNotCreated:
      'AUDIT_DATABASE names a file that is not there and cannot be created. ' +
      'Correct the path, or let the account of the console write to its folder.',
    secretNotMade: (code?: string) =>
      'The secret in SECRET_FILE, or else beside the file of AUDIT_DATABASE or DATABASE_URL, ' +
      `cannot be made${code === undefined ? '' : ` (${code})`}. ` +
      'Correct that path, or let the account of the console write there.',
    secretOther:
      'SECRET_FILE names a file that holds no secret: 64 hexadecimal digits. ' +
      'Name a file that is not there yet, and the console makes it.',
    bindPasswordEmpty:
      'LDAP_BIND_PASSWORD_FILE names an empty file. ' +
      'Write the password of LDAP_BIND_DN into that file.',
    noCertificate:
      'LDAP_CA names a file without a certificate in PEM. ' +
      'Name a file with the certificate of the authority.',
  },

  /** What is wrong in the file that CONSOLE_CONFIG names. `place` is a name in that file. */
  config: {
    file: 'the file',
    notJson: 'The file is not JSON. Look for commas and quotation marks.',
    notObject: (place: string) => `${place} has to be an object.`,
    unknownName: (place: string, name: string, known: readonly string[], nearest?: string) =>
      `${place} has no "${name}". ` +
      (nearest === undefined ? `It knows ${known.join(', ')}.` : `Did you mean "${nearest}"?`),
    notValue: (place: string) => `${place} has to be text, a number, true, false or null.`,
    notName: (place: string) => `${place} has to be a name.`,
    notStrings: (place: string) => `${place} has to be a list of strings.`,
  },

  tables: {
    /** `problems` are those of `checkSqlTable`. */
    doNotFit: (problems: readonly string[]) =>
      [...problems, 'CONSOLE_CONFIG says what the tables and columns are called.'].join('\n'),
    columnsToName:
      'Let CONSOLE_CONFIG name columns with tokens in endedColumns. ' +
      'Let it name columns with the time of a change in timeColumns.',
    notTheTrail: (table: string, missing: readonly string[]) =>
      `The table "${table}" has no column ${missing.map((name) => `"${name}"`).join(', ')}, ` +
      'so it is not the table of the audit trail. Rename it.',
    triggersMissing: (table: string) =>
      `The table "${table}" can be changed: its triggers are missing. ` +
      'Create them as docs/sql.md shows.',
    formerTrail: (former: string, table: string) =>
      `The table "${former}" holds the audit trail of an earlier console. ` +
      `It stays as it is, and this console does not show it. New events go to "${table}".`,
  },

  greeting: {
    off: (origin: string) => `Listening on ${origin}, where everything is 404.`,
    knownAs: 'Known as',
    knownInTrail: (name: string) => `${name}, in the audit trail`,
    encryption: 'Encryption',
    encrypted: {
      own: 'TLS, by TLS_CERT and TLS_KEY',
      proxy: 'TLS of a proxy in front, by TRUST_PROXY',
      loopback: 'none: this machine only',
      none: 'none, by ALLOW_INSECURE_HTTP: others can read everything on its way',
    },
    users: 'Users',
    inMemory: 'in memory',
    table: 'Table',
    product: 'Product',
    baseDn: 'Users below',
    serviceAccount: 'Signs in as',
    trust: 'Trusts',
    authorities: (path: string | undefined) =>
      path === undefined ? 'the authorities that Node brings' : `${path} (LDAP_CA)`,
    notReset: 'Not reset',
    groups: (names: readonly string[]) => names.map((name) => `members of ${name}`),
    builtIn: 'members of the built-in administrative groups',
    nobody: 'nobody is privileged, by LDAP_PRIVILEGED_GROUPS=none',
    values: (column: string, values: readonly string[]) =>
      `accounts whose ${column} is ${values.join(' or ')}`,
    roleIn: (role: string, table: string) => `${role} in the table ${table}`,
    nobodyInTable: 'nobody is privileged, by "privileged": "none"',
    trail: 'Audit trail',
    trailIn: (place: string) => `table force_reset_audit, ${place}`,
    limits: 'Limits',
    resets: (operator: number, account: number) =>
      `${operator} resets in ten minutes, ${account} of one account`,
    reason: {
      none: 'a reset needs no reason',
      any: 'a reset needs a reason',
      pattern: 'a reset needs a reason that matches REQUIRE_REASON',
    },
    hours: (hours: number) => `temporary passwords work for ${hours} hours`,
    directoryDecides: 'the directory decides how long temporary passwords work',
    title: 'Operator Console',
    demonstration: 'Operator Console with sample accounts, in memory: they are gone when it stops.',
    console: 'Console',
    username: 'Username',
    password: 'Password',
    directory: 'Directory',
    userSignIn: 'User’s sign-in',
    sampleUser: 'Sample user',
    from: (variable: string) => `from ${variable}`,
    untilReset: '(until you reset it)',
    vouches: (address: string) => `vouches for callers at ${address}`,
    callers: (ways: string) => `a caller is identified first: ${ways}`,
    stop: 'Ctrl+C stops it.',
  },

  /** Troubles while the console runs. */
  troubles: {
    store: (sentences: string, { key, cause }: Pick<StoreReason, 'key' | 'cause'>) => {
      const particulars = Object.entries(cause ?? {}).flatMap(([name, value]) =>
        value === undefined ? [] : [`${name} ${value}`],
      )
      return `Users: ${sentences} (${[key, ...particulars].join(', ')})`
    },
    withoutReason: 'Users: The store failed without a reason.',
    answersAgain: 'Users: The store answers again.',
    trail: (why: string) => `Audit trail: An event could not be stored (${why}).`,
    more: (count: number) => `[${count} more of the same before]`,
  },

  /** Resets whose outcome was not known, and what was found out about them. */
  openResets: {
    closed: (resetId: string, closing: Closing) => {
      switch (closing.closing) {
        case 'applied_unused':
          return (
            `Reset ${resetId}: the password was changed and shown to nobody. ` +
            (closing.ended ? 'It works no longer.' : 'The store could not end it.')
          )
        case 'not_applied':
          return `Reset ${resetId}: the password was not changed.`
        case 'overtaken':
          return `Reset ${resetId}: another password was set since.`
        case 'still_open':
          return `Reset ${resetId}: the outcome is still not known (${closing.why}).`
        default:
          return closing satisfies never
      }
    },
  },

  failures: {
    start: (why: string) => {
      const cures: Readonly<Record<string, string>> = {
        EADDRINUSE: ' Another program listens there: set PORT to another number.',
        EACCES: ' This account may not listen there: set PORT to a number from 1024.',
        EADDRNOTAVAIL: ' This machine has no such address: correct HOST.',
        ENOTFOUND: ' The name in HOST has no address: correct HOST.',
      }
      return `The console could not start: ${why}.${cures[why] ?? ''}`
    },
    unknown: 'unknown',
    page: (name: string) => `A page failed: ${name}`,
    api: ({ during, name, code, key, cause }: UnexpectedError) => {
      const codes = [code, key, cause?.name, cause?.code, cause?.sqlState, cause?.ldapResult]
      const known = [name, ...codes].filter((one) => one !== undefined)
      return `Failed during ${during}: ${[...new Set(known)].join(', ') || 'unknown'}`
    },
  },

  /** The files of TLS_CERT and TLS_KEY after a change. */
  tlsFiles: {
    renewed: 'The new certificate of TLS_CERT and TLS_KEY is in use.',
    kept: (why: string) =>
      `${why} The certificate from before stays in use until the files are right.`,
    unusable: (code: string) =>
      `TLS_CERT and TLS_KEY have changed, and cannot be used as they are (${code}).`,
  },

  /** A proxy in front that the settings do not fit, each said once. */
  proxies: {
    not_trusted:
      'A proxy says that a request came over https, and TRUST_PROXY is not set. ' +
      'Set TRUST_PROXY=1 if the proxy is yours and replaces the forwarded headers of clients.',
    silent:
      'TRUST_PROXY is set, and a request without TLS came without a word about its scheme. ' +
      'Let the proxy send X-Forwarded-Proto, and replace the header of clients.',
    says_http:
      'A proxy says that a request came without TLS for part of the way. If browsers use https, ' +
      'an inner proxy puts its own scheme into X-Forwarded-Proto: let it pass the header on.',
    host_lost:
      'A page of one host sent a request that arrived with another Host. ' +
      'Let the proxy pass Host on (in nginx: proxy_set_header Host $http_host).',
    path_cut: rootOnly,
    path_added: rootOnly,
  },
} as const
