import type { LdapUserStore } from '@force-reset/adapter-ldap'
import { type Ds389Server, start389Ds } from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Guide, openGuide, resetBy, typed } from './guide.fixture.ts'

const firstPassword = 'First-of-all-4711-enough'
const operatorPassword = 'Long-and-random-0815-enough'

describeWithServer('389ds', 'the guide to 389 Directory Server', () => {
  let server: Ds389Server
  let guide: Guide
  let store: LdapUserStore

  const check = (password: string) =>
    typed(`${guide.block('the check').replace(' -W', ` -w '${password}'`).trim()} 2>&1 || true`)

  beforeAll(async () => {
    // As it comes: nobody has to change anything, and nothing is tracked.
    server = await start389Ds({
      policy: {
        passwordMustChange: 'off',
        passwordMinLength: '8',
        'nsslapd-pwpolicy-local': 'off',
      },
    })
    guide = await openGuide('389-ds.md', {
      'dc=example,dc=com': server.baseDn,
      'CHANGE-THIS-first-password': firstPassword,
      'ldaps://ldap1.example.com': server.url,
      'ldaps://ldap2.example.com': server.startTlsUrl,
      'uid=kim,ou=people,dc=example,dc=com': server.user('active').dn,
      '/etc/force-reset/ca.pem': server.caFile,
    })
    await server.modify(guide.block('the policy'))
    await server.modify(guide.block('the service account'))
    await server.modify(guide.block('the rights'))
    const ownPassword = guide
      .block('its own password')
      .replace(' -W -S', ` -w '${firstPassword}' -s '${operatorPassword}'`)
    await typed(ownPassword, { LDAPTLS_CACERT: server.caFile })
    store = await guide.store(server.ca, operatorPassword)
  })
  afterAll(async () => {
    store?.close()
    await server?.stop()
  })

  it('leads to a reset that the old password does not survive', async () => {
    const { dn, username, password } = server.user('active')
    expect(await check(password)).toMatch(/^dn: /m)
    const result = await resetBy(store, username)
    expect(result).toMatchObject({
      ok: true,
      receipt: {
        mustChange: 'enforced',
        unreadRules: [],
        survives: ['replicas', 'sessions', 'in_flight_sign_ins', 'caches'],
      },
    })
    const temporary = result.ok ? result.temporaryPassword.reveal() : ''
    expect(await check(password)).toContain('Invalid credentials (49)')
    expect(await check(temporary)).toContain('Password must be changed')
    expect(await server.changeOwnPassword(dn, temporary, 'A choice of my own, 42')).toBe('ok')
    expect(await check('A choice of my own, 42')).not.toContain('must be changed')
  })

  it('unlocks, refuses the privileged and the inactivated, and gives no other right', async () => {
    expect(await resetBy(store, server.user('locked').username)).toMatchObject({
      ok: true,
      receipt: { unlocked: true },
    })
    for (const [name, code] of [
      ['privileged', 'privileged_user'],
      ['nestedPrivileged', 'privileged_user'],
      ['disabled', 'not_eligible'],
    ] as const)
      expect(await resetBy(store, server.user(name).username)).toMatchObject({ ok: false, code })
    const bindDn = `cn=reset-operator,ou=services,${server.baseDn}`
    const as = `-x -H ${server.url} -D '${bindDn}' -w '${operatorPassword}'`
    const environment = { LDAPTLS_CACERT: server.caFile }
    const { dn } = server.user('second')
    const change = typed(
      `ldapmodify ${as}`,
      environment,
      `dn: ${dn}\nchangetype: modify\nreplace: mail\nmail: x@example.com\n`,
    )
    await expect(change).rejects.toThrow('Insufficient access (50)')
    const seen = await typed(`ldapsearch -LLL ${as} -b '${dn}' uid userPassword`, environment)
    expect(seen).toContain('uid: ')
    expect(seen).not.toContain('userPassword')
  })

  const set = (attribute: string, value: string) =>
    server.modify(
      `dn: cn=config\nchangetype: modify\nreplace: ${attribute}\n${attribute}: ${value}\n\n`,
    )

  it('refuses where nobody would have to choose a new password', async () => {
    await set('passwordMustChange', 'off')
    const one = await guide.store(server.ca, operatorPassword)
    expect(await resetBy(one, server.user('active').username)).toMatchObject({
      ok: false,
      detail: { key: 'policy_without_must_change' },
    })
    one.close()
    await set('passwordMustChange', 'on')
  })

  it('resets an account in spite of a minimum age, and lets the user choose again', async () => {
    const { dn, username } = server.user('second')
    const temporary = async () => {
      const result = await resetBy(store, username)
      return result.ok ? result.temporaryPassword.reveal() : JSON.stringify(result)
    }
    expect(await server.changeOwnPassword(dn, await temporary(), 'A choice of my own, 43')).toBe(
      'ok',
    )
    await set('passwordMinAge', '3600')
    expect(await server.changeOwnPassword(dn, await temporary(), 'A choice of my own, 44')).toBe(
      'ok',
    )
    expect(
      await server.changeOwnPassword(dn, 'A choice of my own, 44', 'A choice of my own, 45'),
    ).toBe('refused')
  })
})
