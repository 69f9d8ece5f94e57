import {
  type BindCredentials,
  type CertificateFault,
  type DirectoryServer,
  ldifReplace,
  start389Ds,
  startOpenLdap,
  startSambaAd,
  textValues,
} from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { activeDirectory } from '../active-directory/dialect.ts'
import type { ActiveDirectoryOptions } from '../active-directory/options.ts'
import type { Finding } from '../dialect/finding.ts'
import { deadlinesByHand, until } from '../fixtures/deadlines-by-hand.ts'
import { dialectOf } from '../fixtures/dialect-of.ts'
import { storeOptions } from '../fixtures/directory-subject.ts'
import { fineGrainedPolicy } from '../fixtures/fine-grained-policy.ts'
import { noStartTls, silentServer } from '../fixtures/silent-server.ts'
import { openLdap } from '../openldap/dialect.ts'
import type { LdapUserStoreOptions } from '../store/options.ts'
import { diagnose } from './diagnose.ts'

type Fault = Exclude<CertificateFault, 'none'>

/** Each with what it tells about rights and about its clock where all is well. */
const products = [
  [
    'slapd',
    (certificate?: Fault) => startOpenLdap({ certificate }),
    { rights: 'unknown', clock: 'unknown' },
  ],
  [
    'samba',
    (certificate?: Fault) => startSambaAd({ certificate }),
    { rights: 'unknown', clock: 'ok' },
  ],
  ['389ds', (certificate?: Fault) => start389Ds({ certificate }), { rights: 'ok', clock: 'ok' }],
] as const

const checks = [
  'connection',
  'certificate',
  'bind',
  'base',
  'product',
  'users',
  'privileged',
  'rights',
  'policy',
  'must_change',
  'clock',
]

/** Check and level of each finding. */
function levels(findings: readonly Finding[]): Record<string, string> {
  return Object.fromEntries(findings.map(({ check, level }) => [check, level]))
}

/** What was found out about one thing. */
function about(findings: readonly Finding[], check: string): string {
  return findings
    .filter((finding) => finding.check === check)
    .map(({ level, message, cure }) => `${level}: ${message} ${cure ?? ''}`)
    .join('\n')
}

afterEach(() => void vi.useRealTimers())

for (const [name, start, told] of products) {
  describeWithServer(name, `diagnose() on ${name}`, () => {
    let server: DirectoryServer
    beforeAll(async () => {
      server = await start()
    })
    afterAll(() => server.stop())

    const diagnosed = (
      options: Partial<LdapUserStoreOptions> = {},
      on: DirectoryServer = server,
    ): Promise<readonly Finding[]> =>
      diagnose({
        ...storeOptions(on),
        dialect: dialectOf(on.product, on.privilegedGroupDn),
        ...options,
      })

    it.each(['url', 'startTlsUrl'] as const)(
      'finds everything well over %s, and says what cannot be known',
      async (url) => {
        const findings = await diagnosed({ url: server[url] })
        expect([...new Set(findings.map(({ check }) => check))]).toEqual(checks)
        expect(levels(findings)).toEqual({
          ...{
            connection: 'ok',
            certificate: 'ok',
            bind: 'ok',
            base: 'ok',
            product: 'ok',
            users: 'ok',
            privileged: 'ok',
            policy: 'ok',
          },
          // One sample account has a policy without must-change, or a password that never expires.
          ...{ must_change: 'warning', ...told },
        })
        expect(findings.every((finding) => finding.server === server[url])).toBe(true)
        expect(findings.filter(({ level, cure }) => level !== 'ok' && !cure)).toEqual([])
        expect(about(findings, 'must_change')).toMatch(
          /^warning: For \d of \d+ accounts: The password/,
        )
      },
    )

    it.each([
      [
        'an authority that is not trusted',
        'untrusted',
        /^problem: The certificate comes from an authority .* tls\.ca/,
      ],
      [
        'another name',
        'wrong_name',
        /^problem: The certificate is for another name than 127\.0\.0\.\d+\. .*tls\.servername/,
      ],
      ['a time that is over', 'expired', /^problem: .* has expired\. Renew the certificate/],
      [
        'a time that is nearly over',
        'expires_soon',
        /^warning: .* ends on \d{4}-\d\d-\d\d, in 1 days\. .* Renew/,
      ],
    ] as const)('says that a certificate is of %s', async (_, certificate, words) => {
      await using other = await start(certificate)
      const findings = await diagnosed({ url: [other.url, other.startTlsUrl] }, other)
      for (const url of [other.url, other.startTlsUrl]) {
        const ofOne = findings.filter((finding) => finding.server === url)
        expect(Object.keys(levels(ofOne))).toEqual(checks)
        expect(about(ofOne, 'connection')).toMatch(/^ok/)
        expect(about(ofOne, 'certificate')).toMatch(words)
        expect(about(ofOne, 'bind')).toMatch(
          certificate === 'expires_soon' ? /^ok/ : /^unknown: This check was not made/,
        )
      }
    })

    it('says that the service account is not let in, and tries once for all servers', async () => {
      const user = await server.createUser()
      const bind = { dn: user.dn, password: 'not the password' }
      const findings = await diagnosed({ url: [server.url, server.startTlsUrl, server.url], bind })
      const binds = findings.filter(({ check }) => check === 'bind')
      expect(binds.map(({ level }) => level)).toEqual(['problem', 'unknown', 'unknown'])
      const refused = about(findings, 'bind')
      expect(refused).toMatch(/^problem: The directory refused the name or the password of the /)
      expect(refused).toMatch(/ password of the service account\. Correct the name /)
      expect(JSON.stringify(findings)).not.toContain('not the password')
      // Two more lock it, so it was one before.
      await server.canSignIn(user.dn, 'not the password')
      expect(await server.canSignIn(user.dn, user.password)).toBe('ok')
      expect(await failedSignIns(server, user.dn)).toBe(0)
    })

    it('says that the base is not there', async () => {
      const findings = await diagnosed({ baseDn: `ou=nowhere,${server.baseDn}` })
      expect(about(findings, 'base')).toMatch(/^problem: baseDn does not exist/)
      expect(levels(findings)).toMatchObject({
        bind: 'ok',
        users: 'unknown',
        rights: 'unknown',
        clock: 'unknown',
      })
    })

    it('says that no account is found', async () => {
      const found = await diagnosed({
        baseDn: server.operator.dn,
        dialect: dialectOf(server.product, server.privilegedGroupDn, '(uid=nobody)'),
      })
      expect(about(found, 'users')).toMatch(/^problem: No account is found at or below baseDn\./)
      expect(levels(found)).toMatchObject({
        product: 'ok',
        policy: 'unknown',
        must_change: 'unknown',
        rights: 'unknown',
      })
    })

    it('changes nothing but what the server notes down about a sign-in', async () => {
      const before = await everything(server)
      await diagnosed({ url: [server.url, server.startTlsUrl] })
      await diagnosed({
        bind: { dn: `cn=nobody,${server.peopleDn}`, password: 'not the password' },
      })
      await diagnosed({ baseDn: server.baseDn })
      expect(await everything(server)).toEqual(before)
      await server.canSignIn(server.user('second').dn, 'not the password')
      expect(await everything(server)).not.toEqual(before)
    })

    it('says that the service account could not be fetched', async () => {
      const bind = () => Promise.reject(new Error('the vault is closed'))
      const findings = await diagnosed({ bind })
      expect(about(findings, 'bind')).toMatch(
        /^problem: The option bind did not return a dn and a password\./,
      )
      expect(JSON.stringify(findings)).not.toContain('vault')
    })

    it('gives a function for the service account up that never answers', async () => {
      const findings = await diagnosed({
        bind: () => new Promise(() => undefined),
        connectTimeoutMs: 500,
      })
      expect(about(findings, 'bind')).toMatch(
        /^problem: The option bind did not return a dn and a password\./,
      )
    })
  })
}

/**
 * Everything that is stored, except for the entries of the administrator and the service account:
 * their own sign-ins change those.
 */
async function everything(server: DirectoryServer): Promise<readonly string[]> {
  const entries = await server.search({ base: server.baseDn })
  const signedIn = [server.operator.dn, server.admin.dn].map((dn) => dn.toLowerCase())
  return entries
    .filter(({ dn }) => !signedIn.includes(dn.toLowerCase()))
    .map(
      ({ dn, attributes }) =>
        `${dn}\n${[...attributes].map(([name, values]) => `${name}: ${hex(values)}`).join('\n')}`,
    )
}

function hex(values: readonly Buffer[]): string {
  return `${values.map((one) => one.toString('hex'))}`
}

async function failedSignIns(server: DirectoryServer, dn: string): Promise<number> {
  const entry = await server.read(dn)
  if (entry === undefined) throw new Error('The account is gone.')
  const count = ['badPwdCount', 'passwordRetryCount'].map((name) =>
    Number(textValues(entry, name)[0] ?? 0),
  )
  return Math.max(...count, textValues(entry, 'pwdFailureTime').length)
}

describeWithServer('slapd', 'diagnose() on an OpenLDAP that is not set up yet', () => {
  it('says that the policy is unknown, and that nobody would have to change anything', async () => {
    await using server = await startOpenLdap({ policy: { pwdMustChange: 'FALSE' } })
    const { privilegedGroupDn, policyDn } = server
    const privilegedGroups = [privilegedGroupDn]
    const unknown = await diagnose({
      ...storeOptions(server),
      dialect: openLdap({ privilegedGroups }),
    })
    expect(about(unknown, 'policy')).toMatch(/^warning: .* cannot be read, .*: ppolicy\. /)
    expect(about(unknown, 'policy')).toMatch(/ppolicy\. .* Let the service account read/)
    expect(about(unknown, 'must_change')).toMatch(
      /^problem: For \d+ of \d+ accounts: .* name ppolicy_default in openLdap/,
    )
    const relaxed = await diagnose({
      ...storeOptions(server),
      dialect: openLdap({ privilegedGroups, defaultPolicy: policyDn }),
    })
    expect(about(relaxed, 'policy')).toMatch(/^ok/)
    expect(about(relaxed, 'must_change')).toMatch(
      /^problem: For (\d+) of \1 accounts: .* Set pwdMustChange to TRUE in the policy\.$/,
    )
  })

  it('says what an account that has no rights may not see', async () => {
    await using server = await startOpenLdap()
    const findings = await diagnose({
      ...storeOptions(server),
      bind: server.user('second'),
      dialect: dialectOf('openldap', server.privilegedGroupDn),
    })
    expect(levels(findings)).toMatchObject({
      bind: 'ok',
      base: 'problem',
      users: 'unknown',
      rights: 'unknown',
    })
  })

  it('says that a privileged group cannot be read, and goes on', async () => {
    await using server = await startOpenLdap()
    const findings = await diagnose({
      ...storeOptions(server),
      dialect: dialectOf('openldap', 'cn=nobody,dc=example,dc=test'),
    })
    expect(about(findings, 'users')).toMatch(
      /^problem: A group named in privilegedGroups does not exist, .* Correct the DN of the group/,
    )
    expect(levels(findings)).toMatchObject({ product: 'ok', rights: 'unknown' })
  })

  it('sends binds, searches, and modifies that the server refuses, and nothing else', async () => {
    await using server = await startOpenLdap({ logLevel: 256 })
    const before = (await server.log()).length
    await diagnose({
      ...storeOptions(server),
      dialect: dialectOf('openldap', server.privilegedGroupDn),
    })
    const told = async () => (await server.log()).slice(before)
    let log = await told()
    // slapd writes the line of a result after it has sent the result.
    while (log.match(/ MOD dn=/g)?.length !== log.match(/ RESULT tag=103 /g)?.length)
      log = await told()
    const operations = [
      ...log.matchAll(/conn=\d+ op=\d+ (?!RESULT|UNBIND|SEARCH RESULT)([A-Z]+)\b/g),
    ].map(([, operation]) => operation)
    expect([...new Set(operations)].sort()).toEqual(['BIND', 'MOD', 'SRCH'])
    const modifies = [...log.matchAll(/(conn=\d+ op=\d+) MOD dn=/g)].map(
      ([, operation = '']) => operation,
    )
    for (const operation of modifies) expect(log).toContain(`${operation} RESULT tag=103 err=122`)
  })
})

describeWithServer('samba', 'diagnose() on an Active Directory that is not set up yet', () => {
  it('says which rights the service account lacks, and that it has all where it has', async () => {
    await using server = await startSambaAd()
    const diagnosed = (bind: BindCredentials, options: ActiveDirectoryOptions = {}) =>
      diagnose({ ...storeOptions(server), bind, dialect: activeDirectory(options) })
    const lacking = about(await diagnosed(server.user('second')), 'rights')
    expect(lacking).toMatch(
      /^problem: The service account may not write pwdLastSet and lockoutTime /,
    )
    expect(lacking).toMatch(/ of accounts in OU=People,.* Grant the service account there/)
    expect(
      about(await diagnosed(server.operator, { stampAttribute: 'comment' }), 'rights'),
    ).toMatch(/^problem: .* may not write comment of/)
    expect(about(await diagnosed(server.operator), 'rights')).toMatch(
      /^unknown: .* Only a reset can tell whether .*dsacls "OU=People,/,
    )
    expect(about(await diagnosed(server.admin), 'rights')).toMatch(/^ok/)
  })

  it('says what to do about users who would not have to choose a new password', async () => {
    await using server = await startSambaAd()
    const findings = await diagnose({ ...storeOptions(server), dialect: activeDirectory() })
    const cures = findings
      .filter(({ check }) => check === 'must_change')
      .map(({ message, cure }) => [/\((\w+)\)/.exec(message)?.[1], cure])
    expect(cures.sort()).toEqual([
      [
        'DONT_EXPIRE_PASSWD',
        'Take the flag DONT_EXPIRE_PASSWD away first, or have the reset done by somebody who may.',
      ],
      [
        'SMARTCARD_REQUIRED',
        'Take the flag SMARTCARD_REQUIRED away first, or give the user another card.',
      ],
    ])
  })

  it('says that a fine-grained policy cannot be read', async () => {
    await using server = await startSambaAd()
    await server.modify(fineGrainedPolicy(server.baseDn, server.user('active').dn))
    const findings = await diagnose({ ...storeOptions(server), dialect: activeDirectory() })
    expect(about(findings, 'policy')).toMatch(/^warning: .*: fine_grained_policy\. /)
  })

  it('says that another dialect was chosen, and that the clocks are apart', async () => {
    await using server = await startSambaAd()
    const wrong = await diagnose({
      ...storeOptions(server),
      dialect: dialectOf('openldap', server.privilegedGroupDn),
    })
    expect(about(wrong, 'product')).toMatch(
      /^problem: This server knows no conditional writes .* Choose the dialect/,
    )
    for (const [minutes, words] of [
      [10, /^problem: The clock of the server is \d+ seconds behind the clock/],
      [-1, /^warning: The clock of the server is \d+ seconds ahead of the clock/],
    ] as const) {
      const findings = await diagnose({
        ...storeOptions(server),
        dialect: activeDirectory(),
        now: () => Date.now() + minutes * 60_000,
      })
      expect(about(findings, 'clock')).toMatch(words)
    }
  })
})

describeWithServer('389ds', 'diagnose() on a 389 Directory Server that is not set up yet', () => {
  it('says that the account may not reset, and that the policy cannot be read', async () => {
    await using server = await start389Ds()
    const dialect = dialectOf('389ds', server.privilegedGroupDn)
    await server.modify(ldifReplace(server.peopleDn, { aci: undefined }))
    await server.modify(ldifReplace('cn=config', { aci: undefined }))
    const findings = await diagnose({ ...storeOptions(server), dialect })
    const rights = about(findings, 'rights')
    expect(rights).toMatch(/^problem: The service account may not reset passwords in ou=people,/)
    expect(rights).toMatch(/ in ou=people,.* Give the service account an ACI there /)
    expect(about(findings, 'policy')).toMatch(/^warning: .*: password_policy\. /)
    expect(about(findings, 'must_change')).toMatch(
      /^problem: For \d+ of \d+ accounts: The password policy of this account cannot be read/,
    )
  })

  it('says which attributes may not be read by which accounts are judged', async () => {
    await using server = await start389Ds()
    const denied =
      '(targetattr="nsAccountLock || pwdpolicysubentry")(version 3.0; acl "not these"; ' +
      'deny (read) userdn="ldap:///anyone";)'
    await server.modify(`dn: ${server.baseDn}\nchangetype: modify\nadd: aci\naci: ${denied}\n\n`)
    const findings = await diagnose({
      ...storeOptions(server),
      dialect: dialectOf('389ds', server.privilegedGroupDn),
    })
    const rights = about(findings, 'rights')
    const unread = ['nsAccountLock', 'pwdpolicysubentry']
    expect(rights).toContain(`problem: The service account may not read ${unread.join(', ')} of `)
    expect(rights).toContain(`(targetattr="${unread.join(' || ')}")`)
  })

  it('says that the clocks are apart', async () => {
    await using server = await start389Ds()
    const dialect = dialectOf('389ds', server.privilegedGroupDn)
    expect(
      about(
        await diagnose({ ...storeOptions(server), dialect, now: () => Date.now() + 600_000 }),
        'clock',
      ),
    ).toMatch(/^problem/)
  })
})

describe('diagnose() without a directory', () => {
  const options = {
    baseDn: 'dc=x',
    bind: { dn: 'cn=x', password: 'canary-canary' },
    dialect: dialectOf('openldap', 'cn=x'),
    connectTimeoutMs: 10_000,
  }

  it('says for each url what is wrong there, and sends no password', async () => {
    await using plain = await silentServer(noStartTls)
    await using silent = await silentServer()
    await using noDirectory = await silentServer('485454502f312e3120343030')
    deadlinesByHand()
    const diagnosing = diagnose({
      ...options,
      url: [
        `ldap://127.0.0.1:${plain.port}`,
        `ldaps://127.0.0.1:${plain.port}`,
        `ldap://127.0.0.1:${silent.port}`,
        `ldap://127.0.0.1:${noDirectory.port}`,
        'ldaps://127.0.0.1:1',
      ],
    })
    await until(() => silent.received() !== '')
    vi.advanceTimersByTime(10_000)
    const findings = await diagnosing
    const found = Map.groupBy(findings, ({ server }) => server)
    expect([...found.values()].map((ofOne) => about(ofOne, 'connection'))).toEqual([
      expect.stringMatching(
        /^problem: The directory does not start TLS on this port\. Use ldaps:\/\//,
      ),
      expect.stringContaining(
        `problem: The server at 127.0.0.1, port ${plain.port}, does not speak the same TLS. ` +
          'ldaps:// is mostly for port 636',
      ),
      expect.stringMatching(/^problem: Nothing answers at .* within connectTimeoutMs\. Check url/),
      expect.stringMatching(/^problem: The server does not speak LDAP\. Check url/),
      expect.stringMatching(
        /^problem: Nothing listens at 127\.0\.0\.1, port 1\. Start the directory/,
      ),
    ])
    for (const ofOne of found.values()) expect(Object.keys(levels(ofOne))).toEqual(checks)
    for (const server of [plain, silent, noDirectory])
      expect(server.received()).not.toContain('canary')
  })

  it('refuses options that cannot work', async () => {
    await expect(diagnose({ ...options, url: 'http://127.0.0.1' })).rejects.toMatchObject({
      code: 'ERR_INVALID_CONFIG',
    })
  })
})
