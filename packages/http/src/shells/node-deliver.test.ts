import { on, once } from 'node:events'
import type { RequestListener, ServerResponse } from 'node:http'
import { connect as connectHttp2, constants, createServer as createHttp2Server } from 'node:http2'
import { connect } from 'node:net'
import type { Readable } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import { describe, expect, it } from 'vitest'
import { express } from '../test/frameworks.fixture.ts'
import { open, send } from '../test/send.fixture.ts'
import type { Served } from '../test/serve.fixture.ts'
import { serve, serveTls } from '../test/serve.fixture.ts'
import { bytesResponse } from '../wire/handler-response.ts'
import { deliver } from './node-deliver.ts'

/**
 * More than the buffers of both ends of a connection take, so that a client that does not read
 * holds it up.
 */
const moreThanFits = 32 * 1_048_576
const filler = 0x41

function secret(length = 400): {
  readonly body: Uint8Array<ArrayBuffer>
  readonly lost: string[]
  readonly listener: RequestListener
} {
  const body = new Uint8Array(new ArrayBuffer(length)).fill(filler)
  const lost: string[] = []
  const ready = bytesResponse(200, {}, body, () => void lost.push('lost'))
  return { body, lost, listener: (request, response) => deliver(ready, request, response) }
}

const isWiped = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0)
const isWhole = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === filler)

const plain = (listener: RequestListener): RequestListener => listener

/** The ways in which a request may come, and what the listener is mounted in. */
const ways: Readonly<
  Record<
    string,
    { readonly sent: string; readonly mount: (listener: RequestListener) => RequestListener }
  >
> = {
  'HTTP/1.1': { sent: 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n', mount: plain },
  'HTTP/1.0': { sent: 'GET / HTTP/1.0\r\n\r\n', mount: plain },
  'a connection that the client wants closed': {
    sent: 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
    mount: plain,
  },
  'the second of two requests at once': {
    sent: 'GET /first HTTP/1.1\r\nHost: localhost\r\n\r\nGET / HTTP/1.1\r\nHost: localhost\r\n\r\n',
    mount: plain,
  },
  'an application of Express': {
    sent: 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n',
    mount: (listener) => express().use((request, response) => listener(request, response)),
  },
}

/** A listener, and its response as soon as a request is there. */
function seen(listener: RequestListener): {
  readonly listener: RequestListener
  readonly response: Promise<ServerResponse>
} {
  const { promise, resolve } = Promise.withResolvers<ServerResponse>()
  return {
    response: promise,
    listener: (request, response) => {
      resolve(response)
      listener(request, response)
    },
  }
}

describe.each([
  ['http', serve],
  ['https', serveTls],
] as const)('deliver, over %s', (_, start) => {
  it('wipes the bytes when they were handed over', async () => {
    const { body, lost, listener } = secret()
    const { response, listener: watched } = seen(listener)
    await using served = await start(watched)
    const reply = await send(served, { path: '/' })
    expect(reply.text).toBe('A'.repeat(400))
    await closed(await response)
    expect(isWiped(body)).toBe(true)
    expect(lost).toEqual([])
  })

  it('gives what wraps the response nothing that it would have to copy', async () => {
    const { body, listener } = secret()
    const handed: Uint8Array[] = []
    await using served = await start((request, response) => {
      for (const name of ['write', 'end'] as const) {
        const original = response[name].bind(response)
        Reflect.set(response, name, (chunk: Uint8Array | undefined, ...rest: []) => {
          if (chunk) handed.push(chunk)
          return original(chunk, ...rest)
        })
      }
      listener(request, response)
    })
    await send(served, { path: '/' })
    // What sessions do with everything that is not a Buffer: `Buffer.from(chunk)`.
    expect(handed.map((chunk) => [Buffer.isBuffer(chunk), chunk.buffer === body.buffer])).toEqual([
      [true, true],
      [true, true],
    ])
  })

  it('keeps the bytes whole for a client that reads slowly, and wipes them then', async () => {
    const { body, lost, listener } = secret(moreThanFits)
    const { response, listener: watched } = seen(listener)
    await using served = await start(watched)
    const request = open(served, { path: '/' }).end()
    const [reply] = await once(request, 'response')
    reply.pause()
    // Several turns of the loop, in which a timer or setImmediate would have wiped them.
    for (let i = 0; i < 20; i++) await new Promise(setImmediate)
    expect(isWhole(body)).toBe(true)
    let length = 0
    for await (const chunk of reply) {
      if (!isWhole(chunk)) throw new Error('the client was sent something else')
      length += chunk.length
    }
    expect(length).toBe(moreThanFits)
    await closed(await response)
    expect(isWiped(body)).toBe(true)
    expect(lost).toEqual([])
  })

  it('wipes the bytes and says so when the client goes away in the middle', async () => {
    const { body, lost, listener } = secret(moreThanFits)
    const { response, listener: watched } = seen(listener)
    await using served = await start(watched)
    const request = open(served, { path: '/' }).end()
    await once(request, 'response')
    request.destroy()
    await closed(await response)
    expect(isWiped(body)).toBe(true)
    expect(lost).toEqual(['lost'])
  })

  it.each(Object.entries(ways))(
    'tells a lost answer from a whole one: %s',
    async (_way, { sent, mount }) => {
      for (const leaves of [true, false]) {
        const { body, lost, listener } = secret(leaves ? moreThanFits : 400)
        const { response, listener: watched } = seen(listener)
        const mounted = mount(watched)
        await using served = await start((request, answer) => {
          if (request.url === '/first') answer.end('first')
          else mounted(request, answer)
        })
        const socket = clientOf(served)
        socket.on('error', () => undefined)
        socket.write(sent)
        await received(socket, leaves ? 1 : 400)
        socket.destroy()
        await closed(await response)
        expect(isWiped(body)).toBe(true)
        expect(lost).toEqual(leaves ? ['lost'] : [])
      }
    },
  )

  it('wipes the bytes and says so when the host has answered by itself', async () => {
    const { body, lost, listener } = secret()
    const delivered = Promise.withResolvers<string>()
    await using served = await start((request, response) => {
      response.once('close', () => {
        try {
          listener(request, response)
        } catch (error) {
          delivered.resolve(String(error))
        }
      })
      response.end('too late')
    })
    const socket = clientOf(served)
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    expect(await delivered.promise).toContain('ERR_HTTP_HEADERS_SENT')
    expect(isWiped(body)).toBe(true)
    expect(lost).toEqual(['lost'])
    socket.destroy()
  })

  it('wipes the bytes and says so when the client has gone before', async () => {
    const { body, lost, listener } = secret()
    const gone = Promise.withResolvers<void>()
    await using served = await start((request, response) => {
      response.once('close', () => {
        listener(request, response)
        gone.resolve()
      })
    })
    const request = open(served, { path: '/' }).end()
    request.once('error', () => undefined)
    await once(served.server, 'request')
    request.destroy()
    await gone.promise
    expect(isWiped(body)).toBe(true)
    expect(lost).toEqual(['lost'])
  })

  it('sends the header apart from the body, so that nothing joins them', async () => {
    const { listener } = secret()
    await using served = await start(listener)
    const chunks = await chunksOf(
      served,
      'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
    )
    const withBody = chunks.filter((chunk) => chunk.includes('AA'))
    if (served.ca !== undefined)
      expect(withBody.map((chunk) => chunk.toString('latin1'))).toEqual(['A'.repeat(399)])
    expect(Buffer.concat(chunks).toString('latin1')).toMatch(/\r\n\r\nA{400}$/)
  })

  it('does the same for an answer that waits behind another one', async () => {
    const { body, lost, listener } = secret()
    const first = Promise.withResolvers<ServerResponse>()
    await using served = await start((request, response) => {
      if (request.url === '/first') return first.resolve(response)
      listener(request, response)
      first.promise.then((waiting) => waiting.end('first')).catch(() => undefined)
    })
    const chunks = await chunksOf(
      served,
      'GET /first HTTP/1.1\r\nHost: localhost\r\n\r\n' +
        'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
    )
    const text = Buffer.concat(chunks).toString('latin1')
    expect(text).toMatch(/first.*\r\n\r\nA{400}$/s)
    if (served.ca !== undefined)
      expect(chunks.filter((chunk) => chunk.includes('AA')).map((chunk) => chunk.length)).toEqual([
        399,
      ])
    expect(isWiped(body)).toBe(true)
    expect(lost).toEqual([])
  })

  it('wipes an answer that waits behind another one when the client goes away', async () => {
    const { body, lost, listener } = secret()
    const waiting = Promise.withResolvers<void>()
    await using served = await start((request, response) => {
      // The first is never answered.
      if (request.url === '/first') return
      listener(request, response)
      request.socket.once('close', () => waiting.resolve())
      request.socket.destroy()
    })
    const socket = clientOf(served)
    socket.on('error', () => undefined)
    socket.write(
      'GET /first HTTP/1.1\r\nHost: localhost\r\n\r\nGET / HTTP/1.1\r\nHost: localhost\r\n\r\n',
    )
    await waiting.promise
    expect(isWiped(body)).toBe(true)
    expect(lost).toEqual(['lost'])
  })
})

describe('deliver, over HTTP/2', () => {
  it.each([
    ['says nothing of an answer that was sent whole', 400, []],
    ['says so when the client cancels the stream in the middle', moreThanFits, ['lost']],
  ])('wipes the bytes and %s', async (_, length, expected) => {
    const { body, lost, listener } = secret(length)
    const { response, listener: watched } = seen(listener)
    // The compatibility layer of node:http2 has the methods, and types of its own.
    const server = createHttp2Server((request, answer) =>
      Reflect.apply(watched, undefined, [request, answer]),
    )
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (typeof address !== 'object' || address === null) throw new Error('no address')
    const client = connectHttp2(`http://127.0.0.1:${address.port}`)
    try {
      const stream = client.request({ ':path': '/' })
      await once(stream, 'response')
      const over = response.then((answer) => once(answer, 'close'))
      if (length === moreThanFits) stream.close(constants.NGHTTP2_CANCEL)
      else stream.resume()
      await over
      expect(isWiped(body)).toBe(true)
      expect(lost).toEqual(expected)
    } finally {
      client.destroy()
      server.close()
    }
  })
})

function clientOf({ port, ca }: Served) {
  return ca === undefined
    ? connect(port, '127.0.0.1')
    : connectTls({ port, host: '127.0.0.1', ca, servername: 'localhost' })
}

/** What comes back on a connection, as it comes: over TLS, one chunk for each record. */
async function chunksOf(served: Served, sent: string): Promise<readonly Buffer[]> {
  const socket = clientOf(served)
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => void chunks.push(chunk))
  socket.write(sent)
  await once(socket, 'close')
  return chunks
}

async function closed(response: ServerResponse): Promise<void> {
  if (!response.closed) await once(response, 'close')
}

/** Reads until the first `count` bytes of the secret are there. */
async function received(socket: Readable, count: number): Promise<void> {
  const begun = `\r\n\r\n${'A'.repeat(count)}`
  let text = ''
  for await (const [chunk] of on(socket, 'data')) {
    text += chunk.toString('latin1')
    if (text.includes(begun)) return
  }
}
