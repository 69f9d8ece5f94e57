import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startPostgres } from '../databases/postgres.ts'
import { exposedSockets, freePorts } from '../process/loopback.ts'
import { toolEnvironment } from '../process/run-tool.ts'
import { describeWithServer } from '../vitest.ts'
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts'

/**
 * A server that answers `echo:` and the bytes of the client. It remembers all bytes, and the end of
 * each connection.
 */
interface EchoServer {
  readonly server: Server
  readonly port: number
  received: string
  readonly endings: string[]
}

async function startEchoServer(): Promise<EchoServer> {
  const server = createServer((socket) => {
    socket.on('data', (chunk) => {
      echo.received += chunk.toString()
      socket.write(`echo:${chunk.toString()}`)
    })
    socket.on('end', () => echo.endings.push('end'))
    socket.on('error', (error: NodeJS.ErrnoException) => echo.endings.push(error.code ?? 'error'))
  })
  server.listen({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  const address = server.address()
  const echo: EchoServer = {
    server,
    port: address !== null && typeof address === 'object' ? address.port : 0,
    received: '',
    endings: [],
  }
  return echo
}

/** A client that says how its connection ended. */
async function openClient(
  proxy: FaultProxy,
): Promise<{ socket: Socket; next(): Promise<string>; ending: Promise<string> }> {
  const socket = connect({ host: proxy.host, port: proxy.port })
  const ending = new Promise<string>((resolve) => {
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'))
    socket.on('close', () => resolve('end'))
  })
  await once(socket, 'connect')
  return {
    socket,
    ending,
    async next() {
      const [chunk] = (await once(socket, 'data')) as [Buffer]
      return chunk.toString()
    },
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

describe('startFaultProxy', () => {
  let echo: EchoServer
  let proxy: FaultProxy
  beforeEach(async () => {
    echo = await startEchoServer()
    proxy = await startFaultProxy({ to: { host: '127.0.0.1', port: echo.port } })
  })
  afterEach(async () => {
    await proxy.stop()
    echo.server.close()
  })

  it('counts messages sent together as one round trip while bytes are gathered', async () => {
    const client = await openClient(proxy)
    proxy.gather('to_server')
    client.socket.write('one')
    await new Promise((resolve) => setImmediate(resolve))
    client.socket.write('two')
    expect(await client.next()).toContain('echo:one')
    expect(proxy.roundTrips).toBe(1)
    client.socket.write('three')
    expect(await client.next()).toBe('echo:three')
    expect(proxy.roundTrips).toBe(2)
  })

  it('passes both directions and the ends of both, and counts', async () => {
    const client = await openClient(proxy)
    client.socket.write('hello')
    expect(await client.next()).toBe('echo:hello')
    expect(proxy.arrivedBytes).toEqual({ to_server: 5, to_client: 10 })
    expect([proxy.connections, proxy.openConnections, proxy.roundTrips]).toEqual([1, 1, 1])
    client.socket.write('again')
    expect(await client.next()).toBe('echo:again')
    expect(proxy.roundTrips).toBe(2)
    client.socket.end()
    expect(await client.ending).toBe('end')
    await until(() => proxy.openConnections === 0)
    expect(echo.endings).toEqual(['end'])
    expect(proxy.connections).toBe(1)
  })

  it('listens on 127.0.0.1 only', async () => {
    expect(proxy.host).toBe('127.0.0.1')
    expect(await exposedSockets(process.pid)).toEqual([])
  })

  it('holds a request until it is released, and then hands it on in order', async () => {
    const client = await openClient(proxy)
    const stall = proxy.stall('to_server')
    client.socket.write('one ')
    await stall.holding
    client.socket.write('two ')
    client.socket.end('three')
    await until(() => stall.heldBytes === 'one two three'.length)
    expect(echo.received).toBe('')
    stall.release()
    expect(await client.next()).toMatch(/^echo:one /)
    await until(() => echo.endings.length === 1)
    expect([echo.received, echo.endings]).toEqual(['one two three', ['end']])
    expect(stall.heldBytes).toBe(0)
  })

  it('hands a held request on although its client is gone: a late write', async () => {
    const client = await openClient(proxy)
    const stall = proxy.stall('to_server')
    client.socket.write('late')
    await stall.holding
    client.socket.resetAndDestroy()
    await client.ending
    expect(echo.received).toBe('')
    stall.release()
    await until(() => echo.received === 'late')
  })

  it('holds an answer while requests pass', async () => {
    const client = await openClient(proxy)
    const stall = proxy.stall('to_client')
    client.socket.write('hello')
    await stall.holding
    expect(echo.received).toBe('hello')
    expect(client.socket.bytesRead).toBe(0)
    stall.release()
    expect(await client.next()).toBe('echo:hello')
  })

  it('cuts open connections on both sides, and accepts new ones', async () => {
    const clients = [await openClient(proxy), await openClient(proxy)]
    for (const client of clients) {
      client.socket.write('hello')
      await client.next()
    }
    expect(proxy.cut()).toBe(2)
    expect(await Promise.all(clients.map((client) => client.ending))).toEqual([
      'ECONNRESET',
      'ECONNRESET',
    ])
    await until(() => echo.endings.length === 2)
    expect(echo.endings).toEqual(['ECONNRESET', 'ECONNRESET'])
    const client = await openClient(proxy)
    client.socket.write('again')
    expect(await client.next()).toBe('echo:again')
  })

  it('cuts before a request has passed', async () => {
    const client = await openClient(proxy)
    const cut = proxy.cutBeforeRequest()
    client.socket.write('lost')
    expect(await client.ending).toBe('ECONNRESET')
    await cut
    await until(() => echo.endings.length === 1)
    expect(echo.received).toBe('')
  })

  it('cuts after a request has passed and before its answer, once', async () => {
    const client = await openClient(proxy)
    client.socket.write('first ')
    expect(await client.next()).toBe('echo:first ')
    const before = client.socket.bytesRead
    const cut = proxy.cutBeforeAnswer()
    client.socket.write('second ')
    expect(await client.ending).toBe('ECONNRESET')
    await cut
    expect(client.socket.bytesRead).toBe(before)
    expect(echo.received).toBe('first second ')
    const another = await openClient(proxy)
    another.socket.write('third')
    expect(await another.next()).toBe('echo:third')
  })

  it('cuts before the answer to a later request', async () => {
    const client = await openClient(proxy)
    const cut = proxy.cutBeforeAnswer(3)
    for (const text of ['first ', 'second ']) {
      client.socket.write(text)
      expect(await client.next()).toBe(`echo:${text}`)
    }
    client.socket.write('third')
    expect(await client.ending).toBe('ECONNRESET')
    await cut
    expect(echo.received).toBe('first second third')
  })

  it.each([
    ['reset', 'ECONNRESET'],
    ['end', 'end'],
  ] as const)('hands on all bytes before a cut by %s, and none after', async (how, ending) => {
    const client = await openClient(proxy)
    client.socket.write('one ')
    expect(await client.next()).toBe('echo:one ')
    const cut = proxy.cutAtByte({ direction: 'to_server', byte: 6, how })
    client.socket.write('two ')
    expect(await client.next()).toBe('echo:two ')
    client.socket.write('three')
    await cut
    await until(() => echo.endings.length === 1)
    expect(echo.received).toBe('one two t')
    expect(echo.endings).toEqual([ending])
    client.socket.destroy()
    const another = await openClient(proxy)
    another.socket.write('!')
    expect(await another.next()).toBe('echo:!')
  })

  it('cuts within an answer', async () => {
    const client = await openClient(proxy)
    const cut = proxy.cutAtByte({ direction: 'to_client', byte: 4, how: 'end' })
    client.socket.write('hello')
    expect(await client.next()).toBe('ech')
    await cut
    client.socket.end()
    expect(await client.ending).toBe('end')
    expect(echo.received).toBe('hello')
  })

  it('loses as many connections as asked for', async () => {
    const lost = proxy.loseNext(2)
    for (const text of ['one', 'two']) {
      const client = await openClient(proxy)
      client.socket.write(text)
      expect(await client.ending).toBe('ECONNRESET')
    }
    await lost
    const client = await openClient(proxy)
    client.socket.write('three')
    expect(await client.next()).toBe('echo:three')
    expect(echo.received).toBe('three')
  })

  it('records what arrives on each connection until it passes again', async () => {
    const clients = [await openClient(proxy), await openClient(proxy)]
    const chunks = proxy.record()
    for (const [i, client] of clients.entries()) {
      client.socket.write(`${i}`)
      await client.next()
    }
    proxy.pass()
    clients[0]?.socket.write('more')
    await clients[0]?.next()
    expect(
      chunks.map(({ connection, direction, bytes }) => [connection, direction, `${bytes}`]),
    ).toEqual([
      [1, 'to_server', '0'],
      [1, 'to_client', 'echo:0'],
      [2, 'to_server', '1'],
      [2, 'to_client', 'echo:1'],
    ])
  })

  it('gathers one direction: several writes are handed on together, in order', async () => {
    const client = await openClient(proxy)
    client.socket.setNoDelay()
    proxy.gather('to_server')
    for (const text of ['one ', 'two ', 'three']) {
      client.socket.write(text)
      await new Promise((resolve) => setImmediate(resolve))
    }
    await until(() => proxy.arrivedBytes.to_server === 'one two three'.length)
    expect(echo.received).toBe('')
    await until(() => echo.received === 'one two three')
    proxy.pass()
    client.socket.write('!')
    await until(() => echo.received === 'one two three!')
  })

  it('refuses new connections while open ones stay, until it passes again', async () => {
    const client = await openClient(proxy)
    client.socket.write('hello')
    await client.next()
    proxy.refuse()
    expect(
      await openClient(proxy).then(
        ({ ending }) => ending,
        (error: NodeJS.ErrnoException) => error.code,
      ),
    ).toBe('ECONNRESET')
    client.socket.write('still here')
    expect(await client.next()).toBe('echo:still here')
    proxy.pass()
    const another = await openClient(proxy)
    another.socket.write('welcome')
    expect(await another.next()).toBe('echo:welcome')
    expect(proxy.connections).toBe(3)
  })

  it('passes again: held bytes go on, and a cut that has not happened is forgotten', async () => {
    const client = await openClient(proxy)
    const stall = proxy.stall('to_server')
    client.socket.write('hello')
    await stall.holding
    void proxy.cutBeforeAnswer()
    proxy.pass()
    expect(await client.next()).toBe('echo:hello')
  })

  it('shows a server that is not there as a reset', async () => {
    const [port = 0] = await freePorts(1)
    await using nowhere = await startFaultProxy({ to: { host: '127.0.0.1', port } })
    const client = await openClient(nowhere).catch((error: NodeJS.ErrnoException) => ({
      ending: Promise.resolve(error.code),
    }))
    expect(await client.ending).toBe('ECONNRESET')
  })
})

describeWithServer('postgres', 'startFaultProxy before a PostgreSQL with TLS', () => {
  it('commits what the client never hears of, or hears of late', async () => {
    await using postgres = await startPostgres({
      sql: 'CREATE TABLE notes (id integer PRIMARY KEY)',
    })
    await using proxy = await startFaultProxy({ to: postgres })
    const session = () => {
      const { user, database, caFile } = postgres
      const tls = `sslmode=verify-full&sslrootcert=${caFile}`
      const url = `postgresql://${user}@${proxy.host}:${proxy.port}/${database}?${tls}`
      const child = spawn('psql', ['-XqAt', url], {
        env: { ...toolEnvironment, PGPASSWORD: postgres.password },
        stdio: ['pipe', 'pipe', 'pipe'],
      })
      child.stdin.on('error', () => {})
      return child
    }
    const rows = () => postgres.query('SELECT count(*) FROM notes')

    const unheard = session()
    unheard.stdin.write('SELECT 1;\n')
    await once(unheard.stdout, 'data')
    const cut = proxy.cutBeforeAnswer()
    unheard.stdin.write('INSERT INTO notes VALUES (1);\n')
    const [said] = (await once(unheard.stderr, 'data')) as [Buffer]
    expect(said.toString()).toMatch(
      /SSL SYSCALL error|connection to server was lost|closed the connection/,
    )
    await cut
    expect(await rows()).toBe('1')
    unheard.stdin.end()
    unheard.kill('SIGKILL')

    const late = session()
    late.stdin.write('SELECT 1;\n')
    await once(late.stdout, 'data')
    const stall = proxy.stall('to_server')
    late.stdin.write('INSERT INTO notes VALUES (2);\n')
    await stall.holding
    late.kill('SIGKILL')
    await once(late, 'close')
    expect(await rows()).toBe('1')
    stall.release()
    while ((await rows()) !== '2') await new Promise((resolve) => setImmediate(resolve))
  })
})
