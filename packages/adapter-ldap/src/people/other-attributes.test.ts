import {
  type DirectoryServer,
  escapeDnValue,
  ldifEntry,
  type SampleUser,
  start389Ds,
  startOpenLdap,
} from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { text } from '../connection/entry.ts'
import { storedValue, storeOptions } from '../fixtures/directory-subject.ts'
import { lookUp, refusal, resetUser } from '../fixtures/reset-user.ts'
import { ds389, openLdap } from '../index.ts'
import { type LdapUserStore, ldapUserStore } from '../store/ldap-user-store.ts'

const suffix = 'dc=example,dc=test'
const serviceAccount = `cn=helpdesk,ou=services,${suffix}`
const day = Math.floor(Date.now() / 86_400_000)

/** Attributes and classes of Samba, Kerberos and mail servers, as their own schemas have them. */
const attributes = [
  ['2.16.840.1.113719.1.301.4.8.1', 'krbTicketFlags'],
  ['1.3.6.1.4.1.5322.10.1.5', 'krb5KDCFlags'],
  ['1.3.6.1.4.1.7165.2.1.26', 'sambaAcctFlags'],
  ['1.3.6.1.4.1.7165.2.1.32', 'sambaKickoffTime'],
  ['1.3.6.1.4.1.7165.2.1.25', 'sambaNTPassword'],
  ['2.16.840.1.113719.1.39.42.1.0.11', 'loginDisabled'],
  ['2.16.840.1.113730.3.1.692', 'inetUserStatus'],
  ['2.16.840.1.113719.1.301.4.37.1', 'krbPrincipalExpiration'],
  ['2.16.840.1.113719.1.301.4.39.1', 'krbPrincipalKey'],
  ['2.16.840.1.113730.3.1.610', 'nsAccountLock'],
] as const
const classes = [
  ['1.3.6.1.4.1.7165.2.2.6', 'sambaSamAccount'],
  ['2.16.840.1.113719.1.301.6.8.1', 'krbPrincipalAux'],
  ['1.3.6.1.4.1.5322.10.2.2', 'krb5KDCEntry'],
  ['2.16.840.1.113730.3.8.12.39', 'ipaNTUserAttrs'],
  ['1.3.6.1.4.1.4203.1.4.7', 'authPasswordObject'],
  ['1.3.6.1.4.1.24552.500.1.1.2.0', 'ldapPublicKey'],
  ['1.3.6.1.4.1.35015.1.2.1', 'pwmUser'],
  ['1.3.6.1.4.1.5427.1.389.4.8', 'oathTOTPUser'],
  ['1.3.6.1.4.1.3317.4.3.2.1', 'radiusprofile'],
  ['1.3.6.1.4.1.99999.1', 'testLocks'],
] as const
const may = attributes.map(([, name]) => name).join(' $ ')

const schema = [
  ...attributes.map(
    ([oid, name]) =>
      `attributetype ( ${oid} NAME '${name}' EQUALITY caseIgnoreIA5Match ` +
      'SYNTAX 1.3.6.1.4.1.1466.115.121.1.26 )',
  ),
  ...classes.map(([oid, name]) => `objectclass ( ${oid} NAME '${name}' AUXILIARY MAY ( ${may} ) )`),
].join('\n')

const access = `
${schema}
access to dn.subtree="ou=people,${suffix}"
  attrs=shadowExpire,sambaAcctFlags,sambaKickoffTime,loginDisabled,nsAccountLock
  by dn.exact="${serviceAccount}" read by * break
access to dn.subtree="ou=people,${suffix}" attrs=shadowLastChange
  by dn.exact="${serviceAccount}" =w by * break
access to dn.subtree="ou=people,${suffix}"
  attrs=inetUserStatus,krbPrincipalExpiration,krbTicketFlags,krb5KDCFlags
  by dn.exact="${serviceAccount}" read by * break
`

const locks: readonly (readonly [string, string, string, 'disabled' | 'ended' | undefined])[] = [
  ['shadowAccount', 'shadowExpire', String(day), 'ended'],
  ['shadowAccount', 'shadowExpire', '0', 'ended'],
  ['shadowAccount', 'shadowExpire', '-1', undefined],
  ['shadowAccount', 'shadowExpire', String(day + 2), undefined],
  ['testLocks', 'sambaAcctFlags', '[UD         ]', 'disabled'],
  ['testLocks', 'sambaAcctFlags', '[U          ]', undefined],
  ['testLocks', 'sambaKickoffTime', '1000000000', 'ended'],
  ['testLocks', 'sambaKickoffTime', '2147483647', undefined],
  ['testLocks', 'loginDisabled', 'TRUE', 'disabled'],
  ['testLocks', 'nsAccountLock', 'true', 'disabled'],
  ['testLocks', 'inetUserStatus', 'Inactive', 'disabled'],
  ['testLocks', 'inetUserStatus', 'active', undefined],
  ['testLocks', 'krbTicketFlags', '192', 'disabled'],
  ['testLocks', 'krbTicketFlags', '128', undefined],
  ['testLocks', 'krb5KDCFlags', '254', 'disabled'],
  ['testLocks', 'krb5KDCFlags', '126', undefined],
  ['testLocks', 'krbPrincipalExpiration', '20200101000000Z', 'ended'],
  ['testLocks', 'krbPrincipalExpiration', '99991231235959Z', undefined],
  ['testLocks', 'krbPrincipalExpiration', '20200101000000+0100', 'ended'],
  ['testLocks', 'krbPrincipalExpiration', '19700101000000Z', undefined],
]

const privilegedGroups = [`cn=admins,ou=groups,${suffix}`]
const defaultPolicy = `cn=default,ou=policies,${suffix}`

async function marked(
  server: DirectoryServer,
  objectClass: string,
  values: Readonly<Record<string, string>> = {},
): Promise<SampleUser> {
  const user = await server.createUser()
  const lines = Object.entries(values).map(([name, value]) => `-\nadd: ${name}\n${name}: ${value}`)
  await server.modify(
    `dn: ${user.dn}\nchangetype: modify\nadd: objectClass\nobjectClass: ${objectClass}\n` +
      `${lines.join('\n')}\n`,
  )
  return user
}

describeWithServer('slapd', 'an account on OpenLDAP that other programs know, too', () => {
  let server: DirectoryServer
  const stores: LdapUserStore[] = []
  beforeAll(async () => {
    server = await startOpenLdap({ access })
  })
  afterEach(() => {
    for (const store of stores.splice(0)) store.close()
  })
  afterAll(() => server.stop())
  const storeWith = (options: Partial<Parameters<typeof openLdap>[0]> = {}): LdapUserStore => {
    const dialect = openLdap({ privilegedGroups, defaultPolicy, ...options })
    const store = ldapUserStore({ ...storeOptions(server), dialect })
    stores.push(store)
    return store
  }

  it.each(locks)('of %s with %s: %s is judged by that: %s', async (name, attribute, value, why) => {
    const user = await marked(server, name, { [attribute]: value })
    const store = storeWith()
    const { users } = await store.list({ search: user.username, statuses: ['suspended'] })
    expect(users.map(({ statusReason }) => statusReason)).toEqual(why === undefined ? [] : [why])
    const key = why === 'ended' ? 'account_expired' : 'account_disabled'
    expect(refusal(await resetUser(store, user))).toBe(
      why === undefined ? 'applied' : `not_eligible: ${key}`,
    )
    expect(await storedValue(server, user.dn, attribute)).toBe(value)
  })

  it('is not reset when a lock elsewhere comes between the look and the write', async () => {
    const user = await marked(server, 'shadowAccount')
    const result = await resetUser(storeWith(), user, {
      audit: ({ type }) =>
        type === 'reset.attempted'
          ? server.modify(
              `dn: ${user.dn}\nchangetype: modify\nadd: shadowExpire\nshadowExpire: 1\n`,
            )
          : undefined,
    })
    expect(refusal(result)).toBe('not_eligible: account_expired')
    expect(await server.canSignIn(user.dn, user.password)).toBe('ok')
  })

  it.each([
    ['pwdAccountLockedTime', '000001010000Z', 'account_blocked'],
    ['pwdEndTime', '20200101000000Z', 'account_expired'],
    ['pwdEndTime', '20200101000000+0100', 'account_expired'],
    ['pwdStartTime', '20990101000000Z', 'account_not_started'],
  ])('with %s: %s is refused as %s, with a cure', async (attribute, value, key) => {
    const user = await server.createUser()
    await server.modify(
      `dn: ${user.dn}\nchangetype: modify\nadd: ${attribute}\n${attribute}: ${value}\n`,
    )
    const result = await resetUser(storeWith(), user)
    expect(result).toMatchObject({
      code: 'not_eligible',
      detail: { key, cure: expect.stringMatching(/^(If the person|Wait)/) },
    })
  })

  it.each(['ldapPublicKey', 'pwmUser', 'oathTOTPUser', 'radiusprofile', 'pkiUser'])(
    'of the class %s is reset, and its other ways in are named',
    async (name) => {
      const user = await marked(server, name)
      const store = storeWith()
      const [result, other] = [
        await resetUser(store, user),
        await resetUser(store, await server.createUser()),
      ]
      expect(result.ok && result.receipt.survives).toContain('other_credentials')
      expect(other.ok && other.receipt.survives).not.toContain('other_credentials')
      expect(other.ok && other.receipt.survives).toContain('caches')
    },
  )

  it.each([
    ['the day of the reset, where that is asked for', true, String(day)],
    ['as it was, where nothing is said', false, '10000'],
  ])('has in shadowLastChange %s', async (_, shadowLastChange, expected) => {
    const user = await marked(server, 'shadowAccount', { shadowLastChange: '10000' })
    const plain = await server.createUser()
    const store = storeWith({ shadowLastChange })
    const { id, version } = await lookUp(store, user)
    expect(refusal(await resetUser(store, { id, version }))).toBe('applied')
    expect(await storedValue(server, user.dn, 'shadowLastChange')).toBe(expected)
    expect(refusal(await resetUser(store, plain))).toBe('applied')
    expect(await storedValue(server, plain.dn, 'shadowLastChange')).toBeUndefined()
  })

  it.each([
    'sambaSamAccount',
    'krbPrincipalAux',
    'krb5KDCEntry',
    'ipaNTUserAttrs',
    'authPasswordObject',
  ])(
    'of the class %s is refused for its other hashes, unless the site has them survive',
    async (name) => {
      const user = await marked(server, name)
      const ordinary = await server.createUser()
      expect(refusal(await resetUser(storeWith(), user))).toBe('not_eligible: other_hashes')
      const lenient = storeWith({ otherHashes: 'survive' })
      expect(lenient.capabilities.survives).toContain('other_hashes')
      const [result, other] = [await resetUser(lenient, user), await resetUser(lenient, ordinary)]
      expect(result.ok && result.receipt.survives).toContain('other_hashes')
      expect(other.ok && other.receipt.survives).not.toContain('other_hashes')
    },
  )

  it('is refused where the site says that the person signs in elsewhere', async () => {
    const store = storeWith({
      extraAttributes: ['employeeType'],
      signsInElsewhere: (entry) => text(entry, 'employeeType') === 'sso',
    })
    const user = await server.createUser()
    expect(refusal(await resetUser(store, user))).toBe('applied')
    await server.modify(
      `dn: ${user.dn}\nchangetype: modify\nadd: employeeType\nemployeeType: sso\n`,
    )
    expect(await lookUp(store, user)).toMatchObject({ statusReason: 'signs_in_elsewhere' })
    expect(refusal(await resetUser(store, user))).toBe('not_eligible: signs_in_elsewhere')
  })

  it('is judged by the status of the site where the site gives another one', async () => {
    const user = await marked(server, 'shadowAccount', { shadowExpire: '1' })
    expect(refusal(await resetUser(storeWith({ status: () => 'active' }), user))).toBe('applied')
  })
})

describeWithServer('389ds', 'an account on 389ds that is inactivated by a role', () => {
  it('is refused as disabled, and an account without the role is reset', async () => {
    await using server = await start389Ds()
    const role = `cn=nsManagedDisabledRole,${suffix}`
    const templates = `cn=nsAccountInactivationTmp,${suffix}`
    const definition = ['top', 'ldapsubentry', 'nsRoleDefinition']
    const user = await server.createUser()
    await server.modify(
      ldifEntry(role, {
        objectClass: [...definition, 'nsSimpleRoleDefinition', 'nsManagedRoleDefinition'],
        cn: 'nsManagedDisabledRole',
      }) +
        ldifEntry(templates, {
          objectClass: ['top', 'nsContainer'],
          cn: 'nsAccountInactivationTmp',
        }) +
        ldifEntry(`cn=${escapeDnValue(role)},${templates}`, {
          objectClass: ['top', 'extensibleObject', 'costemplate', 'ldapsubentry'],
          cn: role,
          cosPriority: '1',
          nsAccountLock: 'true',
        }) +
        ldifEntry(`cn=nsAccountInactivation_cos,${suffix}`, {
          objectClass: ['top', 'ldapsubentry', 'cosSuperDefinition', 'cosClassicDefinition'],
          cn: 'nsAccountInactivation_cos',
          cosTemplateDn: templates,
          cosSpecifier: 'nsRole',
          cosAttribute: 'nsAccountLock operational',
        }) +
        `dn: ${user.dn}\nchangetype: modify\nadd: nsRoleDN\nnsRoleDN: ${role}\n\n`,
    )
    expect(await server.canSignIn(user.dn, user.password)).toBe('disabled')
    const store = ldapUserStore({ ...storeOptions(server), dialect: ds389({ privilegedGroups }) })
    const outcomes = [
      refusal(await resetUser(store, user)),
      refusal(await resetUser(store, await server.createUser())),
    ]
    store.close()
    expect(outcomes).toEqual(['not_eligible: account_disabled', 'applied'])
  })
})

describeWithServer('389ds', 'an account on 389ds that other programs know, too', () => {
  it('is refused for its locks and its other hashes', async () => {
    await using server = await start389Ds()
    await server.modify(
      `dn: ou=people,${suffix}\nchangetype: modify\nadd: aci\naci: ` +
        '(targetattr="shadowExpire || sambaAcctFlags")(version 3.0; acl "locks"; ' +
        `allow (read,search,compare) userdn="ldap:///${serviceAccount}";)\n`,
    )
    const store = ldapUserStore({
      ...storeOptions(server),
      dialect: ds389({ privilegedGroups }),
    })
    const users = [
      await marked(server, 'shadowAccount', { shadowExpire: '1' }),
      await marked(server, 'sambaSamAccount', { sambaSID: 'S-1-5-21-1', sambaAcctFlags: '[UD]' }),
      await marked(server, 'sambaSamAccount', { sambaSID: 'S-1-5-21-2', sambaAcctFlags: '[U]' }),
      await server.createUser({ status: 'disabled' }),
      await marked(server, 'shadowAccount'),
    ]
    const outcomes = []
    for (const user of users) outcomes.push(refusal(await resetUser(store, user)))
    store.close()
    expect(outcomes).toEqual([
      'not_eligible: account_expired',
      'not_eligible: account_disabled',
      'not_eligible: other_hashes',
      'not_eligible: account_disabled',
      'applied',
    ])
  })
})
