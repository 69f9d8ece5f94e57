import type { AuditEvent, ForceResetConfig, Operator, ResetSuccess } from '@force-reset/core'
import { forceReset, operatorsAreNoUsers, viewUser } from '@force-reset/core'
import {
  answerVerification,
  inPerson,
  memoryForOneProcess,
  verification,
} from '@force-reset/core/verification'
import {
  type DirectoryServer,
  ldifReplace,
  type SampleUser,
  start389Ds,
  startOpenLdap,
  startSambaAd,
} from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dialectOf } from '../fixtures/dialect-of.ts'
import { storeOptions } from '../fixtures/directory-subject.ts'
import { lookUp } from '../fixtures/reset-user.ts'
import { type LdapUserStore, ldapUserStore } from './ldap-user-store.ts'

const own = 'My-own-choice-2-keep-for-long!'
const operator = { id: 'operator' }

const products = [
  ['389-ds', '389ds', start389Ds],
  ['OpenLDAP', 'slapd', startOpenLdap],
  ['Active Directory', 'samba', startSambaAd],
] as const

for (const [title, name, start] of products) {
  describeWithServer(name, `a reset with a proof on ${title}`, () => {
    let server: DirectoryServer
    let store: LdapUserStore
    const events: AuditEvent[] = []
    let config: ForceResetConfig<Operator>
    beforeAll(async () => {
      server = await start()
      const dialect = dialectOf(server.product, server.privilegedGroupDn)
      store = ldapUserStore({ ...storeOptions(server), dialect })
      config = {
        store,
        secret: 'c0ffee'.repeat(11),
        authorize: () => true,
        audit: (event) => void events.push(event),
        isSelf: operatorsAreNoUsers,
        expiresInSeconds: null,
        verification: verification<Operator>({
          methods: [inPerson()],
          require: () => [['in_person']],
          attestedSuffices: [['in_person']],
          memory: memoryForOneProcess(),
        }),
      }
    })
    afterAll(async () => {
      store.close()
      await server.stop()
    })

    const proofFor = async (userId: string): Promise<string> => {
      const asked = { operator, userId, method: 'in_person', document: 'staff_badge' } as const
      const answered = await answerVerification(config, asked)
      if (!answered.ok) throw new Error(answered.message)
      return answered.proof
    }
    const reset = async (userId: string, proof: string) => {
      const view = await viewUser(config, { operator, userId })
      if (!view.ok) throw new Error(view.message)
      const { version } = view.user
      return forceReset(config, { operator, userId, version, proofs: [proof] })
    }
    const keyOf = (result: Awaited<ReturnType<typeof reset>>): string => {
      if (result.ok) return 'ok'
      return result.detail?.reason === 'verification' ? result.detail.key : result.message
    }
    const idOf = async (user: SampleUser): Promise<string> => (await lookUp(store, user)).id
    const choose = async (user: SampleUser, { temporaryPassword }: ResetSuccess): Promise<void> => {
      if (server.product === 'samba') await server.setStatus(user, 'active')
      const from = temporaryPassword.reveal()
      expect(await server.changeOwnPassword(user.dn, from, own)).toBe('ok')
    }

    it('is carried over once, for the reset that the proof served for', async () => {
      const user = await server.createUser()
      const userId = await idOf(user)
      const proof = await proofFor(userId)
      expect(await reset(userId, proof)).toMatchObject({ identified: { carriedOver: false } })
      expect(await reset(userId, proof)).toMatchObject({ identified: { carriedOver: true } })
      expect(keyOf(await reset(userId, proof))).toBe('proof_used')
    })

    it('is not carried over where the person chose a password since', async () => {
      const user = await server.createUser()
      const userId = await idOf(user)
      const proof = await proofFor(userId)
      const first = await reset(userId, proof)
      if (!first.ok) throw new Error(first.message)
      await choose(user, first)
      expect(keyOf(await reset(userId, proof))).toBe('account_changed')
    })

    it('is refused where the account changed after the caller was identified', async () => {
      const user = await server.createUser()
      const userId = await idOf(user)
      const proof = await proofFor(userId)
      await server.modify(ldifReplace(user.dn, { mail: 'another@example.org' }))
      expect(keyOf(await reset(userId, proof))).toBe('account_changed')
      expect(keyOf(await reset(userId, await proofFor(userId)))).toBe('ok')
    })
  })
}
