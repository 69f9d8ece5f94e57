import {
  type DirectoryServer,
  ldifReplace,
  type OpenLdapServer,
  quotedUtf16,
  type SambaAdServer,
  type SampleUser,
  start389Ds,
  startFaultProxy,
  startOpenLdap,
  startSambaAd,
} from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { activeDirectory } from '../active-directory/dialect.ts'
import { dialectOf } from '../fixtures/dialect-of.ts'
import { storedValue, storeOptions } from '../fixtures/directory-subject.ts'
import { meddlingDialect } from '../fixtures/meddling-dialect.ts'
import {
  endPassword,
  lookUp,
  markedReset,
  refusedAs,
  resetUser,
  standingNow,
  temporaryPassword,
  throwaway,
} from '../fixtures/reset-user.ts'
import { type LdapUserStore, ldapUserStore } from './ldap-user-store.ts'
import type { LdapUserStoreOptions } from './options.ts'

const own = 'My-own-choice-2-keep-for-long!'

function markOfLast(marks: readonly Parameters<typeof endPassword>[2][]) {
  const mark = marks.at(-1)
  if (mark === undefined) throw new Error('The events hold no mark.')
  return mark
}

/** The user's own choice. Active Directory lets nobody choose over LDAP who has to change. */
async function choose(server: DirectoryServer, user: SampleUser, from: string): Promise<void> {
  if (server.product === 'samba') await server.setStatus(user, 'active')
  expect(await server.changeOwnPassword(user.dn, from, own)).toBe('ok')
}

interface Product {
  readonly title: string
  readonly name: 'slapd' | 'samba'
  start(): Promise<DirectoryServer>
  options(server: DirectoryServer): Partial<LdapUserStoreOptions>
}

const products: readonly Product[] = [
  { title: 'OpenLDAP', name: 'slapd', start: () => startOpenLdap(), options: () => ({}) },
  { title: 'Active Directory', name: 'samba', start: () => startSambaAd(), options: () => ({}) },
  {
    title: 'Active Directory with a stamp',
    name: 'samba',
    start: () => startSambaAd(),
    options: (server) => ({
      dialect: activeDirectory({ stampAttribute: 'comment' }),
      bind: server.admin,
    }),
  },
]

for (const { title, name, start, options } of products) {
  describeWithServer(name, `the end of a temporary password on ${title}`, () => {
    let server: DirectoryServer
    let store: LdapUserStore
    beforeAll(async () => {
      server = await start()
      store = ldapUserStore({
        ...storeOptions(server),
        dialect: dialectOf(server.product, server.privilegedGroupDn),
        ...options(server),
      })
    })
    afterAll(async () => {
      store.close()
      await server.stop()
    })

    it('leaves no way in, and must-change on', async () => {
      const user = await server.createUser()
      const { id, temporary, marks } = await markedReset(store, user)
      const mark = markOfLast(marks)
      expect(await server.canSignIn(user.dn, temporary)).toBe('must_change')
      const ended = await endPassword(store, id, mark)
      expect(ended).toMatchObject({
        outcome: 'applied',
        receipt: { mustChange: 'enforced', unlocked: false },
      })
      for (const password of [user.password, temporary])
        expect(await server.canSignIn(user.dn, password)).toBe('refused')
      expect(await server.canSignIn(user.dn, throwaway)).toBe('must_change')
      expect(await standingNow(store, id, mark)).toMatchObject({ now: 'replaced' })
      expect(refusedAs(await endPassword(store, id, mark))).toBe('conflict: changed_during_write')
    })

    it('is refused once the user has chosen a password', async () => {
      const user = await server.createUser()
      const { id, temporary, marks } = await markedReset(store, user)
      await choose(server, user, temporary)
      expect(refusedAs(await endPassword(store, id, markOfLast(marks)))).toMatch(/^conflict: /)
      expect(await server.canSignIn(user.dn, own)).toBe('ok')
    })

    it('is refused when the user chooses a password right before the write', async () => {
      const user = await server.createUser()
      const { id, temporary, marks } = await markedReset(store, user)
      const outcome = await endPassword(store, id, markOfLast(marks), () =>
        choose(server, user, temporary),
      )
      expect(refusedAs(outcome)).toBe('conflict: changed_during_write')
      expect(await server.canSignIn(user.dn, own)).toBe('ok')
    })

    it('is refused for the mark of an earlier reset', async () => {
      const user = await server.createUser()
      const first = await markedReset(store, user)
      const second = await markedReset(store, user)
      const outcome = await endPassword(store, first.id, markOfLast(first.marks))
      expect(refusedAs(outcome)).toBe('conflict: changed_during_write')
      expect(await server.canSignIn(user.dn, second.temporary)).toBe('must_change')
      expect(await standingNow(store, first.id, markOfLast(second.marks))).toEqual({
        now: 'temporary',
      })
    })
  })
}

describeWithServer('slapd', 'the end of a temporary password on OpenLDAP', () => {
  let server: OpenLdapServer
  let store: LdapUserStore
  beforeAll(async () => {
    server = await startOpenLdap()
    store = ldapUserStore({
      ...storeOptions(server),
      dialect: dialectOf(server.product, server.privilegedGroupDn),
    })
  })
  afterAll(async () => {
    store.close()
    await server.stop()
  })

  it.each(['disabled', 'locked'] as const)(
    'is refused for an account that is %s, because the lock would be lifted',
    async (status) => {
      const user = await server.createUser()
      const { id, marks } = await markedReset(store, user)
      const mark = markOfLast(marks)
      await server.modify(
        ldifReplace(user.dn, {
          pwdAccountLockedTime:
            status === 'disabled'
              ? '000001010000Z'
              : new Date().toISOString().replace(/[-:T]|\.\d+/g, ''),
        }),
      )
      const lock = await storedValue(server, user.dn, 'pwdAccountLockedTime')
      expect(refusedAs(await endPassword(store, id, mark))).toBe('not_eligible: end_would_unlock')
      expect(await storedValue(server, user.dn, 'pwdAccountLockedTime')).toBe(lock)
      expect(await standingNow(store, id, mark)).toEqual({ now: 'temporary' })
    },
  )

  /** As the user's own choice within the second of the reset leaves it: only pwdReset is gone. */
  const chosenWithinTheSecond = (user: SampleUser) =>
    server.modify(ldifReplace(user.dn, { pwdReset: undefined }))

  it('is refused where pwdReset is gone and pwdChangedTime is the same', async () => {
    const user = await server.createUser()
    const { id, temporary, marks } = await markedReset(store, user)
    await chosenWithinTheSecond(user)
    const outcome = await endPassword(store, id, markOfLast(marks))
    expect(refusedAs(outcome)).toBe('conflict: mark_uncertain')
    expect(await server.canSignIn(user.dn, temporary)).toBe('ok')
  })

  it('is refused where pwdReset goes right before the write', async () => {
    const user = await server.createUser()
    const { id, temporary, marks } = await markedReset(store, user)
    const outcome = await endPassword(store, id, markOfLast(marks), () =>
      chosenWithinTheSecond(user),
    )
    expect(refusedAs(outcome)).toBe('conflict: changed_during_write')
    expect(await server.canSignIn(user.dn, temporary)).toBe('ok')
  })

  it.each(['cutBeforeRequest', 'cutBeforeAnswer'] as const)(
    'is settled where the connection breaks: %s',
    async (cut) => {
      await using proxy = await startFaultProxy({ to: server.ldaps })
      const cutting = meddlingDialect(
        dialectOf(server.product, server.privilegedGroupDn),
        (step) => {
          void proxy[cut]()
          return step
        },
      )
      const url = `ldaps://${proxy.host}:${proxy.port}`
      const behind = ldapUserStore({ ...storeOptions(server), url, dialect: cutting })
      const user = await server.createUser()
      const { id, temporary, marks } = await markedReset(store, user)
      const outcome = await endPassword(behind, id, markOfLast(marks))
      expect(outcome.outcome).toBe('unknown')
      const settled = outcome.outcome === 'unknown' ? await outcome.settle?.() : undefined
      behind.close()
      expect(settled?.outcome).toBe('applied')
      expect(await server.canSignIn(user.dn, temporary)).toBe('refused')
      expect(await server.canSignIn(user.dn, throwaway)).toBe('must_change')
    },
  )

  it('is refused for the mark of an attempt, which fits another reset too', async () => {
    const user = await server.createUser()
    const { id, temporary, marks } = await markedReset(store, user)
    const [attempted] = marks
    if (attempted === undefined) throw new Error('The events hold no mark.')
    expect(refusedAs(await endPassword(store, id, attempted))).toBe('conflict: mark_uncertain')
    expect(await server.canSignIn(user.dn, temporary)).toBe('must_change')
  })
})

describeWithServer('samba', 'the end of a temporary password in Active Directory', () => {
  let server: SambaAdServer
  beforeAll(async () => {
    server = await startSambaAd()
  })
  afterAll(() => server.stop())

  const storeWith = (stampAttribute?: string): LdapUserStore =>
    ldapUserStore({
      ...storeOptions(server),
      dialect: activeDirectory({ stampAttribute }),
      ...(stampAttribute === undefined ? {} : { bind: server.admin }),
    })
  const signIns = async ({ dn, username }: SampleUser, password: string) => [
    await server.canSignIn(dn, password),
    await server.canSignInByNtlm(username, password),
  ]
  const refused = ['refused', 'refused']

  describe.each([undefined, 'comment'])('where the stamp attribute is %s', (stampAttribute) => {
    let store: LdapUserStore
    beforeAll(() => {
      store = storeWith(stampAttribute)
    })
    afterAll(() => store.close())

    it('closes LDAP and NTLM to the temporary password and to the one before', async () => {
      const user = await server.createUser()
      const { id, temporary, marks } = await markedReset(store, user)
      expect(await signIns(user, temporary)).toEqual(['must_change', 'must_change'])
      const before = Number(await storedValue(server, user.dn, 'msDS-KeyVersionNumber'))
      expect((await endPassword(store, id, markOfLast(marks))).outcome).toBe('applied')
      expect(await signIns(user, temporary)).toEqual(refused)
      expect(await signIns(user, user.password)).toEqual(refused)
      const after = Number(await storedValue(server, user.dn, 'msDS-KeyVersionNumber'))
      expect(after).toBe(before + 2)
      // Also once must-change is lifted, which is what a password before the present one waits for.
      await server.setStatus(user, 'active')
      expect(await signIns(user, temporary)).toEqual(refused)
    })

    it('ends a password whose must-change somebody has lifted', async () => {
      const user = await server.createUser()
      const { id, temporary, marks } = await markedReset(store, user)
      await server.setStatus(user, 'active')
      expect(await signIns(user, temporary)).toEqual(['ok', 'ok'])
      const mark = markOfLast(marks)
      expect(await standingNow(store, id, mark)).toEqual({ now: 'temporary' })
      expect((await lookUp(store, user)).mustChange).toBe(false)
      expect((await endPassword(store, id, mark)).outcome).toBe('applied')
      expect(await signIns(user, temporary)).toEqual(refused)
      expect(await signIns(user, throwaway)).toEqual(['must_change', 'must_change'])
    })

    it('ends the password of an account that was disabled, and leaves it disabled', async () => {
      const user = await server.createUser()
      const { id, temporary, marks } = await markedReset(store, user)
      await server.setStatus(user, 'disabled')
      await server.modify(ldifReplace(user.dn, { pwdLastSet: '0' }))
      expect((await endPassword(store, id, markOfLast(marks))).outcome).toBe('applied')
      expect(await server.canSignIn(user.dn, throwaway)).toBe('disabled')
      await server.setStatus(user, 'active')
      expect(await signIns(user, temporary)).toEqual(refused)
    })

    it('lifts no lock', async () => {
      const user = await server.createUser()
      const { id, marks } = await markedReset(store, user)
      while ((await server.canSignIn(user.dn, 'not the password')) !== 'locked');
      expect((await endPassword(store, id, markOfLast(marks))).outcome).toBe('applied')
      expect(await server.canSignIn(user.dn, throwaway)).toBe('locked')
    })
  })

  it('would leave the temporary password accepted with one throwaway alone', async () => {
    const store = storeWith()
    const user = await server.createUser()
    const temporary = temporaryPassword(await resetUser(store, user))
    store.close()
    const once = { unicodePwd: quotedUtf16(throwaway), pwdLastSet: '-1' }
    await server.modify(ldifReplace(user.dn, once))
    expect(await signIns(user, temporary)).toEqual(['ok', 'ok'])
  })

  it('goes by the mark of an attempt where the stamp tells', async () => {
    const store = storeWith('comment')
    const user = await server.createUser()
    const { id, temporary, marks } = await markedReset(store, user)
    const [attempted] = marks
    if (attempted === undefined) throw new Error('The events hold no mark.')
    expect(attempted).not.toBe(marks.at(-1))
    expect((await endPassword(store, id, attempted)).outcome).toBe('applied')
    store.close()
    expect(await signIns(user, temporary)).toEqual(refused)
  })
})

describeWithServer('389ds', 'the end of a temporary password on 389-ds', () => {
  it('is refused, because no write of this server is conditional', async () => {
    await using server = await start389Ds()
    const dialect = dialectOf(server.product, server.privilegedGroupDn)
    const store = ldapUserStore({ ...storeOptions(server), dialect })
    const user = await server.createUser()
    const { id, temporary, marks } = await markedReset(store, user)
    const mark = markOfLast(marks)
    expect(await standingNow(store, id, mark)).toEqual({ now: 'temporary' })
    const outcome = await endPassword(store, id, mark)
    store.close()
    expect(refusedAs(outcome)).toBe('store_unavailable: no_conditional_write')
    expect(await server.canSignIn(user.dn, temporary)).toBe('must_change')
  })
})
