import type { RequestListener } from 'node:http'
import type { Socket } from 'node:net'
import { connect } from 'node:net'
import { memoryUserStore } from '@force-reset/core/testing'
import fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { faultSeed } from '../../../testing/src/faults.ts'
import { watchLeaks } from '../../../testing/src/process/leak-check.ts'
import { leakCheck } from '../../../testing/src/vitest.ts'
import type { UnexpectedError } from '../handler/handler-options.ts'
import { bodyErrorHandler } from '../shells/body-error-handler.ts'
import { fetchHandler } from '../shells/fetch-handler.ts'
import { nodeHandler } from '../shells/node-handler.ts'
import { openApiDocument } from '../wire/openapi-document.ts'
import { problemKinds } from '../wire/problem-code.ts'
import { wireProblemSchema } from '../wire/wire.ts'
import { users } from './both-shells.fixture.ts'
import { callersOf } from './callers.fixture.ts'
import { express } from './frameworks.fixture.ts'
import type { Sending } from './malformed-requests.fixture.ts'
import { chooser, malformedRequest, malformedSending } from './malformed-requests.fixture.ts'
import { send } from './send.fixture.ts'
import { serve } from './serve.fixture.ts'

leakCheck()

/** `FAULT_RUNS=all` sends so many through each door; `MALFORMED_REQUESTS` names another number. */
const usual = process.env['FAULT_RUNS'] === 'all' ? 100_000 : 1_000
const count = Number(process.env['MALFORMED_REQUESTS'] ?? usual)
/** Only a request that hangs takes so long. */
const limitMs = 60_000 + count * 20

/** What Node answers by itself to a request that it cannot read (`llhttp`), or does not serve. */
const ofNode: readonly number[] = [100, 400, 413, 417, 431]
/** Nothing of the application fails here, so no answer may say that something did. */
const failed: readonly number[] = [problemKinds.internal_error.status]
const documented = statusesIn(openApiDocument())

/** The statuses that the OpenAPI document names, and those of an address that is not in it. */
function statusesIn(document: Readonly<Record<string, unknown>>): ReadonlySet<number> {
  const routes = Object.values(Object(document['paths'])).flatMap((path) =>
    Object.values(Object(path)),
  )
  const named = routes.flatMap((route) => Object.keys(Object(route).responses)).map(Number)
  const elsewhere = ['route_not_found', 'method_not_allowed', 'malformed'] as const
  return new Set([...named, ...elsewhere.map((code) => problemKinds[code].status)])
}

function setUp() {
  const store = memoryUserStore({ users })
  const errors: UnexpectedError[] = []
  const unlimited = { limit: Number.POSITIVE_INFINITY, windowSeconds: 60 }
  return {
    store,
    errors,
    config: {
      store,
      secret: 'ab'.repeat(32),
      verification: callersOf(),
      authorize: () => true,
      audit: () => undefined,
      authenticate: () => ({ id: 'op-1' }),
      onError: (error: UnexpectedError) => void errors.push(error),
      rateLimits: {
        readsPerOperator: unlimited,
        resetsPerOperator: unlimited,
        resetsPerTarget: unlimited,
      },
    },
  }
}

/** Sends bytes, and waits until both ends are closed. Answers everything that came back. */
async function answersTo(port: number, { bytes, atOnce, ending }: Sending): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => void chunks.push(chunk))
  socket.on('error', () => undefined)
  const closed = new Promise((resolve) => socket.once('close', resolve))
  await Promise.race([written(socket, Buffer.from(bytes, 'latin1'), atOnce), closed])
  if (ending === 'reset') socket.resetAndDestroy()
  else socket.end()
  await closed
  return Buffer.concat(chunks).toString('latin1')
}

/** A slow sender waits until each piece has gone, so the pieces are counted and not timed. */
async function written(socket: Socket, bytes: Buffer, atOnce: number): Promise<void> {
  for (let at = 0; at < bytes.length; at += atOnce) {
    if (socket.destroyed) return
    const piece = bytes.subarray(at, at + atOnce)
    await new Promise<void>((resolve) => {
      socket.write(piece, () => setImmediate(resolve))
    })
  }
}

/** Runs `task` so often, some at a time. */
async function repeat(times: number, task: () => Promise<void>): Promise<void> {
  let left = times
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1
      await task()
    }
  }
  await Promise.all(Array.from({ length: 32 }, worker))
}

type Tally = Map<number, number>

const tally = (seen: Tally, status: number): void =>
  void seen.set(status, (seen.get(status) ?? 0) + 1)
/** Tells whoever runs all of them what was answered. */
const report = (door: string, seen: Tally): void => {
  if (count === 1_000) return
  const counts = [...seen].sort(([one], [other]) => one - other)
  process.stderr.write(
    `${door}, seed ${faultSeed}: ${JSON.stringify(Object.fromEntries(counts))}\n`,
  )
}

/** Sends malformed requests over sockets. Counts the statuses; 0 is a connection without answer. */
async function attack(port: number, times: number): Promise<Tally> {
  const choose = chooser(faultSeed)
  const seen: Tally = new Map()
  await repeat(times, async () => {
    const answer = await answersTo(port, malformedSending(choose))
    const statuses = [...answer.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, code]) => Number(code))
    for (const status of statuses.length > 0 ? statuses : [0]) tally(seen, status)
  })
  return seen
}

const unexpectedIn = (seen: Tally, ofFramework: readonly number[] = []): readonly number[] =>
  [...seen.keys()].filter(
    (status) =>
      !(
        (documented.has(status) && !failed.includes(status)) ||
        [...ofNode, ...ofFramework, 0].includes(status)
      ),
  )

/** A door to the handler: what is served, and what the framework in front answers by itself. */
interface Door {
  readonly name: string
  readonly ofFramework?: readonly number[]
  open(handler: ReturnType<typeof nodeHandler>): Promise<{
    readonly port: number
    close(): Promise<void>
  }>
}

async function opened(listener: RequestListener) {
  const served = await serve(listener)
  return { port: served.port, close: () => served[Symbol.asyncDispose]() }
}

async function openedFastify(app: ReturnType<typeof fastify>) {
  const origin = await app.listen({ host: '127.0.0.1', port: 0 })
  return { port: Number(new URL(origin).port), close: () => app.close() }
}

const doors: readonly Door[] = [
  { name: 'nodeHandler', open: (handler) => opened(handler) },
  { name: 'Express', open: (handler) => opened(express().use(handler)) },
  {
    name: 'Express with express.json()',
    open: (handler) => {
      const app = express()
      app.use(express.json({ limit: 16_384 }))
      app.use(handler, bodyErrorHandler())
      // What is left are errors of the parser that say nothing of the content: a broken connection.
      app.use((error: object, _request: unknown, response: { end(): void }, _next: unknown) => {
        Reflect.set(response, 'statusCode', Number(Reflect.get(error, 'status') ?? 500))
        response.end()
      })
      return opened(app)
    },
  },
  {
    name: 'Fastify with its own parser',
    open: (handler) => {
      const app = fastify()
      app.all('/*', (request, reply) => {
        reply.hijack()
        handler(Object.assign(request.raw, { body: request.body }), reply.raw)
      })
      return openedFastify(app)
    },
  },
  {
    name: 'Fastify, which leaves the body alone',
    open: (handler) => {
      const app = fastify()
      app.removeAllContentTypeParsers()
      app.addContentTypeParser('*', (_request, _payload, done) => done(null))
      app.all('/*', (request, reply) => {
        reply.hijack()
        handler(request.raw, reply.raw)
      })
      return openedFastify(app)
    },
  },
]

describe.each(doors)('malformed requests through $name', ({ name, ofFramework, open }) => {
  it(
    'crash nothing, hang nowhere, leave nothing open and get documented statuses',
    async () => {
      const { store, errors, config } = setUp()
      const watch = watchLeaks()
      const door = await open(nodeHandler(config))
      const seen = await attack(door.port, count)
      const after = await send(door, { path: '/users' })
      await door.close()
      report(name, seen)
      expect(await watch.stop()).toEqual([])
      expect(unexpectedIn(seen, ofFramework)).toEqual([])
      expect(seen.get(200)).toBeGreaterThan(0)
      expect(seen.get(400)).toBeGreaterThan(0)
      expect(errors.filter(({ during }) => during !== 'proxy')).toEqual([])
      expect(store.writes).toBe(0)
      expect(after.status).toBe(200)
    },
    limitMs,
  )
})

describe('malformed requests', () => {
  it(
    'crash nothing, hang nowhere and get documented problems of fetchHandler',
    async () => {
      const { store, errors, config } = setUp()
      const handler = fetchHandler({ ...config, peerAddress: () => '127.0.0.1' })
      const choose = chooser(faultSeed)
      const seen: Tally = new Map()
      await repeat(count, async () => {
        const request = malformedRequest(choose)
        const response = await handler(request)
        tally(seen, response.status)
        const text = await response.text()
        if (response.status === 200 || request.method === 'HEAD') return
        expect(wireProblemSchema.parse(JSON.parse(text)).status).toBe(response.status)
      })
      report('fetchHandler', seen)
      const undocumented = (status: number) => !documented.has(status) || failed.includes(status)
      expect([...seen.keys()].filter(undocumented)).toEqual([])
      expect(seen.get(200)).toBeGreaterThan(0)
      expect(seen.get(400)).toBeGreaterThan(0)
      expect(errors.filter(({ during }) => during !== 'proxy')).toEqual([])
      expect(store.writes).toBe(0)
    },
    limitMs,
  )
})

const head = 'POST /users/1/force-reset HTTP/1.1\r\nHost: localhost\r\n'
const json = 'Content-Type: application/json\r\n'

describe.each(doors)('a client of $name', ({ open }) => {
  it.each<[string, string]>([
    ['after half a head', 'GET /users HTTP/1.1\r\nHo'],
    ['after a request line', 'GET /users HTTP/1.1\r\n'],
    ['after nothing', ''],
    ['after half a body', `${head}${json}Content-Length: 100\r\n\r\n{"version":`],
    ['before its body', `${head}${json}Content-Length: 100\r\n\r\n`],
    ['after half a chunk', `${head}${json}Transfer-Encoding: chunked\r\n\r\n20\r\n{"ver`],
    ['before its last chunk', `${head}${json}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n`],
  ])(
    'that ends its half of the connection %s is let go, and nothing stays open',
    async (...given) => {
      const [, bytes] = given
      const { store, errors, config } = setUp()
      const watch = watchLeaks()
      const door = await open(nodeHandler(config))
      for (const atOnce of [bytes.length || 1, 1])
        for (const ending of ['end', 'reset'] as const) {
          const answer = await answersTo(door.port, { bytes, atOnce, ending })
          expect(answer).toMatch(/^(HTTP\/1\.1 4\d\d |$)/)
        }
      const after = await send(door, { path: '/users' })
      await door.close()
      expect(after.status).toBe(200)
      expect(await watch.stop()).toEqual([])
      expect(errors).toEqual([])
      expect(store.writes).toBe(0)
    },
  )

  it('that sends byte by byte gets the same answer, after as many writes as bytes', async () => {
    // Without the work of looking at proofs the answer is there before the client's end is.
    const config = { ...setUp().config, verification: undefined }
    const door = await open(nodeHandler(config))
    const body = '{"version":"stale"}'
    const bytes = `${head}${json}Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`
    const atOnce = await answersTo(door.port, { bytes, atOnce: bytes.length, ending: 'end' })
    const slowly = await answersTo(door.port, { bytes, atOnce: 1, ending: 'end' })
    await door.close()
    const statusIn = (answer: string) => answer.slice(0, 'HTTP/1.1 409'.length)
    expect([statusIn(atOnce), statusIn(slowly)]).toEqual(['HTTP/1.1 409', 'HTTP/1.1 409'])
  })
})

describe('the attack of these tests', () => {
  it('finds a handler that answers with a status that nobody documented', async () => {
    await using served = await serve((request, response) => {
      response.writeHead(request.url?.includes('%') ? 502 : 400).end()
    })
    expect(unexpectedIn(await attack(served.port, 300))).toEqual([502])
  })

  it('finds a handler that leaves a timer behind', async () => {
    const watch = watchLeaks()
    const timers: NodeJS.Timeout[] = []
    const served = await serve((_request, response) => {
      timers.push(setTimeout(() => undefined, limitMs))
      response.end()
    })
    await attack(served.port, 50)
    await served[Symbol.asyncDispose]()
    const left = await watch.stop()
    for (const timer of timers) clearTimeout(timer)
    expect(left.length).toBe(timers.length)
    expect(timers.length).toBeGreaterThan(0)
  })
})
