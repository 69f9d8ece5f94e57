import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import type { DirectoryServer } from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { operator } from '../browser/console-site.fixture.ts'
import { environmentFor, sampleDirectories } from '../demo/sample-directories.ts'
import { readSettings } from '../settings/settings.ts'
import { type RunningConsole, startConsole } from '../start-console.ts'
import { operatorClient } from './operator-client.fixture.ts'

/** A way to a server that can be closed and opened again. */
async function startDoor(server: { readonly host: string; readonly port: number }) {
  const sockets = new Set<Socket>()
  const door = createServer((client) => {
    const inside = connect(server)
    for (const socket of [client, inside]) {
      sockets.add(socket)
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
    }
    client.pipe(inside).pipe(client)
  })
  const listenAt = async (port: number) => {
    door.listen(port, '127.0.0.1')
    await once(door, 'listening')
    const address = door.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }
  const port = await listenAt(0)
  return {
    port,
    open: () => listenAt(port),
    async close() {
      door.close()
      for (const socket of sockets) socket.destroy()
      await once(door, 'close')
    },
  }
}

describeWithServer('slapd', 'a console whose directory goes away', () => {
  let server: DirectoryServer
  let door: Awaited<ReturnType<typeof startDoor>>
  let console: RunningConsole
  const logged: string[] = []
  beforeAll(async () => {
    server = await sampleDirectories.openldap.start()
    const { hostname, port } = new URL(server.url)
    door = await startDoor({ host: hostname, port: Number(port) })
    const read = readSettings({
      ...environmentFor(sampleDirectories.openldap, server),
      LDAP_URL: `ldaps://127.0.0.1:${door.port}`,
      AUDIT_DATABASE: ':memory:',
      OPERATOR_USERNAME: operator.username,
      OPERATOR_PASSWORD: operator.password,
      PORT: '0',
    })
    if (!read.ok) throw new Error(read.problems.join(' '))
    console = await startConsole(read.settings, { log: (line) => logged.push(line) })
  })
  afterAll(async () => {
    await console?.close()
    await door?.close().catch(() => undefined)
    await server?.stop()
  })

  it('tells the log once, the operator in plain words, and that all is well again', async () => {
    const client = await operatorClient({ origin: console.origin, operator })
    const { username } = server.user('active')
    expect(await client.page('/console/users')).toContain(username)
    const { body } = await client.api(`/users?search=${username}`)
    const [{ id }] = Array.isArray(body['users']) ? body['users'] : []
    expect(logged).toEqual([])

    await door.close()
    const pages = [
      await client.page('/console/users'),
      await client.page(`/console/users/${id}`),
      await client.page('/console/users?search=a'),
    ]
    for (const page of pages) {
      expect(page).toContain('The accounts cannot be read at the moment.')
      expect(page).toContain('If this goes on, tell an administrator: unreachable.')
      expect(page).not.toMatch(/LDAP_URL|\burl\b|firewall/)
    }
    expect(logged).toEqual([
      expect.stringMatching(
        /^Users: No server of the directory could be reached\. Check LDAP_URL, .* \(unreachable/,
      ),
    ])

    await door.open()
    expect(await client.page('/console/users')).toContain(username)
    expect(logged.slice(1)).toEqual(['Users: The store answers again.'])
  })
})
