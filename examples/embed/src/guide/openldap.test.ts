import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LdapUserStore } from '@force-reset/adapter-ldap'
import { type OpenLdapServer, startOpenLdap } from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Guide, openGuide, resetBy, typed } from './guide.fixture.ts'

const rootPassword = 'only for the test of the guide'
const operatorPassword = 'Long-and-random-0815-enough'
const suffix = 'dc=example,dc=com'

/**
 * A database as Debian makes it, beside the one of the throwaway server: no policy, and the access
 * rules of slapd.init.ldif.
 */
const database = (folder: string): string => `
database mdb
suffix ${suffix}
rootdn cn=admin,${suffix}
rootpw "${rootPassword}"
directory ${folder}
index objectClass,entryUUID eq
access to attrs=userPassword by self write by anonymous auth by * none
access to attrs=shadowLastChange by self write by * read
access to * by * none

database config
rootpw "${rootPassword}"
`

const people = (password: string): string =>
  [
    `dn: ${suffix}\nobjectClass: domain\ndc: example`,
    ...['people', 'groups'].map(
      (name) => `dn: ou=${name},${suffix}\nobjectClass: organizationalUnit\nou: ${name}`,
    ),
    ...['kim', 'lee', 'ada'].map((uid) =>
      [
        `dn: uid=${uid},ou=people,${suffix}`,
        'objectClass: inetOrgPerson',
        ...['uid', 'cn', 'sn'].map((name) => `${name}: ${uid}`),
        `userPassword: ${password}`,
      ].join('\n'),
    ),
    [
      `dn: cn=admins,ou=groups,${suffix}`,
      'objectClass: groupOfNames',
      'cn: admins',
      `member: uid=ada,ou=people,${suffix}`,
    ].join('\n'),
  ].join('\n\n')

describeWithServer('slapd', 'the guide to OpenLDAP', () => {
  let server: OpenLdapServer
  let folder: string
  let guide: Guide
  let store: LdapUserStore
  const oldPassword = 'The-old-password-42'

  /**
   * Applies LDIF as `ldapmodify` on the server would, as the administrator of the settings or of
   * the database.
   */
  const apply = (ldif: string, who: 'settings' | 'database') => {
    const root = who === 'settings' ? 'cn=config' : `cn=admin,${suffix}`
    return typed(
      `ldapmodify -a -x -H ${server.url} -D '${root}' -w '${rootPassword}'`,
      { LDAPTLS_CACERT: server.caFile },
      `${ldif}\n`,
    )
  }
  const check = (password: string) =>
    typed(`${guide.block('the check').replace(' -W', ` -w '${password}'`).trim()} 2>&1 || true`)

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guide-openldap-'))
    server = await startOpenLdap({ configuration: database(folder) })
    const tls = await typed(
      `ldapsearch -LLL -o ldif-wrap=no -x -H ${server.url} -D cn=config -w '${rootPassword}' ` +
        '-b cn=config -s base',
      {
        LDAPTLS_CACERT: server.caFile,
      },
    )
    const setting = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(tls)?.[1] ?? ''
    guide = await openGuide('openldap.md', {
      '{1}mdb': '{2}mdb',
      'CHANGE-THIS-to-a-long-random-one': operatorPassword,
      'ldaps://ldap1.example.com': server.url,
      "'ldaps://ldap2.example.com'": `'${server.startTlsUrl}'`,
      '/etc/force-reset/ca.pem': server.caFile,
      '/etc/ldap/tls/ca.pem': setting('olcTLSCACertificateFile'),
      '/etc/ldap/tls/server.pem': setting('olcTLSCertificateFile'),
      '/etc/ldap/tls/server.key': setting('olcTLSCertificateKeyFile'),
    })
    await apply(people(oldPassword), 'database')
    // The throwaway server has the module already, and says so: it knows the entry, the attribute
    // and the name.
    await expect(apply(guide.block('the module'), 'settings')).rejects.toThrow(
      /Type or value exists/,
    )
    await apply(guide.block('the overlay'), 'settings')
    await apply(guide.block('the policy'), 'database')
    await apply(guide.block('the service account'), 'database')
    await apply(guide.block('the rights'), 'settings')
    await apply(guide.block('the default policy'), 'settings')
    await apply(guide.block('the certificate'), 'settings')
    store = await guide.store(server.ca, operatorPassword)
  })
  afterAll(async () => {
    store?.close()
    await server?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  it('leads to a reset that the old password does not survive', async () => {
    expect(await check(oldPassword)).toContain(`dn:uid=kim,ou=people,${suffix}`)
    const result = await resetBy(store, 'kim')
    expect(result).toMatchObject({
      ok: true,
      receipt: {
        mustChange: 'enforced',
        unreadRules: [],
        survives: ['replicas', 'sessions', 'in_flight_sign_ins', 'caches'],
      },
    })
    const temporary = result.ok ? result.temporaryPassword.reveal() : ''
    expect(await check(oldPassword)).toContain('Invalid credentials (49)')
    expect(await check(temporary)).toContain('Password must be changed')
    await typed(
      `ldappasswd -x -H ${server.url} -D 'uid=kim,ou=people,${suffix}' -w '${temporary}' ` +
        "-s 'A choice of my own, 42'",
      {
        LDAPTLS_CACERT: server.caFile,
      },
    )
    expect(await check('A choice of my own, 42')).toContain('dn:uid=kim')
  })

  it('has the server store a hash, and lets the service account read none', async () => {
    const hash = async (uid: string, as: string, password: string) =>
      await typed(
        `ldapsearch -LLL -x -H ${server.url} -D '${as}' -w '${password}' ` +
          `-b 'uid=${uid},ou=people,${suffix}' userPassword`,
        {
          LDAPTLS_CACERT: server.caFile,
        },
      )
    expect((await resetBy(store, 'lee')).ok).toBe(true)
    const stored =
      /^userPassword:: (\S+)$/m.exec(await hash('lee', `cn=admin,${suffix}`, rootPassword))?.[1] ??
      ''
    expect(Buffer.from(stored, 'base64').toString()).toMatch(/^\{SSHA\}/)
    const seen = await hash('lee', `cn=reset-operator,ou=services,${suffix}`, operatorPassword)
    expect(seen).toContain('dn: uid=lee')
    expect(seen).not.toContain('userPassword')
  })

  it('gives the service account no other right', async () => {
    const change = (ldif: string) =>
      typed(
        `ldapmodify -x -H ${server.url} -D 'cn=reset-operator,ou=services,${suffix}' ` +
          `-w '${operatorPassword}'`,
        { LDAPTLS_CACERT: server.caFile },
        `dn: uid=lee,ou=people,${suffix}\nchangetype: modify\n${ldif}\n`,
      )
    for (const ldif of [
      'replace: mail\nmail: x@example.com',
      'delete: pwdAccountLockedTime',
      'replace: sn\nsn: x',
    ])
      await expect(change(ldif)).rejects.toThrow('Insufficient access (50)')
  })

  it('refuses the privileged, and whom an administrator has locked', async () => {
    expect(await resetBy(store, 'ada')).toMatchObject({ ok: false, code: 'privileged_user' })
    await apply(
      [
        `dn: uid=lee,ou=people,${suffix}`,
        'changetype: modify',
        'replace: pwdAccountLockedTime',
        'pwdAccountLockedTime: 000001010000Z',
      ].join('\n'),
      'database',
    )
    expect(await resetBy(store, 'lee')).toMatchObject({ ok: false, code: 'not_eligible' })
  })

  it.each([
    [0, 'store_denied'],
    [1, 'store_denied'],
    [3, 'must_change_ineffective'],
    [4, 'store_denied'],
  ])(
    'names no right that is not needed: without number %i the answer is %s',
    async (number, code) => {
      const rule = /^olcAccess: .*(?:\n .*)*$/gm
      const one = guide.block('the rights').match(rule)?.[number] ?? ''
      const change = (operation: 'add' | 'delete', value: string): Promise<string> =>
        apply(
          `dn: olcDatabase={2}mdb,cn=config\nchangetype: modify\n${operation}: olcAccess\n${value}`,
          'settings',
        )
      await change('delete', `olcAccess: {${number}}`)
      const without = await guide.store(server.ca, operatorPassword)
      try {
        const result: unknown = await resetBy(without, 'kim').catch((error: unknown) => error)
        expect(result).toMatchObject({ code })
      } finally {
        without.close()
        await change('add', one)
      }
      const again = await guide.store(server.ca, operatorPassword)
      expect(await resetBy(again, 'kim')).toMatchObject({ ok: true })
      again.close()
    },
  )

  it.each([
    ['pwdMustChange', 'FALSE', 'policy_without_must_change'],
    ['pwdSafeModify', 'TRUE', 'old_password_required'],
  ])('says what becomes of resets with %s: %s', async (attribute, value, key) => {
    const set = (values: string) =>
      apply(
        [
          `dn: cn=default,ou=policies,${suffix}`,
          'changetype: modify',
          `replace: ${attribute}`,
          values,
        ].join('\n'),
        'database',
      )
    const before = new RegExp(`^${attribute}: .*$`, 'm').exec(guide.block('the policy'))?.[0] ?? ''
    await set(`${attribute}: ${value}`)
    const one = await guide.store(server.ca, operatorPassword)
    expect(await resetBy(one, 'kim')).toMatchObject({ ok: false, detail: { key } })
    one.close()
    await set(before)
  })

  it('does not reset during a minimum age', async () => {
    await apply(
      [
        `dn: cn=default,ou=policies,${suffix}`,
        'changetype: modify',
        'replace: pwdMinAge',
        'pwdMinAge: 3600',
      ].join('\n'),
      'database',
    )
    // What somebody else has set may be reset again at once, and changed at once.
    expect(await resetBy(store, 'kim')).toMatchObject({ ok: true })
    const again = await resetBy(store, 'kim')
    const secondPassword = again.ok ? again.temporaryPassword.reveal() : ''
    await typed(
      `ldappasswd -x -H ${server.url} -D 'uid=kim,ou=people,${suffix}' -w '${secondPassword}' ` +
        "-s 'A choice of my own, 43'",
      { LDAPTLS_CACERT: server.caFile },
    )
    expect(await resetBy(store, 'kim')).toMatchObject({
      ok: false,
      detail: { key: 'password_too_young' },
    })
    expect(await check('A choice of my own, 43')).toContain('dn:uid=kim')
  })
})
