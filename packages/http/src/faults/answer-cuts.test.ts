import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { AuditEvent } from '@force-reset/core'
import { type MemoryUserStore, memoryUserStore } from '@force-reset/core/testing'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  type FaultProxy,
  type RecordedChunk,
  startFaultProxy,
} from '../../../testing/src/faults/fault-proxy.ts'
import {
  countFaults,
  type FaultedReset,
  type FaultReport,
  isReplay,
  publishFaults,
} from '../../../testing/src/faults.ts'
import { type ResetResult, resetPassword } from '../element/client/reset-client.ts'
import { nodeHandler } from '../node.ts'
import { cutsOfAnswer, judged } from './answer-cuts.fixture.ts'

/** The whole of a campaign takes minutes. */
const limit = { timeout: 1_800_000 }

/** The handler behind a proxy that cuts, on accounts in memory. */
interface Desk {
  readonly origin: string
  readonly proxy: FaultProxy
  readonly store: MemoryUserStore
  readonly events: readonly AuditEvent[]
  /** Resolves when the server has ended every response, and recorded what it has to say. */
  quiet(): Promise<void>
  addUser(): { readonly id: string; readonly username: string; readonly password: string }
  stop(): Promise<void>
}

async function startDesk(): Promise<Desk> {
  const store = memoryUserStore({ users: [] })
  const events: AuditEvent[] = []
  let count = 0
  const unlimited = { limit: 1_000_000, windowSeconds: 1 }
  const handle: RequestListener = nodeHandler({
    store,
    authorize: () => true,
    audit: (event) => void events.push(event),
    authenticate: () => ({ id: 'operator' }),
    basePath: '/api',
    rateLimits: { resetsPerOperator: unlimited, resetsPerTarget: unlimited },
  })
  let responding = 0
  const server = createServer((request, response) => {
    responding += 1
    response.once('close', () => {
      responding -= 1
    })
    handle(request, response)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const proxy = await startFaultProxy({
    to: { host: '127.0.0.1', port: (server.address() as AddressInfo).port },
  })
  return {
    origin: `http://${proxy.host}:${proxy.port}`,
    proxy,
    store,
    events,
    quiet: async () => {
      while (responding > 0) await turn()
      // The events of a response that was lost are recorded in the turn after its end.
      for (let turns = 0; turns < 5; turns += 1) await turn()
    },
    addUser: () => {
      count += 1
      // Of one length, so that each conversation has as many bytes.
      const id = String(count).padStart(6, '0')
      const user = { id, username: `user-${id}`, password: `first-${id}` }
      store.add(user)
      return user
    },
    stop: async () => {
      await proxy.stop()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** One reset by the client of the element, and everything that is known of it afterwards. */
async function resetBy(
  client: typeof resetPassword,
  desk: Desk,
  begin: () => void,
): Promise<FaultedReset> {
  const { store, events, proxy, origin } = desk
  const user = desk.addUser()
  const { version } = (await store.find(user.id))?.user ?? { version: '' }
  const before = events.length
  begin()
  const result = await client(fetch, { base: `${origin}/api`, userId: user.id }, { version })
  await desk.quiet()
  proxy.pass()
  const shown = result.ok ? Buffer.from(result.password).toString('latin1') : undefined
  const isReplaced = store.signIn(user.username, user.password) === 'refused'
  return judged(result.ok ? 'applied' : result.trouble.code, {
    isReplaced,
    isShown: shown !== undefined && store.signIn(user.username, shown) === 'change_password',
    isUndelivered: events.slice(before).some(({ type }) => type === 'reset.undelivered'),
  })
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** A client that takes a broken connection for a refusal. */
const refusingClient: typeof resetPassword = async (...asked) => {
  const result: ResetResult = await resetPassword(...asked)
  if (result.ok || result.trouble.code !== 'outcome_unknown') return result
  return { ok: false, trouble: { ...result.trouble, code: 'store_unavailable' } }
}

async function cutsOn(desk: Desk, client: typeof resetPassword): Promise<FaultReport> {
  let chunks: readonly RecordedChunk[] = []
  const whole = await resetBy(client, desk, () => {
    chunks = desk.proxy.record()
  })
  if (whole.said !== 'applied') throw new Error(`The recorded reset is ${whole.said}.`)
  const all = cutsOfAnswer(desk.proxy, chunks)
  const isControl = client !== resetPassword
  // The last ones cut the answer.
  const faults = isControl ? all.slice(-2) : all
  const runs = {
    name: 'cuts-http-node',
    store: 'HTTP, fetch of Node',
    faults,
    quick: 60,
    isControl,
  }
  const report = await countFaults(runs, (planned) =>
    resetBy(client, desk, () => void planned.beforeReset?.()),
  )
  if (!isControl) publishFaults(runs.name, report)
  return report
}

describe('the answer to a reset that is cut at any byte', () => {
  let desk: Desk
  beforeAll(async () => {
    // The client asks a browser that is offline to look first.
    vi.stubGlobal('navigator', { onLine: true })
    desk = await startDesk()
  })
  afterAll(async () => {
    vi.unstubAllGlobals()
    await desk?.stop()
  })

  it('is never taken for a refusal, nor for a reset that did not happen', limit, async () => {
    const { counts, lies, missed } = await cutsOn(desk, resetPassword)
    expect(lies).toEqual([])
    expect(missed).toEqual([])
    if (!isReplay)
      expect(new Set(counts.map(({ said }) => said))).toEqual(
        new Set([
          'outcome_unknown, nothing was changed',
          'outcome_unknown, the password was replaced',
        ]),
      )
  })

  it('would be found out, were it taken for a refusal', limit, async () => {
    const { lies } = await cutsOn(desk, refusingClient)
    expect(lies.length).toBeGreaterThan(0)
  })
})
