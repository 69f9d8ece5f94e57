import { ldifEntry, startOpenLdap } from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { expect, it } from 'vitest'
import { diagnose } from '../diagnosis/diagnose.ts'
import { storeOptions } from '../fixtures/directory-subject.ts'
import { noPrivilegedUsers, type OpenLdapOptions, openLdap } from '../index.ts'

const suffix = 'dc=example,dc=test'
const groups = `ou=groups,${suffix}`
const serviceAccount = `cn=helpdesk,ou=services,${suffix}`
const access = `
access to dn.base="cn=hidden,${groups}" by dn.exact="${serviceAccount}" none by * break
access to dn.base="cn=closed,${groups}" attrs=member by dn.exact="${serviceAccount}" none by * break
`

describeWithServer('slapd', 'a diagnosis of who is privileged', () => {
  it('names each member that cannot be read, each that is nobody, and lost accounts', async () => {
    await using server = await startOpenLdap({ access })
    const group = (cn: string, member: readonly string[]) =>
      server.modify(ldifEntry(`cn=${cn},${groups}`, { objectClass: 'groupOfNames', cn, member }))
    const dummy = `cn=dummy,${suffix}`
    const gone = `cn=gone,${groups}`
    await group('hidden', [dummy])
    await group('closed', [dummy])
    await group('all', [`cn=hidden,${groups}`, `cn=closed,${groups}`, gone, dummy])
    await group('quiet', [server.user('privileged').dn, dummy])
    const found = async (options: Partial<OpenLdapOptions>) => {
      const dialect = openLdap({
        privilegedGroups: noPrivilegedUsers,
        defaultPolicy: server.policyDn,
        ...options,
      })
      const findings = await diagnose({ ...storeOptions(server), dialect })
      return findings
        .filter(({ check }) => check === 'privileged')
        .map(({ level, message }) => `${level}: ${message}`)
    }
    expect(await found({ privilegedGroups: [`cn=all,${groups}`] })).toEqual([
      'problem: It is not known who is in these members of privileged groups: ' +
        `cn=hidden,${groups} (cannot be read); cn=closed,${groups} (hides member). ` +
        'So every account that may be in one counts as privileged.',
      `warning: These members of privileged groups are nobody: ${gone}; ${dummy}.`,
    ])
    expect(
      await found({ privilegedGroups: [`cn=quiet,${groups}`], absentMembers: [dummy] }),
    ).toEqual([`ok: These members of privileged groups are nobody: ${dummy}.`])
    const unknownId = '00000000-0000-4000-8000-000000000000'
    expect(
      await found({ privilegedAccounts: [server.user('active').dn, gone, unknownId] }),
    ).toEqual([
      `warning: No account is found for these of privilegedAccounts: ${gone}; ${unknownId}.`,
    ])
  })
})
