import { ldifEntry, ldifReplace, type SambaAdServer, startSambaAd } from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bytes } from '../connection/entry.ts'
import { storedValue, storeOptions } from '../fixtures/directory-subject.ts'
import { lookUp, refusal, resetUser, temporaryPassword } from '../fixtures/reset-user.ts'
import { addAccess, storeDirectly } from '../fixtures/samba-domain.ts'
import { type LdapUserStore, ldapUserStore } from '../store/ldap-user-store.ts'
import { activeDirectory } from './dialect.ts'
import type { ActiveDirectoryOptions } from './options.ts'
import { domainRid, sidText } from './privilege/sid.ts'

/** Flags of userAccountControl ([MS-ADTS] 2.2.16). */
const normalAccount = 0x200
const disabled = 0x2
const notDelegated = 0x10_0000
const noPreauthentication = 0x40_0000

type Values = Readonly<Record<string, string>>

/** Groups of the domain and built-in ones, by the last part of their identifier. */
const privilegedGroups = {
  domain: [498, 512, 516, 517, 518, 519, 520, 521, 522, 526, 527, 553, 571],
  builtIn: [
    ...[544, 548, 549, 550, 551, 552, 555, 556, 557, 559, 562, 569, 573, 574, 575, 576, 577],
    ...[578, 579, 580, 582],
  ],
} as const

/** Groups of the domain and built-in ones whose members are ordinary. */
const ordinaryGroups = { domain: [514, 572], builtIn: [545, 546, 554, 558, 560, 568] } as const

/** What one account has that makes it privileged, and the key of the refusal. */
const attributes: readonly (readonly [string, Values, string])[] = [
  ['adminCount alone', { adminCount: '1' }, 'former_administrator'],
  ['an adminCount of another value', { adminCount: '2' }, 'former_administrator'],
  [
    'TRUSTED_FOR_DELEGATION',
    { userAccountControl: String(normalAccount | 0x8_0000) },
    'trusted_for_delegation',
  ],
  [
    'TRUSTED_TO_AUTH_FOR_DELEGATION',
    { userAccountControl: String(normalAccount | 0x100_0000) },
    'trusted_for_delegation',
  ],
  [
    'msDS-AllowedToDelegateTo',
    { 'msDS-AllowedToDelegateTo': 'cifs/dc1.ad.test' },
    'trusted_for_delegation',
  ],
  ['servicePrincipalName', { servicePrincipalName: 'HTTP/wiki.ad.test' }, 'service_account'],
]

/** What an ordinary account may have. */
const harmless: readonly (readonly [string, Values])[] = [
  ['an adminCount of 0', { adminCount: '0' }],
  ['no preauthentication', { userAccountControl: String(normalAccount | noPreauthentication) }],
  ['the flag NOT_DELEGATED', { userAccountControl: String(normalAccount | notDelegated) }],
  ['a certificate', { altSecurityIdentities: 'X509:<I>CN=CA<S>CN=Kim' }],
  ['a number of a person', { employeeID: '4711', title: 'Administrator' }],
]

describeWithServer('samba', 'who is privileged in Active Directory', () => {
  let server: SambaAdServer
  let store: LdapUserStore
  let domainSid: string
  beforeAll(async () => {
    server = await startSambaAd()
    store = storeWith()
    domainSid = (await sidOf(server.baseDn)) ?? ''
  })
  afterAll(async () => {
    store.close()
    await server.stop()
  })

  function storeWith(
    options: ActiveDirectoryOptions = {},
    others: Partial<Parameters<typeof ldapUserStore>[0]> = {},
  ): LdapUserStore {
    return ldapUserStore({ ...storeOptions(server), dialect: activeDirectory(options), ...others })
  }
  async function sidOf(dn: string): Promise<string | undefined> {
    const entry = await server.read(dn, ['objectSid'])
    const sid = entry && bytes(entry, 'objectSid')
    return sid && sidText(sid)
  }

  /** Refused with this key, with the old password still in place; privileged in the list too. */
  async function expectRefused(
    user: { readonly dn: string; readonly username: string; readonly password: string },
    key: string,
    from: LdapUserStore = store,
  ): Promise<void> {
    const listed = await lookUp(from, user)
    expect(listed.privileged).toBe(true)
    expect((await from.find(listed.id))?.user).toEqual(listed)
    const result = await resetUser(from, listed)
    expect(refusal(result)).toBe(`privileged_user: ${key}`)
    const detail = result.ok ? undefined : result.detail
    expect(detail?.reason === 'store' && [detail.what, detail.cure].every(Boolean)).toBe(true)
    expect(await server.canSignIn(user.dn, user.password)).toBe('ok')
  }
  async function expectReset(
    user: { readonly dn: string; readonly username: string },
    from: LdapUserStore = store,
  ): Promise<void> {
    const listed = await lookUp(from, user)
    expect(listed.privileged).toBe(false)
    const temporary = temporaryPassword(await resetUser(from, listed))
    expect(await server.canSignIn(user.dn, temporary)).toBe('must_change')
  }

  /** The DN of a group by its identifier. A group that Samba does not know yet is made. */
  async function groupOf(sid: string): Promise<string> {
    const find = async () =>
      (await server.search({ base: server.baseDn, filter: `(objectSid=${sid})` }))[0]?.dn
    const known = await find()
    if (known !== undefined) return known
    const builtIn = sid.startsWith('S-1-5-32-')
    await storeDirectly(
      server,
      `dn: CN=Group ${sid},CN=${builtIn ? 'Builtin' : 'Users'},${server.baseDn}\n` +
        `changetype: add\nobjectClass: group\nsAMAccountName: Group ${sid.slice(-6)}\n` +
        `objectSid: ${sid}\ngroupType: ${builtIn ? '-2147483643' : '-2147483646'}\n`,
    )
    return (await find()) ?? ''
  }
  async function addTo(group: string, ...members: readonly string[]): Promise<void> {
    await server.modify(
      `dn: ${group}\nchangetype: modify\nadd: member\n` +
        `${members.map((dn) => `member: ${dn}\n`).join('')}`,
    )
  }
  async function newGroup(name: string, groupType = '-2147483646'): Promise<string> {
    const dn = `CN=${name},OU=Groups,${server.baseDn}`
    await server.modify(ldifEntry(dn, { objectClass: 'group', sAMAccountName: name, groupType }))
    return dn
  }

  it.each([
    ...privilegedGroups.domain.map((rid) => [rid, () => `${domainSid}-${rid}`] as const),
    ...privilegedGroups.builtIn.map((rid) => [rid, () => `S-1-5-32-${rid}`] as const),
  ])('refuses a member of the privileged group %i, and says the group', async (_, sid) => {
    const user = await server.createUser()
    await addTo(await groupOf(sid()), user.dn)
    await expectRefused(user, 'privileged_member')
    const result = await resetUser(store, user)
    expect(result).toMatchObject({ detail: { parameters: { group: sid() } } })
  })

  it.each([
    ...ordinaryGroups.domain.map((rid) => [rid, () => `${domainSid}-${rid}`] as const),
    ...ordinaryGroups.builtIn.map((rid) => [rid, () => `S-1-5-32-${rid}`] as const),
  ])('resets a member of the ordinary group %i', async (_, sid) => {
    const user = await server.createUser()
    await addTo(await groupOf(sid()), user.dn)
    await expectReset(user)
  })

  it('resets a member of Protected Users, whom a controller lets nobody bind as', async () => {
    const user = await server.createUser()
    await addTo(await groupOf(`${domainSid}-525`), user.dn)
    expect((await lookUp(store, user)).privileged).toBe(false)
    expect((await resetUser(store, user)).ok).toBe(true)
    expect(await storedValue(server, user.dn, 'pwdLastSet')).toBe('0')
  })

  it('resets members of ordinary groups, nested and beside dummies', async () => {
    const user = await server.createUser()
    const outer = await newGroup('Readers')
    const inner = await newGroup('Inner Readers')
    const contact = `CN=Nobody,OU=Groups,${server.baseDn}`
    await server.modify(ldifEntry(contact, { objectClass: 'contact' }))
    await addTo(inner, user.dn, contact)
    await addTo(outer, inner, await newGroup('Empty'), `CN=PC1,${server.peopleDn}`)
    await addTo(outer, server.admin.dn)
    await expectReset(user)
  })

  it.each([
    ['DnsAdmins', 'OU=Groups'],
    ['DHCP Administrators', 'CN=Users'],
    ['ADSyncAdmins', 'CN=Users'],
    ['ADSyncOperators', 'CN=Users'],
    ['ADSyncPasswordSet', 'CN=Users'],
    ['AAD DC Administrators', 'OU=Groups'],
    ['WinRMRemoteWMIUsers__', 'CN=Users'],
    ['Organization Management', 'OU=Groups'],
    ['Exchange Trusted Subsystem', 'OU=Groups'],
    ['Exchange Windows Permissions', 'OU=Groups'],
    ['Our Own Role', 'OU=Microsoft Exchange Security Groups'],
  ])('refuses a member of %s, a group that a product makes in %s', async (name, container) => {
    const user = await server.createUser()
    const parent = `${container},${server.baseDn}`
    if (!(await server.read(parent)))
      await server.modify(ldifEntry(parent, { objectClass: 'organizationalUnit' }))
    const groupType = '-2147483640'
    const sAMAccountName = name
    await server.modify(
      ldifEntry(`CN=${name},${parent}`, { objectClass: 'group', sAMAccountName, groupType }),
    )
    const between = await newGroup(`In ${name.slice(0, 16)}`)
    await addTo(between, user.dn)
    await addTo(`CN=${name},${parent}`, between)
    const anew = storeWith()
    await expectRefused(user, 'privileged_member', anew)
    anew.close()
  })

  it('refuses an account whose primary group is privileged, and resets the others', async () => {
    const [privileged, nested, ordinary] = await Promise.all(
      [1, 2, 3].map(() => server.createUser()),
    )
    if (!privileged || !nested || !ordinary) throw new Error('Accounts are missing.')
    const own = async (group: string, member: string) => {
      await addTo(group, member)
      const rid = domainRid((await sidOf(group)) ?? '') ?? ''
      await server.modify(ldifReplace(member, { primaryGroupID: rid }))
    }
    await own(server.privilegedGroupDn, privileged.dn)
    const inPrintOperators = await newGroup('Print Room')
    await addTo(`CN=Print Operators,CN=Builtin,${server.baseDn}`, inPrintOperators)
    await own(inPrintOperators, nested.dn)
    await own(await newGroup('Everyday'), ordinary.dn)
    await expectRefused(privileged, 'privileged_member')
    await expectRefused(nested, 'privileged_member')
    await expectReset(ordinary)
  })

  it.each(attributes)('refuses an account with %s', async (_, values, key) => {
    const user = await server.createUser()
    await server.modify(ldifReplace(user.dn, values))
    await expectRefused(user, key)
  })

  it('refuses an account that others may act at, by msDS-AllowedToActOnBehalf…', async () => {
    const user = await server.createUser()
    await storeDirectly(
      server,
      `dn: ${user.dn}\nchangetype: modify\nreplace: msDS-AllowedToActOnBehalfOfOtherIdentity\n` +
        'msDS-AllowedToActOnBehalfOfOtherIdentity: O:BAD:(A;;CC;;;BA)\n',
    )
    await expectRefused(user, 'service_account')
  })

  it.each(harmless)('resets an account with %s', async (_, values) => {
    const user = await server.createUser()
    await server.modify(ldifReplace(user.dn, values))
    await expectReset(user)
  })

  describe('by sIDHistory', () => {
    const withHistory = async (...sids: readonly string[]) => {
      const user = await server.createUser()
      await storeDirectly(
        server,
        `dn: ${user.dn}\nchangetype: modify\nreplace: sIDHistory\n` +
          `${sids.map((sid) => `sIDHistory: ${sid}\n`).join('')}`,
      )
      return user
    }

    it.each(['S-1-5-21-1-2-3-512', 'S-1-5-21-1-2-3-500', 'S-1-5-32-551'])(
      'refuses an account that was %s',
      async (sid) => {
        await expectRefused(await withHistory('S-1-5-21-1-2-3-1107', sid), 'privileged_sid_history')
      },
    )

    it('refuses one that was a group of privilegedGroups', async () => {
      const treasury = await newGroup('Treasury')
      const user = await withHistory((await sidOf(treasury)) ?? '')
      const own = storeWith({ privilegedGroups: [treasury] })
      await expectRefused(user, 'privileged_sid_history', own)
      own.close()
      await expectReset(user)
    })

    it('refuses one that was an account of privilegedAccounts', async () => {
      const director = 'S-1-5-21-1-2-3-1107'
      const user = await withHistory(director)
      const own = storeWith({ privilegedAccounts: [director] })
      await expectRefused(user, 'privileged_sid_history', own)
      own.close()
      await expectReset(user)
    })

    it('resets an account that was an ordinary one in another domain', async () => {
      await expectReset(await withHistory('S-1-5-21-1-2-3-1107', 'S-1-5-21-4-5-6-2208'))
    })
  })

  it('refuses accounts with the names of krbtgt_* and of directory synchronisation', async () => {
    for (const [username, key] of [
      ['krbtgt_4711', 'built_in_account'],
      ['krbtgt_AzureAD', 'built_in_account'],
      ['MSOL_0123456789ab', 'directory_sync_account'],
      ['AAD_0123456789ab', 'directory_sync_account'],
    ] as const)
      await expectRefused(await server.createUser({ username }), key)
    await expectReset(await server.createUser({ username: 'msol_fan' }))
  })

  it('refuses the accounts that every domain has, Guest included', async () => {
    const wide = storeWith({}, { baseDn: server.baseDn })
    for (const [username, key] of [
      ['Administrator', 'built_in_account'],
      // Disabled too. With two reasons the words are those of core.
      ['krbtgt', ''],
      ['Guest', ''],
    ] as const) {
      const found = await lookUp(wide, { username })
      expect(found.privileged).toBe(true)
      expect(refusal(await resetUser(wide, found))).toBe(`privileged_user: ${key}`)
    }
    wide.close()
  })

  it('finds no managed service account, whatever userFilter lets through', async () => {
    for (const [cn, objectClass, more] of [
      ['group', 'msDS-GroupManagedServiceAccount', { 'msDS-ManagedPasswordInterval': '30' }],
      ['single', 'msDS-ManagedServiceAccount', {}],
    ] as const)
      await server.modify(
        ldifEntry(`CN=${cn}-msa,${server.peopleDn}`, {
          objectClass,
          sAMAccountName: `${cn}-msa$`,
          ...more,
        }),
      )
    const all = storeWith({ userFilter: '(objectClass=*)' })
    expect((await all.list({ search: 'group-msa' })).users).toEqual([])
    expect((await all.list({ search: 'single-msa' })).users).toEqual([])
    all.close()
  })

  it('refuses accounts that the site names, by DN or by objectSid', async () => {
    const [byDn, bySid, other] = await Promise.all([1, 2, 3].map(() => server.createUser()))
    if (!byDn || !bySid || !other) throw new Error('Accounts are missing.')
    const named = storeWith({ privilegedAccounts: [byDn.dn, (await sidOf(bySid.dn)) ?? ''] })
    await expectRefused(byDn, 'privileged_account', named)
    await expectRefused(bySid, 'privileged_account', named)
    await expectReset(other, named)
    named.close()
  })

  it('resets nobody while a named account cannot be found, and says so', async () => {
    const user = await server.createUser()
    const { id } = await lookUp(store, user)
    const named = storeWith({ privilegedAccounts: [`CN=Nobody Here,${server.baseDn}`] })
    const key = 'privileged_account_unreadable'
    expect(refusal(await resetUser(named, { id }))).toBe(`store_denied: ${key}`)
    await expect(named.list({})).rejects.toMatchObject({ code: 'store_denied', detail: { key } })
    named.close()
  })

  it('resets service accounts and former administrators where an option says so', async () => {
    const service = await server.createUser()
    const former = await server.createUser()
    await server.modify(ldifReplace(service.dn, { servicePrincipalName: 'HTTP/shop.ad.test' }))
    await server.modify(ldifReplace(former.dn, { adminCount: '1' }))
    const services = storeWith({ resetServiceAccounts: true })
    await expectRefused(former, 'former_administrator', services)
    await expectReset(service, services)
    services.close()
    const formers = storeWith({ resetFormerAdministrators: true })
    await server.modify(ldifReplace(service.dn, { pwdLastSet: '-1' }))
    expect((await lookUp(formers, service)).statusReason).toBe('service_account')
    await expectReset(former, formers)
    formers.close()
  })

  it.each([
    ['adminCount', 'bf967918-0de6-11d0-a285-00aa003049e2'],
    ['servicePrincipalName', 'f3a64788-5306-11d1-a9c5-0000f80367c1'],
    ['msDS-AllowedToDelegateTo', '800d94d7-b7a1-42a1-b14d-7cae1423d07f'],
    ['the set with sIDHistory', '59ba2f42-79a2-11d0-9020-00c04fc2d3cf'],
    ['everything', ''],
  ])('refuses an account of which it may not read %s', async (_, guid) => {
    const [hidden, ordinary] = await Promise.all([1, 2].map(() => server.createUser()))
    if (!hidden || !ordinary) throw new Error('Accounts are missing.')
    const { id } = await lookUp(store, hidden)
    const operator = await sidOf(server.operator.dn)
    const right = guid === '' ? '(D;;RP;;;' : `(OD;;RP;${guid};;`
    await addAccess(server, hidden.dn, `${right}${operator})`)
    const result = await resetUser(store, { id })
    expect(refusal(result)).not.toBe('applied')
    // Where the names are hidden too, there is no such account.
    if (guid !== '' && !guid.startsWith('59ba'))
      expect(refusal(result)).toBe('privileged_user: privilege_unreadable')
    expect(await server.canSignIn(hidden.dn, hidden.password)).toBe('ok')
    await expectReset(ordinary)
  })

  it('says why an account that is disabled or expired is not reset, and what to do', async () => {
    const off = await server.createUser()
    await server.modify(
      ldifReplace(off.dn, { userAccountControl: String(normalAccount | disabled) }),
    )
    const ended = await server.createUser({ attributes: { accountExpires: '132000000000000000' } })
    const both = await server.createUser({ attributes: { accountExpires: '132000000000000000' } })
    await server.setStatus(both, 'disabled')
    for (const [user, key, cure] of [
      [off, 'account_disabled', /enable the account/],
      [ended, 'account_expired', /later end date/],
      [both, 'account_disabled', /enable the account/],
    ] as const) {
      const result = await resetUser(store, user)
      expect(refusal(result)).toBe(`not_eligible: ${key}`)
      expect(result).toMatchObject({ detail: { cure: expect.stringMatching(cure) } })
    }
  })

  it('leaves an account of a status that the site gave to the words of core', async () => {
    const user = await server.createUser({ status: 'disabled' })
    const own = storeWith({ status: () => 'deleted' })
    expect(refusal(await resetUser(own, user))).toBe('not_eligible: status')
    own.close()
  })

  it('finds no computer, whatever userFilter says', async () => {
    const user = await server.createUser()
    const wider = storeWith({ userFilter: '(objectClass=user)' })
    const { id } = await lookUp(wider, user)
    await server.modify(ldifReplace(user.dn, { userAccountControl: String(0x1000) }))
    expect(await wider.find(id)).toBeUndefined()
    await expect(lookUp(wider, user)).rejects.toThrow('does not list')
    wider.close()
  })

  it('unlocks an account that failed sign-ins have locked, which is no refusal here', async () => {
    const user = await server.createUser({ status: 'locked' })
    expect((await lookUp(store, user)).statusReason).toBe('locked')
    await expectReset(user)
  })

  it('resets a privileged account where the application allows that by name', async () => {
    const user = await server.createUser()
    await server.modify(ldifReplace(user.dn, { servicePrincipalName: 'HTTP/hr.ad.test' }))
    const result = await resetUser(store, user, { allowPrivileged: true })
    expect(await server.canSignIn(user.dn, temporaryPassword(result))).toBe('must_change')
  })

  it('tells in a list of everybody what each look tells', async () => {
    const wide = storeWith({}, { baseDn: server.baseDn })
    const { users } = await wide.list({ limit: 200 })
    expect(users.filter(({ privileged }) => privileged).length).toBeGreaterThan(40)
    expect(users.filter(({ privileged }) => !privileged).length).toBeGreaterThan(20)
    for (const user of users) expect((await wide.find(user.id))?.user).toEqual(user)
    wide.close()
  })
})
