import {
  ldifEntry,
  ldifReplace,
  quotedUtf16,
  type SambaAdServer,
  type SampleName,
  startFaultProxy,
  startSambaAd,
} from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { diagnose } from '../diagnosis/diagnose.ts'
import { storedValue, storeOptions } from '../fixtures/directory-subject.ts'
import { fineGrainedPolicy } from '../fixtures/fine-grained-policy.ts'
import { meddlingDialect } from '../fixtures/meddling-dialect.ts'
import { lookUp, refusal, resetUser, rulesFor, temporaryPassword } from '../fixtures/reset-user.ts'
import type { ChangeStep } from '../plan/request.ts'
import { type LdapUserStore, ldapUserStore } from '../store/ldap-user-store.ts'
import { activeDirectory } from './dialect.ts'
import type { ActiveDirectoryOptions } from './options.ts'

describeWithServer('samba', 'a reset in Active Directory', () => {
  let server: SambaAdServer
  let store: LdapUserStore
  beforeAll(async () => {
    server = await startSambaAd()
    store = storeWith()
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
  const everything = async (dn: string) =>
    [...((await server.read(dn))?.attributes ?? [])]
      .map(([name, values]) => `${name}=${values.map((value) => value.toString('hex'))}`)
      .join('\n')

  it.each([
    ['a simple bind', (dn: string, _: string, password: string) => server.canSignIn(dn, password)],
    [
      'NTLM',
      (_: string, username: string, password: string) => server.canSignInByNtlm(username, password),
    ],
  ] as const)(
    'leaves no way in for the old password over %s, with must-change and without',
    async (_, signIn) => {
      for (const requireMustChange of [true, false]) {
        const user = await server.createUser()
        expect(await signIn(user.dn, user.username, user.password)).toBe('ok')
        const result = await resetUser(store, user, { requireMustChange })
        const temporary = temporaryPassword(result)
        expect(await signIn(user.dn, user.username, user.password)).toBe('refused')
        expect(await signIn(user.dn, user.username, temporary)).toBe(
          requireMustChange ? 'must_change' : 'ok',
        )
        expect(result.ok && result.receipt).toMatchObject({
          mustChange: requireMustChange ? 'enforced' : 'off',
          endpoint: server.url,
          unreadRules: [],
        })
      }
    },
  )

  it('names the temporary password, which is accepted after the choice of the user', async () => {
    const user = await server.createUser()
    const result = await resetUser(store, user)
    const temporary = temporaryPassword(result)
    // Over LDAP nobody may choose who has to: the user of this test is freed of that first.
    await server.setStatus(user, 'active')
    expect(await server.changeOwnPassword(user.dn, temporary, 'A-choice-of-my-own-17')).toBe('ok')
    expect(await server.canSignInByNtlm(user.username, 'A-choice-of-my-own-17')).toBe('ok')
    expect(await server.canSignInByNtlm(user.username, temporary)).toBe('ok')
    expect(result.ok && result.receipt.survives).toContain('temporary_password')
    expect(result.ok && result.receipt.survives).not.toContain('other_credentials')
  })

  it('names a mapped certificate, which opens the account as before', async () => {
    const altSecurityIdentities = 'X509:<I>DC=test,CN=CA<S>CN=Kim'
    const user = await server.createUser({ attributes: { altSecurityIdentities } })
    const result = await resetUser(store, user)
    expect(result.ok && result.receipt.survives).toContain('other_credentials')
  })

  it('would leave the old password valid without a throwaway one, as is seen here', async () => {
    const user = await server.createUser()
    await server.modify(ldifReplace(user.dn, { unicodePwd: quotedUtf16('Another-password-17') }))
    expect(await server.canSignInByNtlm(user.username, user.password)).toBe('ok')
  })

  it('starts from must-change too, where the condition would hold for everybody', async () => {
    const user = await server.createUser({ status: 'pending' })
    const first = temporaryPassword(await resetUser(store, user))
    const second = temporaryPassword(await resetUser(store, user))
    expect(await server.canSignIn(user.dn, user.password)).toBe('refused')
    expect(await server.canSignIn(user.dn, first)).toBe('refused')
    expect(await server.canSignIn(user.dn, second)).toBe('must_change')
  })

  it.each([
    ['neverExpires', 'must_change_ineffective: password_never_expires'],
    ['smartcard', 'must_change_ineffective: smartcard_required'],
    ['disabled', 'not_eligible: account_disabled'],
    ['expired', 'not_eligible: account_expired'],
    ['privileged', 'privileged_user: privileged_member'],
    ['nestedPrivileged', 'privileged_user: privileged_member'],
  ] as const)('changes nothing for the account %s', async (name, expected) => {
    const user = server.user(name)
    const before = await everything(user.dn)
    expect(refusal(await resetUser(store, user))).toBe(expected)
    expect(await everything(user.dn)).toBe(before)
  })

  it('without must-change, resets a password that never expires, and says it is off', async () => {
    const user = await server.createUser({ attributes: { userAccountControl: '66048' } })
    const result = await resetUser(store, user, { requireMustChange: false })
    expect(result.ok && result.receipt.mustChange).toBe('off')
    expect(await server.canSignInByNtlm(user.username, user.password)).toBe('refused')
    expect(await server.canSignInByNtlm(user.username, temporaryPassword(result))).toBe('ok')
  })

  it('unlocks what failed sign-ins have locked, and not where that is switched off', async () => {
    const user = await server.createUser({ status: 'locked' })
    const keeping = storeWith({}, { unlock: false })
    const kept = await resetUser(keeping, user)
    expect(kept.ok && kept.receipt.unlocked).toBe(false)
    expect(await server.canSignIn(user.dn, temporaryPassword(kept))).toBe('locked')
    const lifted = await resetUser(store, user)
    expect(lifted.ok && lifted.receipt.unlocked).toBe(true)
    expect(await server.canSignIn(user.dn, temporaryPassword(lifted))).toBe('must_change')
    keeping.close()
  })

  it('lets the user choose a password afterwards', async () => {
    const user = await server.createUser()
    const temporary = temporaryPassword(await resetUser(store, user, { requireMustChange: false }))
    expect(await server.changeOwnPassword(user.dn, temporary, 'A-password-of-my-own-1')).toBe('ok')
  })

  it.each(['nonAscii', 'comma', 'hostile', 'long', 'bare', 'second'] as const)(
    'finds and resets the account %s',
    async (name: SampleName) => {
      const user = server.user(name)
      const found = await lookUp(store, user)
      expect(found).toMatchObject({ username: user.username, status: 'active', privileged: false })
      expect(found.email).toBe(user.mail)
      expect(await server.canSignIn(user.dn, temporaryPassword(await resetUser(store, user)))).toBe(
        'must_change',
      )
    },
  )

  it('follows an account that is moved between the look and the write', async () => {
    const user = await server.createUser()
    const found = await lookUp(store, user)
    const dn = `CN=moved ${user.username},${server.peopleDn}`
    await server.modify(
      `dn: ${user.dn}\nchangetype: modrdn\nnewrdn: CN=moved ${user.username}\ndeleteoldrdn: 1\n`,
    )
    const temporary = temporaryPassword(await resetUser(store, { id: found.id }))
    expect(await server.canSignIn(dn, temporary)).toBe('must_change')
  })

  it('lists no computers, and nobody outside its base', async () => {
    const { users } = await store.list({ limit: 200 })
    expect(users.length).toBeGreaterThan(10)
    expect(users.some(({ username }) => username.endsWith('$'))).toBe(false)
    expect(
      users.some(({ username }) => username === 'Administrator' || username === 'krbtgt'),
    ).toBe(false)
  })

  it('never takes computers for people, whatever userFilter lets through', async () => {
    const name = `CN=Desk 7,${server.peopleDn}`
    await server.modify(
      ldifEntry(name, {
        objectClass: 'computer',
        sAMAccountName: 'DESK7$',
        userAccountControl: '4096',
      }),
    )
    const all = storeWith({ userFilter: '(objectClass=user)' })
    expect((await all.list({ search: 'DESK7' })).users).toEqual([])
    expect((await lookUp(all, server.user('second'))).status).not.toBe('unknown')
    all.close()
  })

  it('calls the built-in accounts privileged where the base holds them', async () => {
    const wide = storeWith({}, { baseDn: server.baseDn })
    for (const username of ['Administrator', 'krbtgt'])
      expect((await lookUp(wide, { username })).privileged).toBe(true)
    expect((await lookUp(wide, server.user('active'))).privileged).toBe(false)
    wide.close()
  })

  it('takes the members of DnsAdmins for privileged, which is nowhere below the base', async () => {
    const user = await server.createUser()
    await server.modify(
      ldifEntry(`CN=DnsAdmins,CN=Users,${server.baseDn}`, {
        objectClass: 'group',
        sAMAccountName: 'DnsAdmins',
        member: user.dn,
      }),
    )
    const anew = storeWith()
    expect(refusal(await resetUser(anew, user))).toBe('privileged_user: privileged_member')
    anew.close()
  })

  it('takes the site’s groups for privileged, never guessing if one is unreadable', async () => {
    const group = `CN=Treasury,OU=Groups,${server.baseDn}`
    const user = await server.createUser()
    await server.modify(
      ldifEntry(group, { objectClass: 'group', sAMAccountName: 'Treasury', member: user.dn }),
    )
    const own = storeWith({ privilegedGroups: [group] })
    expect(refusal(await resetUser(own, user))).toBe('privileged_user: privileged_member')
    const wrong = storeWith({ privilegedGroups: [`CN=Nobody,${server.baseDn}`] })
    await expect(wrong.list({})).rejects.toMatchObject({
      code: 'store_denied',
      detail: { key: 'privileged_group_unreadable' },
    })
    own.close()
    wrong.close()
  })

  it.each([
    ['of the domain', '2'],
    ['of the forest', '8'],
  ])(
    'refuses a distribution group %s, whose members it could not tell, and says so',
    async (_, groupType) => {
      const key = 'privileged_group_unfit'
      const group = `CN=Letters ${groupType},OU=Groups,${server.baseDn}`
      const user = await server.createUser()
      const { id } = await lookUp(store, user)
      await server.modify(
        ldifEntry(group, {
          objectClass: 'group',
          sAMAccountName: `Letters${groupType}`,
          groupType,
          member: user.dn,
        }),
      )
      const own = storeWith({ privilegedGroups: [group] })
      await expect(own.list({})).rejects.toMatchObject({ code: 'store_denied', detail: { key } })
      expect(refusal(await resetUser(own, { id }))).toBe(`store_denied: ${key}`)
      own.close()
      const findings = await diagnose({
        ...storeOptions(server),
        dialect: activeDirectory({ privilegedGroups: [group] }),
      })
      expect(findings).toContainEqual(
        expect.objectContaining({
          check: 'users',
          level: 'problem',
          message: expect.stringContaining('is a distribution group'),
          cure: 'Name a security group, or make this group a security group.',
        }),
      )
    },
  )

  it('lists by status', async () => {
    const suspended = await store.list({ statuses: ['suspended'], limit: 200 })
    expect(suspended.users.map(({ username }) => username)).toEqual(
      expect.arrayContaining(['dora.dietrich', 'emil.ernst']),
    )
    expect(suspended.users.every(({ status }) => status === 'suspended')).toBe(true)
    const pending = await store.list({ statuses: ['pending'], limit: 200 })
    expect(pending.users.map(({ username }) => username)).toContain('pia.penrose')
    expect(pending.users.every(({ status }) => status === 'pending')).toBe(true)
  })

  it('reads the domain’s rules; the receipt names an unread fine-grained policy', async () => {
    expect(await rulesFor(store, await lookUp(store, server.user('second')))).toMatchObject({
      minLength: 12,
      minClasses: 3,
    })
    const user = await server.createUser()
    await server.modify(fineGrainedPolicy(server.baseDn, user.dn))
    const result = await resetUser(store, user)
    expect(result.ok && result.receipt.unreadRules).toEqual(['fine_grained_policy'])
    expect(await server.canSignIn(user.dn, temporaryPassword(result))).toBe('must_change')
    const admin = storeWith({}, { bind: server.admin })
    expect(await rulesFor(admin, await lookUp(admin, user))).toMatchObject({
      minLength: 15,
      minClasses: 3,
    })
    admin.close()
  })

  it('keeps parts of account and display name out of passwords, whichever is shown', async () => {
    const user = await server.createUser({
      displayName: 'Kxq Zvw-Bcd#Fgh.Jk',
      attributes: { description: 'Somebody', title: 'Else' },
    })
    const other = storeWith({ attributes: { username: 'description', displayName: ['title'] } })
    const found = (await other.list({ search: user.username })).users.find(
      ({ username }) => username === 'Somebody',
    )
    const rules = found && (await rulesFor(other, found))
    expect(rules?.forbidden).toEqual(
      expect.arrayContaining([user.username, 'kxq', 'zvw', 'bcd', 'fgh']),
    )
    expect(rules?.forbidden).not.toContain('jk')
    other.close()
  })

  it('says that the service account lacks the right, and where', async () => {
    const elsewhere = storeWith({}, { baseDn: server.baseDn })
    const user = await server.createUser()
    const rdn = `CN=${user.username}`
    await server.modify(
      `dn: ${user.dn}\nchangetype: modrdn\nnewrdn: ${rdn}\ndeleteoldrdn: 1\n` +
        `newsuperior: OU=Services,${server.baseDn}\n`,
    )
    const result = await resetUser(elsewhere, user)
    expect(refusal(result)).toBe('store_denied: service_account_may_not_reset')
    expect(!result.ok && result.message).toContain('OU=Services')
    elsewhere.close()
  })

  it('says why the service account is not let in', async () => {
    for (const [name, key] of [
      ['locked', 'service_account_locked'],
      ['disabled', 'service_account_disabled'],
      ['expired', 'service_account_disabled'],
      ['pending', 'service_account_must_change'],
    ] as const) {
      const refused = storeWith({}, { bind: server.user(name) })
      await expect(refused.find('00000000-0000-0000-0000-000000000000')).rejects.toMatchObject({
        code: 'store_denied',
        detail: { key },
      })
    }
  })

  it('shows a deleted account as deleted to one that may see it, and else as nobody', async () => {
    const user = await server.createUser()
    const found = await lookUp(store, user)
    await server.deleteUser(user.dn)
    expect(await store.find(found.id)).toBeUndefined()
    const admin = storeWith({}, { bind: server.admin })
    expect(await admin.find(found.id)).toMatchObject({
      user: { status: 'deleted', username: user.username },
    })
    expect(refusal(await resetUser(admin, { id: found.id }))).toBe('not_eligible: status')
    admin.close()
  })

  it.each(['otherTelephone', 'noSuchAttribute'])(
    'puts no stamp into %s, which could hold several, and says so',
    async (stampAttribute) => {
      const stamped = storeWith({ stampAttribute }, { bind: server.admin })
      const user = await server.createUser()
      const { id, version } = await lookUp(stamped, user)
      const results = await Promise.all([1, 2].map(() => resetUser(stamped, { id, version })))
      stamped.close()
      expect(results.map(refusal)).toEqual(
        Array(2).fill('store_unavailable: stamp_attribute_unfit'),
      )
      expect(await server.canSignIn(user.dn, user.password)).toBe('ok')
      const findings = await diagnose({
        ...storeOptions(server),
        dialect: activeDirectory({ stampAttribute }),
      })
      expect(findings).toContainEqual(
        expect.objectContaining({
          check: 'rights',
          level: 'problem',
          message: expect.stringContaining('single value'),
        }),
      )
    },
  )

  it('stamps an attribute that the site has for it, and needs no throwaway password', async () => {
    const stamped = storeWith({ stampAttribute: 'comment' }, { bind: server.admin })
    const user = await server.createUser({ status: 'pending' })
    const versions: string[] = []
    for (let round = 0; round < 2; round += 1) {
      const before = Number(await storedValue(server, user.dn, 'msDS-KeyVersionNumber'))
      const result = await resetUser(stamped, user)
      expect(await server.canSignIn(user.dn, temporaryPassword(result))).toBe('must_change')
      expect(await storedValue(server, user.dn, 'comment')).toBe(result.resetId)
      expect(Number(await storedValue(server, user.dn, 'msDS-KeyVersionNumber'))).toBe(before + 1)
      versions.push((await lookUp(stamped, user)).version)
    }
    expect(new Set(versions).size).toBe(2)
    stamped.close()
  })

  describe('with a stamp, whose password somebody else sets right before a write', () => {
    const stampAttribute = 'comment'
    const theirs = 'Another-password-17'

    /** Somebody else sets the password while a reset is on its way. */
    async function overtaken(requireMustChange: boolean) {
      await using proxy = await startFaultProxy({ to: server.ldaps })
      const user = await server.createUser()
      let set: Promise<unknown> | undefined
      const dialect = meddlingDialect(activeDirectory({ stampAttribute }), (step, number) => {
        if (number === 1) {
          const stall = proxy.stall('to_server')
          set = stall.holding
            .then(() => server.modify(ldifReplace(user.dn, { unicodePwd: quotedUtf16(theirs) })))
            .finally(() => stall.release())
        }
        return step
      })
      const stamped = storeWith(
        {},
        { url: `ldaps://${proxy.host}:${proxy.port}`, dialect, bind: server.admin },
      )
      const result = await resetUser(stamped, user, { requireMustChange })
      await set
      stamped.close()
      return { user, result }
    }

    it.each([true, false])(
      'leaves that one alone, must-change being %s',
      async (requireMustChange) => {
        const { user, result } = await overtaken(requireMustChange)
        expect(refusal(result)).toBe('conflict: changed_during_write')
        expect(await server.canSignIn(user.dn, theirs)).toBe('ok')
      },
    )

    it.each([
      [true, 'must_change'],
      [false, 'ok'],
    ] as const)(
      'is reset by the stamp alone where a condition on pwdLastSet is refused, ' +
        'must-change being %s',
      async (requireMustChange, signIn) => {
        const other = (change: ChangeStep): ChangeStep =>
          change.operation === 'delete' && change.attribute === 'pwdLastSet'
            ? { ...change, values: ['1'] }
            : change
        const dialect = meddlingDialect(activeDirectory({ stampAttribute }), (step) =>
          step.kind === 'modify' ? { ...step, changes: step.changes.map(other) } : step,
        )
        const stamped = storeWith({}, { dialect, bind: server.admin })
        const user = await server.createUser()
        const result = await resetUser(stamped, user, { requireMustChange })
        expect(await server.canSignIn(user.dn, temporaryPassword(result))).toBe(signIn)
        expect(await server.canSignInByNtlm(user.username, user.password)).toBe('refused')
        expect(await storedValue(server, user.dn, stampAttribute)).toBe(result.resetId)
        stamped.close()
      },
    )
  })
})
