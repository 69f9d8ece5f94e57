import type { ForceResetResult } from '@force-reset/core'
import { withWrite } from '@force-reset/core/testing'
import {
  ldifReplace,
  type OpenLdapServer,
  type SampleUser,
  startFaultProxy,
  startOpenLdap,
} from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { storedValue, storeOptions } from '../fixtures/directory-subject.ts'
import { lookUp, resetUser, temporaryPassword, withSettling } from '../fixtures/reset-user.ts'
import { type LdapUserStoreOptions, noPrivilegedUsers, openLdap } from '../index.ts'
import { ldapUserStore } from '../store/ldap-user-store.ts'

/** What happens to an account between its write and the settling of it. */
interface Change {
  readonly name: string
  happen(user: SampleUser): Promise<unknown>
}

const frozenAt = Date.now() + 2_000

/**
 * Resets an account whose write loses its way there or its answer, and changes something before
 * that is settled.
 */
async function resetWithLoss(
  server: OpenLdapServer,
  user: SampleUser,
  fault: {
    readonly cut: 'cutBeforeRequest' | 'cutBeforeAnswer'
    meanwhile(): Promise<unknown>
    readonly options?: Partial<LdapUserStoreOptions>
  },
): Promise<ForceResetResult> {
  await using proxy = await startFaultProxy({ to: server.ldaps })
  const store = ldapUserStore({
    ...storeOptions(server),
    url: `ldaps://${proxy.host}:${proxy.port}`,
    dialect: openLdap({ privilegedGroups: noPrivilegedUsers, defaultPolicy: server.policyDn }),
    ...fault.options,
  })
  const { id, version } = await lookUp(store, user)
  const losing = withWrite(store, (write) => {
    void proxy[fault.cut]()
    return write()
  })
  const result = await resetUser(withSettling(losing, fault.meanwhile), { id, version })
  store.close()
  return result
}

describeWithServer('slapd', 'settling on OpenLDAP without a password history', () => {
  it('does not say nothing changed when an ended account refuses the right password', async () => {
    await using server = await startOpenLdap({ policy: { pwdInHistory: '0' } })
    const user = await server.createUser()
    const result = await resetWithLoss(server, user, {
      cut: 'cutBeforeAnswer',
      meanwhile: () => server.modify(ldifReplace(user.dn, { pwdEndTime: '20200101000000Z' })),
    })
    expect(result).toMatchObject({ ok: false, code: 'outcome_unknown' })
    await server.modify(ldifReplace(user.dn, { pwdEndTime: '20990101000000Z' }))
    expect(await server.canSignIn(user.dn, user.password)).toBe('refused')
  })
})

describeWithServer('slapd', 'settling on OpenLDAP a write that was lost on its way', () => {
  let server: OpenLdapServer
  beforeAll(async () => {
    server = await startOpenLdap()
  })
  afterAll(() => server.stop())

  it.each<Change>([
    {
      name: 'was made privileged',
      happen: ({ dn }) =>
        server.modify(
          `dn: ${server.privilegedGroupDn}\nchangetype: modify\nadd: member\nmember: ${dn}\n`,
        ),
    },
    {
      name: 'was locked by an administrator',
      happen: (user) => server.setStatus(user, 'disabled'),
    },
    {
      name: 'was given another name',
      happen: ({ dn }) => server.modify(ldifReplace(dn, { displayName: 'Somebody Else' })),
    },
    // Comes last: the policy stays as it is then.
    {
      name: 'lost its must-change',
      happen: () => server.modify(ldifReplace(server.policyDn, { pwdMustChange: 'FALSE' })),
    },
  ])('does not repeat it for an account that $name meanwhile', async ({ happen }) => {
    const user = await server.createUser()
    const result = await resetWithLoss(server, user, {
      cut: 'cutBeforeRequest',
      meanwhile: () => happen(user),
      options: {
        dialect: openLdap({
          privilegedGroups: [server.privilegedGroupDn],
          defaultPolicy: server.policyDn,
        }),
        cacheMs: 0,
        // Its look is fresh, so that nothing is read between it and the write.
        now: () => frozenAt,
      },
    })
    expect(result).toMatchObject({ ok: false, code: 'outcome_unknown' })
    expect(await storedValue(server, user.dn, 'pwdReset')).toBeUndefined()
  })

  it('says that must-change is not enforced where the policy lost it after the write', async () => {
    await using own = await startOpenLdap()
    const user = await own.createUser()
    const result = await resetWithLoss(own, user, {
      cut: 'cutBeforeAnswer',
      meanwhile: () => own.modify(ldifReplace(own.policyDn, { pwdMustChange: 'FALSE' })),
      options: { cacheMs: 0 },
    })
    expect(await own.canSignIn(user.dn, temporaryPassword(result))).toBe('ok')
    expect(result.ok && result.receipt.mustChange).toBe('off')
  })
})
