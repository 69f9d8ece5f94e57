import { characters, type ForceResetResult } from '@force-reset/core'
import {
  type FaultProxy,
  type SambaAdServer,
  type SampleUser,
  type Stall,
  startFaultProxy,
  startSambaAd,
} from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { storedValue, storeOptions } from '../fixtures/directory-subject.ts'
import { fineGrainedPolicy } from '../fixtures/fine-grained-policy.ts'
import { type Meddle, meddlingDialect } from '../fixtures/meddling-dialect.ts'
import { lookUp, refusal, resetUser, temporaryPassword } from '../fixtures/reset-user.ts'
import { type LdapUserStore, ldapUserStore } from '../store/ldap-user-store.ts'
import type { LdapUserStoreOptions } from '../store/options.ts'
import { activeDirectory } from './dialect.ts'
import type { ActiveDirectoryOptions } from './options.ts'

describeWithServer(
  'samba',
  'a reset in Active Directory of which only the first write happens',
  () => {
    let server: SambaAdServer
    let proxy: FaultProxy
    const stores: LdapUserStore[] = []
    beforeAll(async () => {
      server = await startSambaAd()
    })
    beforeEach(async () => {
      proxy = await startFaultProxy({ to: server.ldaps })
    })
    afterEach(async () => {
      for (const store of stores.splice(0)) store.close()
      await proxy.stop()
    })
    afterAll(() => server.stop())

    function storeWith(
      meddle: Meddle,
      options: ActiveDirectoryOptions = {},
      others: Partial<LdapUserStoreOptions> = {},
    ): LdapUserStore {
      const dialect = meddlingDialect(activeDirectory(options), meddle)
      const url = `ldaps://${proxy.host}:${proxy.port}`
      const store = ldapUserStore({ ...storeOptions(server), url, dialect, ...others })
      stores.push(store)
      return store
    }

    /** The server refuses the whole write then, and says so. */
    const refused: Meddle = (step) =>
      step.kind === 'modify'
        ? {
            ...step,
            changes: [
              ...step.changes,
              { operation: 'replace', attribute: 'noSuchAttribute', values: ['x'] },
            ],
          }
        : step
    const secondRefused: Meddle = (step, number) => (number === 2 ? refused(step, number) : step)
    const signIns = async ({ dn, username }: SampleUser, password: string) => [
      await server.canSignIn(dn, password),
      await server.canSignInByNtlm(username, password),
    ]
    const wordsOf = (result: ForceResetResult): string => (result.ok ? '' : result.message)

    it('changes nothing where an unreadable policy refuses passwords of this make', async () => {
      const user = await server.createUser({ status: 'pending' })
      await server.modify(fineGrainedPolicy(server.baseDn, user.dn))
      const before = await storedValue(server, user.dn, 'msDS-KeyVersionNumber')
      const result = await resetUser(
        storeWith((step) => step),
        user,
        { format: characters({ length: 14 }) },
      )
      expect(refusal(result)).toBe('password_rejected: policy_rejected')
      expect(await signIns(user, user.password)).toEqual(['must_change', 'must_change'])
      expect(await storedValue(server, user.dn, 'msDS-KeyVersionNumber')).toBe(before)
    })

    it.each([
      ['must-change', 'pending', true, {}],
      ['no must-change', 'active', false, {}],
      ['a stamp', 'active', false, { stampAttribute: 'comment' }],
    ] as const)(
      'leaves no way in for any password when the second write is refused, with %s',
      async (_, status, requireMustChange, options) => {
        const user = await server.createUser({ status })
        const store = storeWith(secondRefused, options, { bind: server.admin })
        const result = await resetUser(store, user, { requireMustChange })
        expect(refusal(result)).toBe('outcome_unknown: no_usable_password')
        expect(await signIns(user, user.password)).toEqual(['refused', 'refused'])
        const again = temporaryPassword(
          await resetUser(
            storeWith((step) => step),
            user,
          ),
        )
        expect(await signIns(user, again)).toEqual(['must_change', 'must_change'])
      },
    )

    it.each([
      ['is lost with its way to the server', (step) => step, 2],
      ['is refused, and the server is then out of reach', refused, 3],
    ] as const satisfies readonly (readonly [string, Meddle, number])[])(
      'says that the old password may be accepted when the second write %s, which it is',
      async (_, second, last) => {
        const user = await server.createUser({ status: 'pending' })
        const store = storeWith((step, number) => {
          if (number === last) void proxy.cutBeforeRequest().then(() => proxy.refuse())
          return number === 2 ? second(step, number) : step
        })
        const result = await resetUser(store, user)
        expect(refusal(result)).toBe('outcome_unknown: half_done')
        expect(wordsOf(result)).toContain('may be accepted for up to an hour')
        expect(await signIns(user, user.password)).toEqual(['ok', 'ok'])
      },
    )

    it('never says that nothing was changed if cut off after a refused second write', async () => {
      const user = await server.createUser({ status: 'pending' })
      const store = storeWith((step, number) => {
        // Of the second write it lets the answer pass, and cuts before the next.
        if (number === 2) void proxy.cutBeforeAnswer(2).then(() => proxy.refuse())
        return secondRefused(step, number)
      })
      const result = await resetUser(store, user)
      expect(refusal(result)).toBe('outcome_unknown: half_done')
      expect(wordsOf(result)).not.toContain('Nothing was changed')
      expect(await signIns(user, user.password)).toEqual(['refused', 'refused'])
    })

    it('is finished by settling it where the second write was lost alone', async () => {
      const user = await server.createUser({ status: 'pending' })
      const store = storeWith((step, number) => {
        if (number === 2) void proxy.cutBeforeRequest()
        return step
      })
      const temporary = temporaryPassword(await resetUser(store, user))
      expect(await signIns(user, user.password)).toEqual(['refused', 'refused'])
      expect(await signIns(user, temporary)).toEqual(['must_change', 'must_change'])
    })

    it('says that the old password may work if the answer to the first write is lost', async () => {
      const user = await server.createUser({ status: 'pending' })
      const store = storeWith((step) => {
        void proxy.cutBeforeAnswer()
        return step
      })
      expect(refusal(await resetUser(store, user))).toBe('outcome_unknown: half_done')
      expect(await signIns(user, user.password)).toEqual(['ok', 'ok'])
    })

    it('leaves no way in for the temporary password of a reset that it has overtaken', async () => {
      const user = await server.createUser({ status: 'pending' })
      const { id } = await lookUp(
        storeWith((step) => step),
        user,
      )
      const rival = ldapUserStore({ ...storeOptions(server), dialect: activeDirectory() })
      stores.push(rival)
      let theirs: Promise<string> | undefined
      const overtake = async (stall: Stall): Promise<string> => {
        await stall.holding
        const temporary = temporaryPassword(await resetUser(rival, { id }))
        stall.release()
        return temporary
      }
      const store = storeWith((step, number) => {
        if (number === 1) theirs = overtake(proxy.stall('to_server'))
        return step
      })
      expect(refusal(await resetUser(store, { id }))).toBe('outcome_unknown: overtaken')
      const temporary = await theirs
      expect(temporary).toBeDefined()
      expect(await signIns(user, temporary ?? '')).toEqual(['refused', 'refused'])
      expect(await signIns(user, user.password)).toEqual(['refused', 'refused'])
    })
  },
)
