import { existsSync } from 'node:fs'
import { connect as connectTls } from 'node:tls'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { remainsAfterKill } from '../fixtures/outlive.fixture.ts'
import { canConnect, exposedSockets } from '../process/loopback.ts'
import { describeWithServer } from '../vitest.ts'
import { ldapBind, ldapSearch } from './ldap-tools.ts'
import { textValue, textValues } from './ldif.ts'
import { type OpenLdapServer, startOpenLdap } from './open-ldap.ts'

describeWithServer('slapd', 'startOpenLdap', () => {
  let server: OpenLdapServer
  beforeAll(async () => {
    server = await startOpenLdap()
  })
  afterAll(() => server.stop())

  it('listens on two ports of 127.0.0.1 and on nothing else', async () => {
    const listening = await server.listening()
    expect(listening.map(({ address, port }) => ({ host: address, port }))).toEqual(
      expect.arrayContaining([server.ldap, server.ldaps]),
    )
    expect(listening).toHaveLength(2)
    expect(await exposedSockets(server.pid)).toEqual([])
  })

  it.each([
    ['active', 'ok'],
    ['pending', 'must_change'],
    ['locked', 'locked'],
    ['disabled', 'disabled'],
    ['expired', 'expired'],
    ['neverExpires', 'ok'],
    ['privileged', 'ok'],
    ['nonAscii', 'ok'],
    ['comma', 'ok'],
    ['hostile', 'ok'],
    ['long', 'ok'],
    ['bare', 'ok'],
  ] as const)(
    'says for the sample account %s with the right password: %s',
    async (name, expected) => {
      const user = server.user(name)
      expect(await server.canSignIn(user.dn, user.password)).toBe(expected)
    },
  )

  it('says refused for a wrong password and for nobody', async () => {
    expect(await server.canSignIn(server.user('second').dn, 'something else')).toBe('refused')
    expect(await server.canSignIn(`cn=nobody,${server.peopleDn}`, 'something else')).toBe('refused')
  })

  it('lets a pending user choose a password, after which only that one is accepted', async () => {
    const user = await server.createUser({ status: 'pending', displayName: 'Žofie' })
    expect(await server.canSignIn(user.dn, user.password)).toBe('must_change')
    expect(await server.changeOwnPassword(user.dn, user.password, 'short')).toBe('refused')
    expect(await server.changeOwnPassword(user.dn, user.password, 'a-password-of-my-own')).toBe(
      'ok',
    )
    expect(await server.canSignIn(user.dn, user.password)).toBe('refused')
    expect(await server.canSignIn(user.dn, 'a-password-of-my-own')).toBe('ok')
  })

  it('changes the status of an account and deletes it', async () => {
    const user = await server.createUser()
    for (const [status, expected] of [
      ['locked', 'locked'],
      ['disabled', 'disabled'],
      ['active', 'ok'],
      ['pending', 'must_change'],
    ] as const) {
      await server.setStatus(user, status)
      expect(await server.canSignIn(user.dn, user.password)).toBe(expected)
    }
    await server.deleteUser(user.dn)
    expect(await server.read(user.dn)).toBeUndefined()
  })

  it('refuses a simple bind without TLS', async () => {
    const { dn, password } = server.user('second')
    const plain = {
      url: server.startTlsUrl,
      caFile: server.caFile,
      folder: server.folder,
      startTls: false,
    }
    expect((await ldapBind(plain, { dn, password })).result).toBe(13)
    expect((await ldapBind({ ...plain, startTls: true }, { dn, password })).result).toBe(0)
  })

  it('gives the operator no sight of password hashes, old ones included', async () => {
    const target = { url: server.url, caFile: server.caFile, folder: server.folder }
    const user = await server.createUser()
    await server.changeOwnPassword(user.dn, user.password, 'a-password-of-my-own')
    const asAdmin = await server.read(user.dn)
    const [asOperator] = await ldapSearch(target, server.operator, { base: user.dn, scope: 'base' })
    expect([...(asAdmin?.attributes.keys() ?? [])]).toEqual(
      expect.arrayContaining(['userpassword', 'pwdhistory']),
    )
    expect([...(asOperator?.attributes.keys() ?? [])]).not.toEqual(
      expect.arrayContaining(['userpassword']),
    )
    expect([...(asOperator?.attributes.keys() ?? [])]).not.toEqual(
      expect.arrayContaining(['pwdhistory']),
    )
    expect([...(asOperator?.attributes.keys() ?? [])]).toEqual(
      expect.arrayContaining(['entryuuid', 'entrycsn', 'uid']),
    )
  })

  it('nests the privileged groups in each other', async () => {
    const members = async (dn: string) =>
      textValues((await server.read(dn)) ?? { dn, attributes: new Map() }, 'member')
    const outer = await members(server.privilegedGroupDn)
    expect(outer).toContain(server.user('privileged').dn)
    const inner = outer.find((dn) => dn.includes('ou=groups')) ?? ''
    expect(await members(inner)).toEqual(
      expect.arrayContaining([server.user('nestedPrivileged').dn, server.privilegedGroupDn]),
    )
  })

  it('keeps its data over a restart, and logs at the level asked for', async () => {
    const { dn, password } = server.user('second')
    const before = server.pid
    await server.restart({ logLevel: 256 })
    expect(server.pid).not.toBe(before)
    expect(await server.canSignIn(dn, password)).toBe('ok')
    expect(await server.log()).toContain(`BIND dn="${dn}"`)
  })

  it('dumps everything it stores', async () => {
    expect(await server.dump()).toContain('uid: anna.abel')
  })
})

describeWithServer('slapd', 'startOpenLdap with options', () => {
  it('stops by pid, closes its ports and removes its folder', async () => {
    const server = await startOpenLdap()
    await server.stop()
    expect(existsSync(server.folder)).toBe(false)
    expect(existsSync(`/proc/${server.pid}`)).toBe(false)
    expect(await canConnect(server.ldaps)).toBe(false)
    await server.stop()
  })

  it('takes other policies and thousands of entries', async () => {
    await using server = await startOpenLdap({
      bulkUsers: 5_000,
      policy: { pwdMinLength: '30', pwdMaxFailure: null },
    })
    const policy = await server.read(server.policyDn)
    expect(policy && textValue(policy, 'pwdMinLength')).toBe('30')
    expect(policy && textValue(policy, 'pwdMaxFailure')).toBeUndefined()
    expect(
      await server.search({ base: server.baseDn, filter: '(uid=bulk*)', attributes: ['1.1'] }),
    ).toHaveLength(5_000)
  })

  it.each([
    ['none', undefined],
    ['untrusted', /SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|CERT_SIGNATURE_FAILURE/],
    ['wrong_name', /ERR_TLS_CERT_ALTNAME_INVALID/],
    ['expired', /CERT_HAS_EXPIRED/],
  ] as const)(
    'shows a certificate with the fault %s, and can still be asked by its own tools',
    async (certificate, expected) => {
      await using server = await startOpenLdap({ certificate })
      const code = await tlsFailure(server)
      if (expected) expect(code).toMatch(expected)
      else expect(code).toBeUndefined()
      expect(await server.canSignIn(server.user('active').dn, server.user('active').password)).toBe(
        'ok',
      )
    },
  )

  it('ends with the process that started it, even when that is killed', async () => {
    expect(await remainsAfterKill('openldap')).toEqual({
      before: { serverRuns: true, folderExists: true },
      after: { serverRuns: false, folderExists: false },
    })
  })
})

function tlsFailure(server: OpenLdapServer): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connectTls({ ...server.ldaps, ca: server.ca }, () => {
      socket.destroy()
      resolve(undefined)
    })
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code))
  })
}
