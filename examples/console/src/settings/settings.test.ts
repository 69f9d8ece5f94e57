import { describe, expect, it } from 'vitest'
import { isLoopback, readSettings, type Settings } from './settings.ts'

function settingsOf(environment: Record<string, string>): Settings {
  const read = readSettings(environment)
  if (!read.ok) throw new Error(read.problems.join('\n'))
  return read.settings
}

const problemsOf = (environment: Record<string, string>) => {
  const read = readSettings(environment)
  return read.ok ? [] : read.problems
}

const operator = { OPERATOR_USERNAME: 'operator', OPERATOR_PASSWORD: 'a long enough password' }

describe('readSettings', () => {
  it('demonstrates on loopback, with a random password, when nothing is set', () => {
    expect(settingsOf({})).toMatchObject({
      operator: 'random',
      users: { in: 'samples' },
      host: '127.0.0.1',
      port: undefined,
      userPages: true,
    })
  })

  it('takes the operator from the environment', () => {
    expect(settingsOf(operator).operator).toEqual({
      username: 'operator',
      password: 'a long enough password',
    })
  })

  it.each<[Record<string, string>]>([
    [{ DATABASE_URL: '/var/lib/app.db' }],
    [{ DATABASE_URL: '/var/lib/app.db', OPERATOR_USERNAME: 'operator' }],
    [{ OPERATOR_USERNAME: 'operator' }],
    [{ OPERATOR_PASSWORD: 'a long enough password' }],
    [{ OPERATOR_USERNAME: '', OPERATOR_PASSWORD: '' }],
  ])('switches the console off, and says so, with %j', (environment) => {
    const read = readSettings(environment)
    expect(read).toMatchObject({
      ok: true,
      settings: { operator: undefined },
      warnings: [expect.stringContaining('404')],
    })
  })

  it('warns of a short operator password without printing it', () => {
    const read = readSettings({ OPERATOR_USERNAME: 'operator', OPERATOR_PASSWORD: 'hunter2' })
    expect(read).toMatchObject({ ok: true, warnings: [expect.stringContaining('fewer than 15')] })
    expect(JSON.stringify(read.ok && read.warnings)).not.toContain('hunter2')
  })

  it.each([
    ['data/app.db', 'data/app.db'],
    ['file:data/app.db', 'data/app.db'],
    ['file:///var/lib/my%20app.db', '/var/lib/my app.db'],
    ['sqlite:/var/lib/app.db', '/var/lib/app.db'],
    ['sqlite:///var/lib/app.db', '/var/lib/app.db'],
  ])('reads the path of %s', (url, path) => {
    expect(settingsOf({ ...operator, DATABASE_URL: url }).users).toEqual({
      in: 'database',
      path,
      tableConfigPath: undefined,
    })
  })

  it('refuses a database it cannot open, without repeating the address', () => {
    const problems = problemsOf({ ...operator, DATABASE_URL: 'postgres://app:s3cret@db/app' })
    expect(problems).toEqual([expect.stringContaining('postgres')])
    expect(problems.join()).not.toContain('s3cret')
  })

  it('refuses an address that others can reach, unless there is TLS or it is insisted on', () => {
    const open = { ...operator, HOST: '0.0.0.0' }
    expect(problemsOf(open)).toEqual([expect.stringContaining('TLS_CERT')])
    expect(problemsOf({ ...open, TLS_CERT: 'cert.pem', TLS_KEY: 'key.pem' })).toEqual([])
    expect(problemsOf({ ...open, ALLOW_INSECURE_HTTP: '1' })).toEqual([])
  })

  it.each<[Record<string, string>, string]>([
    [{ TLS_CERT: 'cert.pem' }, 'TLS_KEY'],
    [{ PORT: 'http' }, 'PORT'],
    [{ PORT: '65536' }, 'PORT'],
    [{ TRUST_PROXY: 'maybe' }, 'TRUST_PROXY'],
    [{ TEMPORARY_PASSWORD_HOURS: '0' }, 'TEMPORARY_PASSWORD_HOURS'],
    [{ REQUIRE_REASON: 'perhaps' }, 'REQUIRE_REASON'],
    [{ REQUIRE_REASON: '^INC-(' }, 'REQUIRE_REASON'],
    [{ CALLER_VERIFICATION: 'voice' }, 'CALLER_VERIFICATION'],
    [{ CALLER_VERIFICATION: 'counter,counter' }, 'CALLER_VERIFICATION'],
    [{ CALLER_VERIFICATION: 'vouch', USER_PAGES: 'off' }, 'CALLER_VERIFICATION'],
    [{ ...operator, CALLER_VERIFICATION: 'counter', DATABASE_URL: 'a.db' }, 'CALLER_VERIFICATION'],
    [{ RESETS_PER_OPERATOR: '0' }, 'RESETS_PER_OPERATOR'],
    [{ RESETS_PER_ACCOUNT: '2.5' }, 'RESETS_PER_ACCOUNT'],
  ])('names what is wrong with %j', (environment, name) => {
    expect(problemsOf(environment)).toEqual([expect.stringContaining(name)])
  })
})

it.each<[string, boolean | RegExp]>([
  ['', false],
  ['off', false],
  ['on', true],
  ['^INC-[0-9]+$', /^INC-[0-9]+$/u],
])('REQUIRE_REASON=%s asks for a reason: %s', (text, rule) => {
  expect(settingsOf({ REQUIRE_REASON: text }).requireReason).toEqual(rule)
})

const directory = {
  ...operator,
  LDAP_URL: 'ldaps://ldap1.example.com, ldap://ldap2.example.com:1389',
  LDAP_BASE_DN: 'ou=people,dc=example,dc=com',
  LDAP_BIND_DN: 'cn=reset-operator,ou=services,dc=example,dc=com',
  LDAP_BIND_PASSWORD: 'planted-bind-secret',
  LDAP_DIALECT: 'openldap',
  LDAP_PRIVILEGED_GROUPS: 'cn=admins,ou=groups,dc=example,dc=com; cn=a\\;b,dc=example,dc=com',
  LDAP_DEFAULT_POLICY: 'cn=default,ou=policies,dc=example,dc=com',
  AUDIT_DATABASE: '/var/lib/console/audit.db',
}

describe('readSettings, of a directory', () => {
  it('takes all that the directory is described by', () => {
    const settings = settingsOf(directory)
    expect(settings).toMatchObject({ userPages: false, temporaryPasswordSeconds: undefined })
    expect(settings.users).toEqual({
      in: 'directory',
      directory: {
        product: 'openldap',
        urls: ['ldaps://ldap1.example.com', 'ldap://ldap2.example.com:1389'],
        baseDn: 'ou=people,dc=example,dc=com',
        bindDn: 'cn=reset-operator,ou=services,dc=example,dc=com',
        bindPassword: { value: 'planted-bind-secret' },
        caPath: undefined,
        privilegedGroups: ['cn=admins,ou=groups,dc=example,dc=com', 'cn=a\\;b,dc=example,dc=com'],
        defaultPolicy: 'cn=default,ou=policies,dc=example,dc=com',
        stampAttribute: undefined,
        singleServer: false,
        auditPath: '/var/lib/console/audit.db',
      },
    })
  })

  it('warns, and goes on, where the audit trail is in memory or no default policy is named', () => {
    const read = readSettings({ ...directory, AUDIT_DATABASE: ':memory:', LDAP_DEFAULT_POLICY: '' })
    const words = [
      expect.stringContaining('LDAP_DEFAULT_POLICY is not set'),
      expect.stringContaining('lost when the console stops'),
    ]
    expect(read).toMatchObject({
      ok: true,
      warnings: words,
      settings: { users: { directory: { auditPath: undefined } } },
    })
  })

  it('switches the console off, and says so, without an operator', () => {
    const read = readSettings({ ...directory, OPERATOR_PASSWORD: '' })
    expect(read).toMatchObject({
      ok: true,
      settings: { operator: undefined },
      warnings: [expect.stringContaining('404')],
    })
  })

  it.each<[Record<string, string>, readonly RegExp[]]>([
    [{ DATABASE_URL: '/var/lib/app.db' }, [/DATABASE_URL and LDAP_URL are both set/]],
    [{ DATABASE_URL: 'postgres://db', CONSOLE_CONFIG: 'x' }, [/both set/, /CONSOLE_CONFIG/]],
    [{ USER_PAGES: 'on' }, [/USER_PAGES/]],
    [{ TEMPORARY_PASSWORD_HOURS: '8' }, [/TEMPORARY_PASSWORD_HOURS/]],
    [{ LDAP_URL: '' }, [/set, but empty/]],
    [{ LDAP_URL: 'http://ldap.example.com' }, [/ldaps:\/\/host/]],
    [{ LDAP_URL: 'ldaps://cn=x:planted-bind-secret@ldap.example.com' }, [/ldaps:\/\/host/]],
    [{ LDAP_URL: 'ldaps://ldap.example.com/dc=example' }, [/ldaps:\/\/host/]],
    [{ LDAP_BASE_DN: '' }, [/^LDAP_BASE_DN has to be set/]],
    [
      { LDAP_BIND_DN: '', LDAP_BIND_PASSWORD: '' },
      [/^LDAP_BIND_DN has to be set/, /^LDAP_BIND_PASSWORD_FILE or LDAP_BIND_PASSWORD/],
    ],
    [{ LDAP_BIND_PASSWORD_FILE: '/etc/secret' }, [/both set/]],
    [{ LDAP_DIALECT: 'OpenLDAP' }, [/active-directory, openldap, 389-ds/]],
    [{ LDAP_DIALECT: '' }, [/active-directory, openldap, 389-ds/]],
    [{ LDAP_PRIVILEGED_GROUPS: '' }, [/Where there are none, set it to none/]],
    [{ LDAP_DIALECT: 'active-directory' }, [/LDAP_DEFAULT_POLICY does not fit/]],
    [
      { LDAP_DIALECT: 'active-directory', LDAP_SHADOW_LAST_CHANGE: 'on' },
      [/LDAP_DEFAULT_POLICY does not fit/, /LDAP_SHADOW_LAST_CHANGE fits openldap only/],
    ],
    [{ LDAP_STAMP_ATTRIBUTE: 'info' }, [/LDAP_STAMP_ATTRIBUTE fits active-directory only/]],
    [{ LDAP_SINGLE_SERVER: 'perhaps' }, [/LDAP_SINGLE_SERVER has to be on or off/]],
    [{ AUDIT_DATABASE: '' }, [/^AUDIT_DATABASE has to be set/]],
  ])('refuses %j, in words that hold no password', (change, words) => {
    const problems = problemsOf({ ...directory, ...change })
    expect(problems).toEqual(words.map((word) => expect.stringMatching(word)))
    expect(problems.join()).not.toContain('planted-bind-secret')
  })

  it('refuses parts of a directory without its address', () => {
    const { LDAP_URL: _, ...rest } = directory
    expect(problemsOf(rest)).toEqual([
      expect.stringMatching(
        /LDAP_BASE_DN and .* and AUDIT_DATABASE belong to a directory: set LDAP_URL too/,
      ),
    ])
    expect(problemsOf({ ...operator, AUDIT_DATABASE: 'audit.db' })).toEqual([
      'AUDIT_DATABASE belongs to a directory: set LDAP_URL too.',
    ])
  })

  it('takes every further option of a directory', () => {
    const { users } = settingsOf({
      ...directory,
      LDAP_PRIVILEGED_ACCOUNTS: 'uid=boss,dc=example,dc=com; uid=a\\;b,dc=example,dc=com',
      LDAP_PRIVILEGED_WHERE: 'employeeType=admin',
      LDAP_SUSPENDED_WHERE: 'employeeType = left; loginDisabled=*',
      LDAP_SIGNS_IN_ELSEWHERE: 'objectClass=ssoUser',
      LDAP_ABSENT_MEMBERS: 'cn=dummy',
      LDAP_OTHER_HASHES: 'survive',
      LDAP_THROWAWAY_ACCOUNT: 'uid=throwaway,dc=example,dc=com',
      LDAP_SHADOW_LAST_CHANGE: 'on',
      LDAP_UNLOCK: 'off',
      LDAP_USER_FILTER: '(objectClass=inetOrgPerson)',
      LDAP_USERNAME_ATTRIBUTE: 'mail',
      LDAP_EMAIL_ATTRIBUTE: 'mail',
      LDAP_NAME_ATTRIBUTES: 'cn, displayName',
      LDAP_SEARCH_ATTRIBUTES: 'uid cn',
      LDAP_SEARCH_MODE: 'prefix',
      LDAP_FACTS: 'Department=department; Employee number = employeeID',
      LDAP_MOMENTS: 'on',
      LDAP_CERTIFICATE_NAME: 'ldap.example.com',
    })
    expect(users).toMatchObject({
      directory: {
        privilegedAccounts: ['uid=boss,dc=example,dc=com', 'uid=a\\;b,dc=example,dc=com'],
        privilegedWhere: [{ attribute: 'employeeType', value: 'admin' }],
        suspendedWhere: [
          { attribute: 'employeeType', value: 'left' },
          { attribute: 'loginDisabled', value: undefined },
        ],
        signsInElsewhere: [{ attribute: 'objectClass', value: 'ssoUser' }],
        absentMembers: ['cn=dummy'],
        otherHashes: 'survive',
        throwawayAccount: 'uid=throwaway,dc=example,dc=com',
        shadowLastChange: true,
        unlock: false,
        userFilter: '(objectClass=inetOrgPerson)',
        usernameAttribute: 'mail',
        emailAttribute: 'mail',
        nameAttributes: ['cn', 'displayName'],
        searchAttributes: ['uid', 'cn'],
        searchMode: 'prefix',
        facts: { Department: 'department', 'Employee number': 'employeeID' },
        moments: true,
        tlsName: 'ldap.example.com',
      },
    })
  })

  it.each<[Record<string, string>, RegExp]>([
    [{ LDAP_RESET_SERVICE_ACCOUNTS: 'on' }, /_ACCOUNTS fits active-directory only/],
    [{ LDAP_RESET_FORMER_ADMINISTRATORS: 'on' }, /_ADMINISTRATORS fits active-directory only/],
    [{ LDAP_DIALECT: '389-ds', LDAP_SHADOW_LAST_CHANGE: 'on' }, /_CHANGE fits openldap only/],
    [{ LDAP_ID_ATTRIBUTE: 'ipaUniqueID' }, /LDAP_ID_ATTRIBUTE fits 389-ds only/],
    [{ LDAP_OTHER_HASHES: 'ignore' }, /LDAP_OTHER_HASHES has to be refuse or survive or renewed/],
    [{ LDAP_FACTS: 'department' }, /LDAP_FACTS has to be name=attribute/],
    [{ LDAP_FACTS: 'A=b; A=c' }, /LDAP_FACTS has to be name=attribute/],
    [{ LDAP_FACTS: '1=b' }, /LDAP_FACTS has to be name=attribute/],
    [{ LDAP_SEARCH_MODE: 'contains' }, /LDAP_SEARCH_MODE has to be prefix or substring/],
    [{ LDAP_SUSPENDED_WHERE: 'employeeType' }, /LDAP_SUSPENDED_WHERE has to be attribute=value/],
    [{ LDAP_UNLOCK: 'maybe' }, /LDAP_UNLOCK has to be on or off/],
  ])('refuses %j in words', (change, words) => {
    expect(problemsOf({ ...directory, ...change })).toEqual([expect.stringMatching(words)])
  })

  it('needs no groups on Active Directory, and takes none elsewhere when it is said', () => {
    const { LDAP_DEFAULT_POLICY: _, ...rest } = directory
    const groupsOf = (environment: Record<string, string>) => {
      const { users } = settingsOf(environment)
      return users.in === 'directory' && users.directory.privilegedGroups
    }
    expect(
      groupsOf({ ...rest, LDAP_DIALECT: 'active-directory', LDAP_PRIVILEGED_GROUPS: '' }),
    ).toEqual([])
    expect(groupsOf({ ...directory, LDAP_PRIVILEGED_GROUPS: 'none' })).toBe('none')
  })
})

describe('isLoopback', () => {
  it.each([
    ['127.0.0.1', true],
    ['127.8.9.10', true],
    ['localhost', true],
    ['::1', true],
    ['0.0.0.0', false],
    ['::', false],
    ['127.example.com', false],
    ['192.168.0.4', false],
  ])('judges %s: %s', (host, expected) => {
    expect(isLoopback(host)).toBe(expected)
  })
})

it.each([
  ['an empty DATABASE_URL', { DATABASE_URL: '' }, /DATABASE_URL is set, but empty/],
  [
    'a CONSOLE_CONFIG without a database',
    { CONSOLE_CONFIG: '/etc/console.json' },
    /set DATABASE_URL too/,
  ],
  ['a DATABASE_URL with a lone percent sign', { DATABASE_URL: 'file:/var/lib/100%.db' }, /%25/],
])('refuses %s, in words', (_, environment, words) => {
  const read = readSettings(environment)
  expect(read.ok ? [] : read.problems).toEqual([expect.stringMatching(words)])
})
