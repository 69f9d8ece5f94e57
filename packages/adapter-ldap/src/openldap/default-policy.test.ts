import { ldifReplace, type OpenLdapServer, startOpenLdap } from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { describe, expect, it } from 'vitest'
import { diagnose } from '../diagnosis/diagnose.ts'
import { storedValue, storeOptions } from '../fixtures/directory-subject.ts'
import { refusal, resetUser, temporaryPassword } from '../fixtures/reset-user.ts'
import { ldapUserStore, openLdap } from '../index.ts'
import { nothing } from '../plan/steps.ts'
import { defaultPolicyOf } from './default-policy.ts'

const suffix = 'dc=example,dc=test'
const relaxed = `cn=no-must-change,ou=policies,${suffix}`
const overlay = 'olcOverlay={0}ppolicy,olcDatabase={1}mdb,cn=config'

function optionsFor(server: OpenLdapServer, defaultPolicy: string | undefined = server.policyDn) {
  const privilegedGroups = [server.privilegedGroupDn]
  return { ...storeOptions(server), dialect: openLdap({ privilegedGroups, defaultPolicy }) }
}

/** What a reset says of must-change, and what slapd then does with the temporary password. */
async function outcomeOn(
  server: OpenLdapServer,
  defaultPolicy?: string,
  attributes: Readonly<Record<string, string>> = {},
): Promise<string> {
  const user = await server.createUser({ attributes })
  const store = ldapUserStore(optionsFor(server, defaultPolicy))
  const result = await resetUser(store, user)
  store.close()
  if (!result.ok) {
    expect(await storedValue(server, user.dn, 'pwdReset')).toBeUndefined()
    return refusal(result)
  }
  const signIn = await server.canSignIn(user.dn, temporaryPassword(result))
  return `${result.receipt.mustChange}, and slapd says ${signIn}`
}

const change = (value: string | undefined) =>
  value === undefined
    ? `dn: ${overlay}\nchangetype: modify\ndelete: olcPPolicyDefault\n`
    : ldifReplace(overlay, { olcPPolicyDefault: value })

describeWithServer(
  'slapd',
  'must-change on OpenLDAP, and the default policy that slapd names',
  () => {
    it('is enforced where slapd names the same policy, however that is spelt', async () => {
      await using server = await startOpenLdap()
      expect(await outcomeOn(server)).toBe('enforced, and slapd says must_change')
      expect(await outcomeOn(server, `CN=Default , OU=policies,${suffix.toUpperCase()}`)).toBe(
        'enforced, and slapd says must_change',
      )
      const findings = await diagnose(optionsFor(server))
      expect(findings.filter(({ level }) => level === 'problem')).toEqual([])
      expect(findings.filter(({ cure }) => cure?.includes('olcPPolicyDefault'))).toEqual([])
    })

    it.each([
      ['another one', relaxed],
      ['one that does not exist', `cn=gone,ou=policies,${suffix}`],
      ['none', undefined],
    ])('is refused where slapd has come to name %s', async (_, named) => {
      await using server = await startOpenLdap()
      const store = ldapUserStore(optionsFor(server))
      expect(refusal(await resetUser(store, await server.createUser()))).toBe('applied')
      await server.modify(change(named))
      expect(refusal(await resetUser(store, await server.createUser()))).toBe(
        'must_change_ineffective: other_default_policy',
      )
      store.close()
      const findings = await diagnose(optionsFor(server))
      expect(findings).toContainEqual(
        expect.objectContaining({
          check: 'must_change',
          message: expect.stringContaining('slapd has none'),
          cure: expect.stringContaining('olcPPolicyDefault'),
        }),
      )
    })

    it('is refused where the policy that slapd names lacks pwdMustChange', async () => {
      await using server = await startOpenLdap({ policy: { pwdMustChange: null } })
      expect(await outcomeOn(server)).toBe('must_change_ineffective: policy_without_must_change')
    })

    it('is enforced by a policy that the account names, whatever the default is', async () => {
      await using server = await startOpenLdap()
      await server.modify(change(undefined))
      expect(await outcomeOn(server, undefined, { pwdPolicySubentry: server.policyDn })).toBe(
        'enforced, and slapd says must_change',
      )
    })

    it.each([
      ['the same policy', true, 'must_change'],
      ['none', false, 'ok'],
    ])('is unproven while slapd shows nothing and names %s', async (_, same, signIn) => {
      await using server = await startOpenLdap({ showsDefaultPolicy: false })
      if (!same) await server.modify(change(undefined))
      expect(await outcomeOn(server)).toBe(`unproven, and slapd says ${signIn}`)
      const findings = await diagnose(optionsFor(server))
      expect(findings).toContainEqual(
        expect.objectContaining({
          check: 'must_change',
          level: 'unknown',
          cure: expect.stringContaining('olcPPolicyDefault'),
        }),
      )
    })

    it('is that of a subordinate database where the people are in one', async () => {
      await using server = await startOpenLdap({ overlayOn: 'subordinate' })
      expect(await outcomeOn(server)).toBe('enforced, and slapd says must_change')
    })
  },
)

describe('the default policy in cn=config', () => {
  const entry = (dn: string, attributes: Readonly<Record<string, string>>) => ({
    dn,
    attributes: new Map(
      Object.entries(attributes).map(([name, value]) => [name, [Buffer.from(value)]]),
    ),
  })
  const found = (...entries: ReturnType<typeof entry>[]) => ({ ...nothing, entries })
  const database = entry('olcDatabase={1}mdb,cn=config', { olcsuffix: suffix })
  const inner = entry('olcDatabase={2}mdb,cn=config', { olcsuffix: `ou=people,${suffix}` })
  const policyAt = (parent: string, policy: string) =>
    entry(`olcOverlay={0}ppolicy,${parent}`, { olcppolicydefault: policy })
  const kim = `uid=kim,ou=people,${suffix}`

  it.each([
    ['the overlay of its database', [database, policyAt(database.dn, 'cn=a')], { dn: 'cn=a' }],
    [
      'the overlay of the innermost database',
      [database, inner, policyAt(database.dn, 'cn=a'), policyAt(inner.dn, 'cn=b')],
      { dn: 'cn=b' },
    ],
    [
      'the overlay of all databases',
      [database, policyAt('olcDatabase={-1}frontend,cn=config', 'cn=c')],
      { dn: 'cn=c' },
    ],
    [
      'no overlay for certain where there are two',
      [
        database,
        policyAt(database.dn, 'cn=a'),
        policyAt('olcDatabase={-1}frontend,cn=config', 'cn=c'),
      ],
      'unknown',
    ],
    ['nothing where the database is not shown', [policyAt(database.dn, 'cn=a')], 'unknown'],
    ['nothing where the overlay is not shown', [database], 'unknown'],
  ] as const)('comes from %s', (_, entries, expected) => {
    expect(defaultPolicyOf(kim, [found(...entries), nothing])).toEqual(expected)
  })

  it('is none only where slapd says that it is absent', () => {
    const bare = entry('olcOverlay={0}ppolicy,olcDatabase={1}mdb,cn=config', {})
    expect(defaultPolicyOf(kim, [found(database, bare), nothing])).toBe('unknown')
    expect(defaultPolicyOf(kim, [found(database, bare), found(bare)])).toBe('none')
  })
})
