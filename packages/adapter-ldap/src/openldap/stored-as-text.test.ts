import { ldifEntry, startOpenLdap } from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { expect, it } from 'vitest'
import { diagnose } from '../diagnosis/diagnose.ts'
import { storeOptions } from '../fixtures/directory-subject.ts'
import { openLdap } from '../index.ts'

const dn = 'cn=throwaway,ou=services,dc=example,dc=test'
const serviceAccount = 'cn=helpdesk,ou=services,dc=example,dc=test'
const access = `
access to dn.base="${dn}" attrs=userPassword
  by dn.exact="${serviceAccount}" =cw by anonymous auth by * none
`

describeWithServer('slapd', 'a diagnosis of how slapd stores passwords', () => {
  it.each([
    ['hashed', 'people', access, /^ok: slapd hashes passwords/],
    ['text', 'none', access, /^problem: slapd stores passwords as text/],
    ['not to be compared', 'people', '', /^unknown: .* to compare its password/],
  ] as const)('finds by one compare on its own account: %s', async (_, overlayOn, rules, said) => {
    await using server = await startOpenLdap({ overlayOn, access: rules, logLevel: 256 })
    await server.modify(
      ldifEntry(dn, {
        objectClass: ['applicationProcess', 'simpleSecurityObject'],
        cn: 'throwaway',
        userPassword: 'something long enough 1',
      }),
    )
    const findings = await diagnose({
      ...storeOptions(server),
      dialect: openLdap({
        privilegedGroups: [server.privilegedGroupDn],
        defaultPolicy: server.policyDn,
        throwawayAccount: dn,
      }),
    })
    const told = findings
      .filter(({ check }) => check === 'policy')
      .map(({ level, message }) => `${level}: ${message}`)
    expect(told).toContainEqual(expect.stringMatching(said))
    const compared = [...(await server.log()).matchAll(/ CMP dn="([^"]*)"/g)].map(([, at]) => at)
    expect(compared).toEqual([dn])
  })
})
