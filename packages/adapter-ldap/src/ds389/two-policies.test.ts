import { type Ds389Server, escapeDnValue, ldifEntry, start389Ds } from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { storeOptions } from '../fixtures/directory-subject.ts'
import { resetUser, temporaryPassword } from '../fixtures/reset-user.ts'
import { ldapUserStore } from '../store/ldap-user-store.ts'
import { ds389 } from './dialect.ts'

const oldPassword = 'The-old-password-42'

type Switch = 'on' | 'off'

/** A unit with a policy of its own, as `dsconf localpwp addsubtree` makes one. */
async function unitWithPolicy(server: Ds389Server, ou: string, mustChange: Switch, kind: string) {
  const unit = `ou=${ou},${server.peopleDn}`
  const container = `cn=nsPwPolicyContainer,${unit}`
  const entry = `cn=${escapeDnValue(`cn=nsPwPolicyEntry,${unit}`)},${container}`
  const template = `cn=${escapeDnValue(`cn=nsPwTemplateEntry,${unit}`)},${container}`
  const policy = ['top', 'extensibleObject', 'ldapsubentry', 'passwordPolicy']
  await server.modify(
    ldifEntry(unit, { objectClass: 'organizationalUnit', ou }) +
      ldifEntry(container, { objectClass: ['top', 'nsContainer'], cn: 'nsPwPolicyContainer' }) +
      ldifEntry(entry, {
        objectClass: policy,
        cn: `cn=nsPwPolicyEntry,${unit}`,
        passwordMustChange: mustChange,
      }) +
      ldifEntry(template, {
        objectClass: ['top', 'extensibleObject', 'costemplate', 'ldapsubentry'],
        cn: `cn=nsPwTemplateEntry,${unit}`,
        cosPriority: '1',
        pwdpolicysubentry: entry,
      }) +
      ldifEntry(`cn=nsPwPolicy_CoS,${unit}`, {
        objectClass: ['top', 'ldapsubentry', 'cosSuperDefinition', 'cosPointerDefinition'],
        cn: 'nsPwPolicy_CoS',
        cosTemplateDn: template,
        cosAttribute: `pwdpolicysubentry ${kind}`,
      }),
  )
  return { unit, container }
}

describeWithServer('389ds', 'an account of 389-ds with a policy beside the one of its unit', () => {
  let server: Ds389Server
  beforeAll(async () => {
    server = await start389Ds()
    await server.modify(
      `dn: ${server.peopleDn}\nchangetype: modify\nadd: aci\n` +
        'aci: (targetattr="objectClass || cn || password*")' +
        `(version 3.0; acl "policies"; allow (read,search,compare) ` +
        `userdn="ldap:///${server.operator.dn}";)\n`,
    )
  })
  afterAll(() => server.stop())

  const switches = ['on', 'off'] as const
  /** How the policy of a subtree is computed; the first is the way of `dsconf`. */
  const kinds = ['default operational', 'default operational-default', 'override'] as const
  const cases = kinds.flatMap((kind) =>
    switches.flatMap((own) => switches.map((ofUnit) => ({ kind, own, ofUnit }))),
  )

  it.each(cases)(
    'is said to have to change only where that is so: $own, $ofUnit by $kind',
    async ({ kind, own, ofUnit }) => {
      const { unit, container } = await unitWithPolicy(
        server,
        `u-${own}-${ofUnit}-${kind.replace(/ /g, '.')}`,
        ofUnit,
        kind,
      )
      const uid = `kim-${own}-${ofUnit}-${kind.replace(/ /g, '.')}`
      const dn = `uid=${uid},${unit}`
      const policy = `cn=${escapeDnValue(`cn=nsPwPolicyEntry_user,${dn}`)},${container}`
      await server.modify(
        ldifEntry(policy, {
          objectClass: ['top', 'extensibleObject', 'ldapsubentry', 'passwordPolicy'],
          cn: `cn=nsPwPolicyEntry_user,${dn}`,
          passwordMustChange: own,
        }) +
          ldifEntry(dn, {
            objectClass: 'inetOrgPerson',
            uid,
            cn: uid,
            sn: uid,
            userPassword: oldPassword,
            pwdpolicysubentry: policy,
          }),
      )
      const store = ldapUserStore({
        ...storeOptions(server),
        dialect: ds389({ privilegedGroups: [server.privilegedGroupDn] }),
      })
      const result = await resetUser(store, { username: uid })
      store.close()
      if (result.ok) {
        expect(own).toBe('on')
        expect(result.receipt.mustChange).toBe('enforced')
        expect(await server.canSignIn(dn, temporaryPassword(result))).toBe('must_change')
        return
      }
      expect([own, ofUnit]).toContain('off')
      expect(result.detail).toMatchObject({
        key: 'policy_without_must_change',
        what: expect.stringContaining('(pwdpolicysubentry)'),
        cure: expect.stringContaining('Let both demand the change.'),
      })
      expect(await server.canSignIn(dn, oldPassword)).not.toBe('refused')
    },
  )
})
