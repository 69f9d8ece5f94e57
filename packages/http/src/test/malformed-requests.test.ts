import { once } from 'node:events'
import { connect } from 'node:net'
import { memoryUserStore } from '@force-reset/core/testing'
import { describe, expect, it } from 'vitest'
import type { UnexpectedError } from '../handler/handler-options.ts'
import { fetchHandler } from '../shells/fetch-handler.ts'
import { nodeHandler } from '../shells/node-handler.ts'
import { problemKinds } from '../wire/problem-code.ts'
import { wireProblemSchema } from '../wire/wire.ts'
import { users } from './both-shells.fixture.ts'
import { chooser, malformedBytes, malformedRequest } from './malformed-requests.fixture.ts'
import { send } from './send.fixture.ts'
import { serve } from './serve.fixture.ts'

/** `MALFORMED_REQUESTS=50000` sends so many through each shell. */
const count = Number(process.env['MALFORMED_REQUESTS'] ?? 1_000)
/** Another seed sends other requests. */
const seed = Number(process.env['MALFORMED_SEED'] ?? 4711)
/** Only a request that hangs takes so long. */
const limitMs = 60_000 + count * 10

/** What Node answers by itself to a request that it cannot read (`llhttp`), or does not serve. */
const ofNode: readonly number[] = [100, 400, 417, 431]
/** The other status of `conflict`, for a stale `If-Match`. */
const preconditionFailed = 412
const documented: ReadonlySet<number> = new Set([
  200,
  preconditionFailed,
  ...Object.values(problemKinds).map(({ status }) => status),
])
/** Nothing of the application fails here, so no answer may say that something did. */
const failed: readonly number[] = [problemKinds.internal_error.status]

function setUp() {
  const store = memoryUserStore({ users })
  const errors: UnexpectedError[] = []
  const unlimited = { limit: Number.POSITIVE_INFINITY, windowSeconds: 60 }
  return {
    store,
    errors,
    config: {
      store,
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

/** Sends bytes, closes this end, and waits until the server has closed the other end. */
async function answersTo(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => void chunks.push(chunk))
  socket.on('error', () => undefined)
  socket.end(Buffer.from(bytes, 'latin1'))
  await once(socket, 'close')
  return Buffer.concat(chunks).toString('latin1')
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

const tally = (seen: Map<number, number>, status: number): void =>
  void seen.set(status, (seen.get(status) ?? 0) + 1)
/** For whoever runs all 50,000. */
const report = (shell: string, seen: ReadonlyMap<number, number>): void => {
  if (process.env['MALFORMED_REQUESTS'] === undefined) return
  const counts = [...seen].sort(([one], [other]) => one - other)
  process.stderr.write(`${shell}, seed ${seed}: ${JSON.stringify(Object.fromEntries(counts))}\n`)
}

describe('malformed requests', () => {
  it(
    'crash nothing, hang nowhere and get documented statuses of nodeHandler',
    async () => {
      const { store, errors, config } = setUp()
      await using served = await serve(nodeHandler(config))
      const choose = chooser(seed)
      const seen = new Map<number, number>()
      await repeat(count, async () => {
        const answer = await answersTo(served.port, malformedBytes(choose))
        const statuses = [...answer.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, code]) =>
          Number(code),
        )
        // 0 stands for a connection that was closed without an answer.
        for (const status of statuses.length > 0 ? statuses : [0]) tally(seen, status)
      })
      report('nodeHandler', seen)
      expect([...seen.keys()].filter((status) => !isExpected(status))).toEqual([])
      expect(seen.get(200)).toBeGreaterThan(0)
      expect(seen.get(400)).toBeGreaterThan(0)
      expect(errors.filter(({ during }) => during !== 'proxy')).toEqual([])
      expect(store.writes).toBe(0)
      expect((await send(served, { path: '/users' })).status).toBe(200)
    },
    limitMs,
  )

  it(
    'crash nothing, hang nowhere and get documented problems of fetchHandler',
    async () => {
      const { store, errors, config } = setUp()
      const handler = fetchHandler({ ...config, peerAddress: () => '127.0.0.1' })
      const choose = chooser(seed)
      const seen = new Map<number, number>()
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

function isExpected(status: number): boolean {
  const ours = documented.has(status) && !failed.includes(status)
  return ours || ofNode.includes(status) || status === 0
}
