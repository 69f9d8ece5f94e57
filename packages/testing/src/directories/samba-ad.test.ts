import { existsSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { remainsAfterKill } from '../fixtures/outlive.fixture.ts'
import { canConnect, exposedSockets } from '../process/loopback.ts'
import { describeWithServer } from '../vitest.ts'
import { type LdapToolTarget, ldapBind, ldapTryModify } from './ldap-tools.ts'
import { ldifReplace, textValue, textValues } from './ldif.ts'
import { quotedUtf16, type SambaAdServer, startSambaAd } from './samba-ad.ts'
import { randomPassword } from './sample-users.ts'

describeWithServer('samba', 'startSambaAd', () => {
  let server: SambaAdServer
  let target: LdapToolTarget
  // The first start on a machine provisions the domain.
  beforeAll(async () => {
    server = await startSambaAd()
    target = { url: server.url, caFile: server.caFile, folder: server.folder }
  })
  afterAll(() => server.stop())

  it('listens on the LDAP ports of one loopback address and on nothing else', async () => {
    const listening = await server.listening()
    expect(listening.map(({ port }) => port).sort((a, b) => a - b)).toEqual([389, 636, 3268, 3269])
    expect(new Set(listening.map(({ address }) => address))).toEqual(new Set([server.ldaps.host]))
    expect(await exposedSockets(server.pid)).toEqual([])
  })

  it.each([
    ['active', 'ok'],
    ['pending', 'must_change'],
    ['locked', 'locked'],
    ['disabled', 'disabled'],
    ['expired', 'expired'],
    ['neverExpires', 'ok'],
    // Samba gives an account that is set to smart cards a random password.
    ['smartcard', 'refused'],
    ['privileged', 'ok'],
    ['nonAscii', 'ok'],
    ['comma', 'ok'],
    ['hostile', 'ok'],
    ['long', 'ok'],
    ['bare', 'ok'],
  ] as const)(
    'says for the sample account %s with the right password: %s, over simple bind and NTLM',
    async (name, expected) => {
      const { dn, username, password } = server.user(name)
      expect(await server.canSignIn(dn, password)).toBe(expected)
      expect(await server.canSignInByNtlm(username, password)).toBe(expected)
    },
  )

  it('says refused for a wrong password and for nobody', async () => {
    const user = await server.createUser()
    expect(await server.canSignIn(user.dn, 'something else')).toBe('refused')
    expect(await server.canSignInByNtlm(user.username, 'something else')).toBe('refused')
    expect(await server.canSignIn(`CN=nobody,${server.peopleDn}`, 'something else')).toBe('refused')
  })

  it('refuses a simple bind without TLS', async () => {
    const { dn, password } = server.user('second')
    expect(
      (await ldapBind({ ...target, url: server.startTlsUrl, startTls: false }, { dn, password }))
        .result,
    ).toBe(8)
    expect((await ldapBind({ ...target, url: server.startTlsUrl }, { dn, password })).result).toBe(
      0,
    )
  })

  it('lets the service account reset with must-change, which ends the old password', async () => {
    const user = await server.createUser()
    const temporary = randomPassword()
    const reset = ldifReplace(user.dn, {
      unicodePwd: quotedUtf16(temporary),
      pwdLastSet: '0',
      lockoutTime: '0',
    })
    expect(await ldapTryModify(target, server.operator, reset)).toBe(0)
    expect(await server.canSignIn(user.dn, temporary)).toBe('must_change')
    expect(await server.canSignIn(user.dn, user.password)).toBe('refused')
    expect(await server.canSignInByNtlm(user.username, temporary)).toBe('must_change')
    expect(await server.canSignInByNtlm(user.username, user.password)).toBe('refused')
  })

  it('sees the old password live on after a reset without must-change, both ways', async () => {
    const user = await server.createUser()
    expect(
      await ldapTryModify(
        target,
        server.operator,
        ldifReplace(user.dn, { unicodePwd: quotedUtf16(randomPassword()) }),
      ),
    ).toBe(0)
    expect(await server.canSignIn(user.dn, user.password)).toBe('ok')
    expect(await server.canSignInByNtlm(user.username, user.password)).toBe('ok')
  })

  it('gives the operator no more than its delegated rights', async () => {
    const user = await server.createUser()
    expect(
      await ldapTryModify(
        target,
        server.operator,
        ldifReplace(user.dn, { userAccountControl: '514' }),
      ),
    ).toBe(50)
    expect(
      await ldapTryModify(target, server.operator, ldifReplace(user.dn, { description: 'x' })),
    ).toBe(50)
    expect(
      await ldapTryModify(
        target,
        server.operator,
        ldifReplace(server.admin.dn, { pwdLastSet: '0' }),
      ),
    ).toBe(50)
  })

  it('changes the status of an account, its owner’s password, and deletes it', async () => {
    const user = await server.createUser({ displayName: 'Žofie' })
    for (const [status, expected] of [
      ['locked', 'locked'],
      ['disabled', 'disabled'],
      ['pending', 'must_change'],
      ['active', 'ok'],
    ] as const) {
      await server.setStatus(user, status)
      expect(await server.canSignIn(user.dn, user.password)).toBe(expected)
    }
    const own = randomPassword()
    expect(await server.changeOwnPassword(user.dn, 'not the password', own)).toBe('refused')
    expect(await server.changeOwnPassword(user.dn, user.password, own)).toBe('ok')
    expect(await server.canSignIn(user.dn, own)).toBe('ok')
    await server.deleteUser(user.dn)
    expect(await server.read(user.dn)).toBeUndefined()
  })

  it('nests the privileged groups in each other, and counts the nested member', async () => {
    const group = await server.read(server.privilegedGroupDn)
    expect(group && textValues(group, 'member')).toContain(server.user('privileged').dn)
    const nested = await server.search({
      base: server.user('nestedPrivileged').dn,
      scope: 'base',
      filter: `(memberOf:1.2.840.113556.1.4.1941:=${server.privilegedGroupDn})`,
      attributes: ['1.1'],
    })
    expect(nested).toHaveLength(1)
  })

  it('lets tests look at deleted objects', async () => {
    const user = await server.createUser()
    await server.deleteUser(user.dn)
    const filter = `(sAMAccountName=${user.username})`
    const [found] = await server.search({
      base: server.baseDn,
      filter,
      extensions: ['!1.2.840.113556.1.4.417'],
    })
    expect(found && textValue(found, 'isDeleted')).toBe('TRUE')
  })

  it('runs beside another one, on another address, with the same accounts', async () => {
    await using other = await startSambaAd({ certificate: 'wrong_name' })
    expect(other.ldaps.host).not.toBe(server.ldaps.host)
    expect(await exposedSockets(other.pid)).toEqual([])
    const { dn, password } = other.user('comma')
    expect(await other.canSignIn(dn, password)).toBe('ok')
    await other.stop()
    expect(existsSync(other.folder)).toBe(false)
    expect(await canConnect(other.ldaps)).toBe(false)
  })

  it('keeps its data over a restart, and its log tells NTLM from simple binds', async () => {
    const user = await server.createUser()
    await server.restart({ logLevel: 3 })
    expect(await server.canSignIn(user.dn, user.password)).toBe('ok')
    const before = (await server.log()).length
    expect(await server.canSignInByNtlm(user.username, user.password)).toBe('ok')
    expect((await server.log()).slice(before)).toMatch(/ntlm/i)
  })

  it('ends with the process that started it, even when that is killed', async () => {
    expect(await remainsAfterKill('samba')).toEqual({
      before: { serverRuns: true, folderExists: true },
      after: { serverRuns: false, folderExists: false },
    })
  })
})
