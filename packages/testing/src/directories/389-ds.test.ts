import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { remainsAfterKill } from '../fixtures/outlive.fixture.ts'
import { canConnect, exposedSockets } from '../process/loopback.ts'
import { describeWithServer } from '../vitest.ts'
import { type Ds389Server, start389Ds } from './389-ds.ts'
import { type LdapToolTarget, ldapBind, ldapSearch, ldapTryModify } from './ldap-tools.ts'
import { ldifReplace, textValue, textValues } from './ldif.ts'
import { randomPassword } from './sample-users.ts'

describeWithServer('389ds', 'start389Ds', () => {
  let server: Ds389Server
  let target: LdapToolTarget
  beforeAll(async () => {
    server = await start389Ds()
    target = { url: server.url, caFile: server.caFile, folder: server.folder }
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
    ['neverExpires', 'ok'],
    ['privileged', 'ok'],
    ['nestedPrivileged', 'ok'],
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
    expect(await server.changeOwnPassword(user.dn, user.password, 'a-Password-of-my-own-7')).toBe(
      'ok',
    )
    expect(await server.canSignIn(user.dn, user.password)).toBe('refused')
    expect(await server.canSignIn(user.dn, 'a-Password-of-my-own-7')).toBe('ok')
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
    expect(
      (await ldapBind({ ...target, url: server.startTlsUrl, startTls: false }, { dn, password }))
        .result,
    ).toBe(13)
    expect((await ldapBind({ ...target, url: server.startTlsUrl }, { dn, password })).result).toBe(
      0,
    )
  })

  it('lets the service account reset by the extended operation, which enables nobody', async () => {
    const locked = await server.createUser({ status: 'locked' })
    const disabled = await server.createUser({ status: 'disabled' })
    for (const [user, expected] of [
      [locked, 'must_change'],
      [disabled, 'disabled'],
    ] as const) {
      const temporary = randomPassword()
      expect(await server.setPassword(user.dn, temporary)).toBe(0)
      expect(await server.canSignIn(user.dn, temporary)).toBe(expected)
      expect(await server.canSignIn(user.dn, user.password)).toBe(
        expected === 'disabled' ? 'disabled' : 'refused',
      )
    }
  })

  it('makes nobody change a password that the operator set by a plain modify', async () => {
    const user = await server.createUser()
    const temporary = randomPassword()
    expect(
      await ldapTryModify(
        target,
        server.operator,
        ldifReplace(user.dn, { userPassword: temporary }),
      ),
    ).toBe(0)
    expect(await server.canSignIn(user.dn, temporary)).toBe('ok')
  })

  it('lets the service account read identities and rules, no hash, and write no more', async () => {
    const user = await server.createUser()
    await server.changeOwnPassword(user.dn, user.password, 'a-Password-of-my-own-7')
    const asAdmin = [...((await server.read(user.dn))?.attributes.keys() ?? [])]
    const [entry] = await ldapSearch(target, server.operator, { base: user.dn, scope: 'base' })
    const asOperator = [...(entry?.attributes.keys() ?? [])]
    expect(asAdmin).toEqual(expect.arrayContaining(['userpassword', 'passwordhistory']))
    expect(asOperator).toEqual(
      expect.arrayContaining(['entryuuid', 'nsuniqueid', 'uid', 'modifytimestamp']),
    )
    expect(asOperator).not.toContain('userpassword')
    expect(asOperator).not.toContain('passwordhistory')
    const [rules] = await ldapSearch(target, server.operator, {
      base: 'cn=config',
      scope: 'base',
      attributes: ['passwordMinLength', 'nsslapd-rootpw'],
    })
    expect([...(rules?.attributes.keys() ?? [])]).toEqual(['passwordminlength'])
    expect(
      await ldapTryModify(target, server.operator, ldifReplace(user.dn, { description: 'x' })),
    ).toBe(50)
    expect(
      await ldapTryModify(target, server.operator, ldifReplace(user.dn, { nsAccountLock: 'TRUE' })),
    ).toBe(50)
  })

  it('gives every account an entryUUID of its own', async () => {
    const entries = await server.search({
      base: server.peopleDn,
      filter: '(uid=*)',
      attributes: ['entryUUID'],
    })
    const ids = entries.flatMap((entry) => textValue(entry, 'entryUUID') ?? [])
    expect(entries.length).toBeGreaterThanOrEqual(server.sampleNames.length)
    expect(new Set(ids).size).toBe(entries.length)
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
    const user = await server.createUser()
    const before = server.pid
    await server.restart({ logLevel: 8 })
    expect(server.pid).not.toBe(before)
    expect(await server.canSignIn(user.dn, user.password)).toBe('ok')
    const log = await server.log()
    expect(log.includes(`BIND dn="${user.dn}"`)).toBe(true)
    // A long log would be printed in full by toContain.
    expect(log.includes(' - DEBUG - connection_read_operation')).toBe(true)
  })

  it('dumps everything it stores', async () => {
    expect(await server.dump()).toContain('uid: anna.abel')
  })
})

describeWithServer('389ds', 'start389Ds with options', () => {
  it('takes policies, plugins, certificates, many entries, and leaves no trace', async () => {
    const configuration = { 'cn=USN,cn=plugins,cn=config': { 'nsslapd-pluginenabled': 'on' } }
    const server = await start389Ds({
      bulkUsers: 3_000,
      policy: { passwordMinLength: '30' },
      certificate: 'wrong_name',
      configuration,
    })
    const [rules] = await server.search({
      base: 'cn=config',
      scope: 'base',
      attributes: ['passwordMinLength'],
    })
    expect(rules && textValue(rules, 'passwordMinLength')).toBe('30')
    expect(
      await server.search({ base: server.baseDn, filter: '(uid=bulk*)', attributes: ['1.1'] }),
    ).toHaveLength(3_000)
    const user = await server.createUser()
    const [entry] = await server.search({ base: user.dn, scope: 'base', attributes: ['entryUSN'] })
    expect(Number(entry && textValue(entry, 'entryUSN'))).toBeGreaterThan(0)
    const run = basename(dirname(server.folder)).slice(-6)
    const semaphores = async () =>
      (await readdir('/dev/shm')).filter((name) =>
        name.includes(`${run}-${basename(server.folder)}.`),
      )
    expect(await semaphores()).toHaveLength(1)
    await server.stop()
    expect(await semaphores()).toEqual([])
    expect(existsSync(server.folder)).toBe(false)
    expect(existsSync(`/proc/${server.pid}`)).toBe(false)
    expect(await canConnect(server.ldaps)).toBe(false)
  })

  it('ends with the process that started it, even when that is killed', async () => {
    expect(await remainsAfterKill('389ds')).toEqual({
      before: { serverRuns: true, folderExists: true },
      after: { serverRuns: false, folderExists: false },
    })
  })
})
