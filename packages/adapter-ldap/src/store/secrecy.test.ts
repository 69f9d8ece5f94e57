import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  type DirectoryServer,
  type SampleUser,
  scanMemory,
  secretScanner,
  start389Ds,
  startFaultProxy,
  startOpenLdap,
  startSambaAd,
  totalFound,
} from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dialectOf } from '../fixtures/dialect-of.ts'
import { storeOptions } from '../fixtures/directory-subject.ts'
import {
  masked,
  type ResetProcess,
  startResetProcess,
  unmasked,
} from '../fixtures/reset-process.ts'
import { lookUp, resetUser, temporaryPassword } from '../fixtures/reset-user.ts'
import { type LdapUserStore, ldapUserStore } from './ldap-user-store.ts'

const products = [
  ['slapd', () => startOpenLdap()],
  ['samba', () => startSambaAd()],
  ['389ds', () => start389Ds()],
] as const

for (const [name, start] of products) {
  describeWithServer(name, `a temporary password on its way to ${name}`, () => {
    let server: DirectoryServer
    let store: LdapUserStore
    beforeAll(async () => {
      server = await start()
      store = ldapUserStore({
        ...storeOptions(server),
        dialect: dialectOf(server.product, server.privilegedGroupDn),
      })
    })
    afterAll(async () => {
      store.close()
      await server.stop()
    })

    /** One reset by a process of its own. */
    const resetBy = async (
      process: ResetProcess,
      user: SampleUser,
      requireMustChange = true,
    ): Promise<string> => {
      const { id, version } = await lookUp(store, user)
      const { maskedPassword } = await process.obey({
        order: 'reset',
        id,
        version,
        times: 1,
        requireMustChange,
      })
      return unmasked(maskedPassword)
    }

    it('crosses the network in TLS only, also when the session drops and comes back', async () => {
      for (const address of [server.ldaps, server.ldap]) {
        await using proxy = await startFaultProxy({ to: address })
        const chunks = proxy.record()
        const scheme = address === server.ldaps ? 'ldaps' : 'ldap'
        const dialect = dialectOf(server.product, server.privilegedGroupDn)
        const through = ldapUserStore({
          ...storeOptions(server),
          url: `${scheme}://${proxy.host}:${proxy.port}`,
          dialect,
        })
        const passwords = [server.operator.password]
        for (let round = 0; round < 3; round += 1) {
          passwords.push(temporaryPassword(await resetUser(through, await server.createUser())))
          proxy.cut()
        }
        through.close()
        const captured = chunks.map(({ bytes }) => bytes)
        for (const password of passwords) expect(seenIn(captured, password)).toBe(0)
        // StartTLS itself is the only thing in clear: one request and one answer for each
        // connection.
        expect(Buffer.concat(captured).length).toBeGreaterThan(5_000)
      }
    })

    it('is in no output of a process that runs with NODE_DEBUG=*', async () => {
      await using process = startResetProcess(server, { env: { NODE_DEBUG: '*' } })
      const password = await resetBy(process, await server.createUser())
      const canary = 'Careless-Canary-4711'
      await process
        .obey({
          order: 'careless',
          dn: (await server.createUser()).dn,
          maskedPassword: masked(canary),
        })
        .catch(() => undefined)
      const said = Buffer.from(await process.end(), 'latin1')
      expect(said.length).toBeGreaterThan(10_000)
      expect(seenIn([said], password)).toBe(0)
      expect(seenIn([said], canary)).toBeGreaterThan(0)
    })

    it('leaves nothing behind in the memory of the process', async () => {
      await using process = startResetProcess(server)
      for (const requireMustChange of [true, false]) {
        const password = await resetBy(process, await server.createUser(), requireMustChange)
        const { found, scannedBytes } = await scanMemory(process.pid, password)
        expect(Object.entries(found).filter(([, count]) => count > 0)).toEqual([])
        expect(scannedBytes).toBeGreaterThan(10_000_000)
      }
    })
  })
}

describeWithServer('slapd', 'the searches for passwords', () => {
  it('find one that a tool sends in clear, and one that a careless program holds', async () => {
    await using server = await startOpenLdap({ requireTls: false })
    await using proxy = await startFaultProxy({ to: server.ldap })
    const captured = proxy.record()
    const { dn, password } = server.user('second')
    const tool = spawn(
      'ldapwhoami',
      ['-x', '-H', `ldap://${proxy.host}:${proxy.port}`, '-D', dn, '-w', password],
      { stdio: 'ignore' },
    )
    await once(tool, 'exit')
    const bytes = captured.map((chunk) => chunk.bytes)
    expect(seenIn(bytes, password)).toBeGreaterThan(0)
    await using process = startResetProcess(server)
    const canary = 'Careless-Canary-4711'
    await process.obey({
      order: 'careless',
      dn: (await server.createUser()).dn,
      maskedPassword: masked(canary),
    })
    expect((await scanMemory(process.pid, canary)).total).toBeGreaterThan(0)
  })
})

function seenIn(chunks: readonly Buffer[], secret: string): number {
  const scanner = secretScanner(secret)
  for (const chunk of chunks) scanner.feed(chunk)
  scanner.gap()
  return totalFound(scanner.found)
}
