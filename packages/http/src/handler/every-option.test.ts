import { ForceResetError } from '@force-reset/core'
import { memoryUserStore } from '@force-reset/core/testing'
import { describe, expect, it } from 'vitest'
import {
  everyWrongOption,
  plantedInWrongValues,
  wrongValues,
} from '../../../testing/src/faults/wrong-values.ts'
import { leakCheck } from '../../../testing/src/vitest.ts'
import { memoryRateCounter } from '../guards/rate-counter.ts'
import type { FetchHandlerConfig } from '../shells/fetch-handler.ts'
import { fetchHandler } from '../shells/fetch-handler.ts'
import type { NodeHandlerConfig } from '../shells/node-handler.ts'
import { nodeHandler } from '../shells/node-handler.ts'
import { problemKinds } from '../wire/problem-code.ts'
import type { HandlerOptions } from './handler-options.ts'
import { allowInsecureTransport } from './handler-options.ts'

leakCheck()

interface Operator {
  readonly id: string
}

const limit = { limit: 1_000, windowSeconds: 60 }

/** Every option of the handler itself: an option that is missing here does not compile. */
const working: Required<HandlerOptions<Operator>> &
  Required<Pick<NodeHandlerConfig<Operator>, 'authenticate' | 'requestId'>> = {
  basePath: '/api',
  origins: ['https://console.example.com'],
  trustProxy: false,
  rateLimits: {
    readsPerOperator: limit,
    resetsPerOperator: limit,
    resetsPerTarget: limit,
    counter: memoryRateCounter(),
    scope: () => '',
  },
  bodyLimitBytes: 1_000,
  onUndelivered: () => undefined,
  onError: () => undefined,
  [allowInsecureTransport]: true,
  authenticate: () => ({ id: 'op-1' }),
  requestId: () => 'request-1',
}
const ofCore = {
  store: memoryUserStore({ users: [{ id: '1', username: 'kim', password: 'old-password' }] }),
  authorize: () => true,
  audit: () => undefined,
}

/** What a caller without types may hand over. */
function untyped<T>(value: unknown): T {
  return value as T
}

const statuses: readonly number[] = [
  200,
  ...Object.values(problemKinds).map(({ status }) => status),
]

/** Makes a handler, and asks it: no option may fail only then. */
async function useFetchHandler(options: unknown): Promise<void> {
  const handler = fetchHandler(untyped<FetchHandlerConfig<Operator>>(options))
  for (const [method, path] of [
    ['GET', '/api/users'],
    ['GET', '/api/users/1'],
    ['POST', '/api/users/1/force-reset'],
  ] as const) {
    const post = { body: '{"version":"x"}', headers: { 'content-type': 'application/json' } }
    const request = new Request(`https://localhost${path}`, {
      method,
      ...(method === 'POST' ? post : {}),
    })
    const response = await handler(request)
    const text = await response.text()
    if (!statuses.includes(response.status)) throw new Error(`status ${response.status}`)
    if (text.includes(plantedInWrongValues)) throw new Error('A response holds a foreign error.')
  }
}

async function faultOf(option: string, use: () => unknown): Promise<string | undefined> {
  try {
    await use()
    return undefined
  } catch (error) {
    if (!(error instanceof ForceResetError)) return `throws a foreign error: ${String(error)}`
    return error.message.includes(option) ? undefined : `is refused without its name: ${error}`
  }
}

const shells: readonly (readonly [string, object, (options: unknown) => unknown])[] = [
  ['nodeHandler', working, (options) => nodeHandler(untyped<NodeHandlerConfig<Operator>>(options))],
  ['fetchHandler', { ...working, peerAddress: () => '127.0.0.1' }, useFetchHandler],
]

describe.each(shells)('%s', (_, options, use) => {
  it('refuses every wrong value by name, or takes the value as documented', async () => {
    const faults: string[] = []
    const own = Reflect.ownKeys(options)
    for (const { name, path, options: wrong } of everyWrongOption({ ...ofCore, ...options })) {
      const [place = ''] = path
      if (!own.includes(place)) continue
      const option = String(place).replace(/^Symbol\((.*)\)$/, '$1')
      const fault = await faultOf(option, () => use(wrong))
      if (fault !== undefined) faults.push(`${name} ${fault}`)
    }
    expect(faults).toEqual([])
  })

  it.each(wrongValues)('refuses what is no configuration: $name', async ({ make }) => {
    const refused = async () => await use(make())
    await expect(refused()).rejects.toMatchObject({ code: 'ERR_INVALID_CONFIG' })
  })
})

it('is a test that finds faults', async () => {
  expect(await faultOf('origins', () => Object(undefined).missing.field)).toContain('foreign')
  const unnamed = () => Promise.reject(new ForceResetError('ERR_INVALID_CONFIG', 'basePath'))
  expect(await faultOf('origins', unnamed)).toContain('without its name')
})
