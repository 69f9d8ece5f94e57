import type { RequestListener } from 'node:http'
import type { AuditEvent, Operator } from '@force-reset/core'
import type { MemoryUserStore } from '@force-reset/core/testing'
import { memoryUserStore } from '@force-reset/core/testing'
import { describe } from 'vitest'
import type {
  HandlerConfig,
  UndeliveredReset,
  UnexpectedError,
} from '../handler/handler-options.ts'
import { fetchHandler } from '../shells/fetch-handler.ts'
import { nodeHandler } from '../shells/node-handler.ts'
import { wireViewSchema } from '../wire/wire.ts'
import type { Reply, Sent } from './send.fixture.ts'
import { send } from './send.fixture.ts'
import type { Served } from './serve.fixture.ts'
import { bridged, serve, serveTls } from './serve.fixture.ts'

/** The operator who is signed in. */
interface TestOperator extends Operator {
  readonly id: string
}

/** Options of a test that the fixture does not choose itself. */
export type TestConfig = Partial<HandlerConfig<TestOperator>> & {
  readonly tls?: boolean
  readonly requestId?: () => string | undefined
  readonly authenticate?: () =>
    | TestOperator
    | null
    | undefined
    | Promise<TestOperator | null | undefined>
}

/** A handler that is served, and everything around it that a test looks at. */
export interface Subject extends AsyncDisposable {
  readonly served: Served
  readonly store: MemoryUserStore
  readonly audited: readonly AuditEvent[]
  readonly lost: readonly UndeliveredReset<TestOperator>[]
  readonly errors: readonly UnexpectedError[]
  send(sent: Sent): Promise<Reply>
  /** The version of an account, as a page would have it. */
  versionOf(userId: string): Promise<string>
  /** Sends a reset that names the version, with `body` added. */
  reset(userId: string, body?: object, headers?: Readonly<Record<string, string>>): Promise<Reply>
}

/** One way to serve a handler. */
export interface Shell {
  readonly name: 'fetchHandler' | 'nodeHandler'
  start(config?: TestConfig): Promise<Subject>
}

/** The address of the peer, which `bridged` hands over beside the request. */
export const secondArgument = (_request: Request, address: string | undefined) => address

/** The header of JSON. */
export const json = { 'content-type': 'application/json' } as const

/** Runs the same tests through both shells, each served by a real server. */
export function withBothShells(title: string, tests: (shell: Shell) => void): void {
  for (const name of ['nodeHandler', 'fetchHandler'] as const) {
    describe(`${title}, through ${name}`, () =>
      tests({ name, start: (config) => start(name, config) }))
  }
}

/** The accounts of the tests. */
export const users = [
  {
    id: '1',
    username: 'kim',
    displayName: 'Kim Lee',
    email: 'kim@example.com',
    password: 'old-password',
  },
  { id: '2', username: 'gone', status: 'deleted' },
  { id: '3', username: 'root', privileged: true },
  { id: 'op-1', username: 'operator' },
  { id: 'a/b c%', username: 'odd-id', status: 'pending' },
] as const

async function start(
  name: Shell['name'],
  { tls = false, ...overrides }: TestConfig = {},
): Promise<Subject> {
  const store = memoryUserStore({ users })
  const audited: AuditEvent[] = []
  const lost: UndeliveredReset<TestOperator>[] = []
  const errors: UnexpectedError[] = []
  const config = {
    store,
    scope: () => '',
    authorize: () => true,
    audit: (event: AuditEvent) => void audited.push(event),
    authenticate: () => ({ id: 'op-1' }),
    onUndelivered: (event: UndeliveredReset<TestOperator>) => void lost.push(event),
    onError: (error: UnexpectedError) => void errors.push(error),
    ...overrides,
  }
  const listener: RequestListener =
    name === 'nodeHandler'
      ? nodeHandler(config)
      : bridged(fetchHandler({ ...config, peerAddress: secondArgument }), tls ? 'https' : 'http')
  const served = await (tls ? serveTls(listener) : serve(listener))
  const sendHere = (sent: Sent): Promise<Reply> => send(served, sent)
  const versionOf = async (userId: string): Promise<string> => {
    const view = await sendHere({
      path: `${config.basePath ?? ''}/users/${encodeURIComponent(userId)}`,
    })
    return wireViewSchema.parse(view.json()).user.version
  }
  return {
    served,
    store,
    audited,
    lost,
    errors,
    send: sendHere,
    versionOf,
    reset: async (userId, body = {}, headers = {}) => {
      const text = JSON.stringify({
        version: (await store.find(userId))?.user.version ?? 'none',
        ...body,
      })
      const path = `${config.basePath ?? ''}/users/${encodeURIComponent(userId)}/force-reset`
      return sendHere({ method: 'POST', path, headers: { ...json, ...headers }, body: text })
    },
    [Symbol.asyncDispose]: () => served[Symbol.asyncDispose](),
  }
}
