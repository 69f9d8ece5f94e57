import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { connect as connectHttp2, createSecureServer } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { memoryUserStore } from '@force-reset/core/testing'
import fastify from 'fastify'
import type { Context } from 'hono'
import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { testAuthorities } from '../../../testing/src/process/throwaway-certificates.ts'
import { bodyErrorHandler } from '../shells/body-error-handler.ts'
import { fetchHandler } from '../shells/fetch-handler.ts'
import { nodeHandler } from '../shells/node-handler.ts'
import { wireListSchema, wireProblemSchema, wireResetSchema, wireViewSchema } from '../wire/wire.ts'
import { json, users } from './both-shells.fixture.ts'
import { express, koa } from './frameworks.fixture.ts'
import type { Reply, Sent, Target } from './send.fixture.ts'
import { send } from './send.fixture.ts'
import { bridged, serve } from './serve.fixture.ts'

function setUp() {
  const store = memoryUserStore({ users })
  const config = {
    store,
    authorize: () => true,
    audit: () => undefined,
    authenticate: () => ({ id: 'op-1' }),
  }
  return { store, config, mounted: { ...config, basePath: '/admin/api' } }
}

/** What has to work wherever the handler is mounted, at `/admin/api`. */
async function works(target: Target, { store }: ReturnType<typeof setUp>): Promise<void> {
  const ask = (sent: Sent): Promise<Reply> => send(target, sent)
  const list = await ask({ path: '/admin/api/users?search=odd' })
  const [odd] = wireListSchema.parse(list.json()).users
  const path = `/admin/api/users/${encodeURIComponent(odd?.id ?? '')}`
  const view = await ask({ path })
  expect(wireViewSchema.parse(view.json()).user).toEqual(odd)
  expect(view.headers['etag']).toMatch(/^W\//)
  const reset = (body: string) =>
    ask({ method: 'POST', path: `${path}/force-reset`, headers: json, body })
  expect(wireProblemSchema.parse((await reset('{}')).json()).code).toBe('version_required')
  const sent = JSON.stringify({ version: odd?.version, reason: 'Zürich ✓' })
  const done = await reset(sent)
  expect(done.status).toBe(200)
  expect(done.headers['cache-control']).toBe('no-store, no-transform')
  expect(store.signIn('odd-id', wireResetSchema.parse(done.json()).temporaryPassword)).toBe(
    'change_password',
  )
  expect((await reset(sent)).status).toBe(409)
  expect(store.writes).toBe(1)
  const elsewhere = await ask({ path: '/elsewhere' })
  expect([elsewhere.status, elsewhere.text]).toEqual([200, 'elsewhere'])
}

describe('nodeHandler under Express', () => {
  it.each([
    ['at the root, with its whole base path', false, { basePath: '/admin/api' }],
    ['at a path, with the same base path', true, { basePath: '/admin/api' }],
    ['at a path, without a base path', true, {}],
    ['at a path, with an empty base path', true, { basePath: '' }],
  ])('works %s, with and without express.json()', async (_, atPath, base) => {
    for (const parser of [
      [],
      [express.json()],
      [express.raw({ type: '*/*' })],
      [express.text({ type: '*/*' })],
    ]) {
      const subject = setUp()
      const app = express()
      for (const parse of parser) app.use(parse)
      const handler = nodeHandler({ ...subject.config, ...base })
      if (atPath) app.use('/admin/api', handler)
      else app.use(handler)
      app.get('/elsewhere', (__, response) => void response.send('elsewhere'))
      await using served = await serve(app)
      await works(served, subject)
    }
  })

  it.each<[string, Readonly<Record<string, string>>]>([
    ['without a length', {}],
    ['of no bytes', { 'content-length': '0' }],
    ['of no bytes, in pieces', { 'transfer-encoding': 'chunked' }],
  ])('resets by If-Match with a body %s, before and after express.json()', async (_, length) => {
    for (const parser of [[], [express.json()]]) {
      const { store, mounted } = setUp()
      const app = express()
      for (const parse of parser) app.use(parse)
      app.use(nodeHandler(mounted))
      await using served = await serve(app)
      const { headers } = await send(served, { path: '/admin/api/users/1' })
      const reply = await send(served, {
        method: 'POST',
        path: '/admin/api/users/1/force-reset',
        headers: { ...json, ...length, 'if-match': headers['etag'] ?? '' },
      })
      expect(reply.status).toBe(200)
      expect(store.writes).toBe(1)
    }
  })

  it.each<[string, string, Readonly<Record<string, string>>, string]>([
    ['is not JSON', '{"version":', json, 'malformed'],
    ['is too large', `{"version":"${'x'.repeat(200_000)}"}`, json, 'body_too_large'],
    [
      'is in another charset',
      '{}',
      { 'content-type': 'application/json; charset=latin1' },
      'unsupported_media_type',
    ],
    ['is packed', '{}', { ...json, 'content-encoding': 'zip' }, 'unsupported_media_type'],
  ])('answers with a problem what express.json() refuses: a body that %s', async (...given) => {
    const [, body, headers, code] = given
    const { store, mounted } = setUp()
    const app = express()
    app.use(express.json())
    app.use(nodeHandler(mounted))
    app.use('/admin/api', bodyErrorHandler())
    await using served = await serve(app)
    const sent = { method: 'POST', path: '/admin/api/users/1/force-reset', headers, body }
    const reply = await send(served, sent)
    expect(wireProblemSchema.parse(reply.json()).code).toBe(code)
    expect(reply.headers['content-type']).toBe('application/problem+json')
    expect(store.writes).toBe(0)
  })

  it('leaves every other error to the application', async () => {
    const { mounted } = setUp()
    const app = express()
    app.use('/admin/api/users', (_request, _response, next) => next(new Error('its own')))
    app.use('/admin/api', nodeHandler(mounted), bodyErrorHandler())
    app.use((error: unknown, _: unknown, response: ServerResponse, _next: unknown) => {
      response.writeHead(418).end(String(error))
    })
    await using served = await serve(app)
    const reply = await send(served, { path: '/admin/api/users' })
    expect([reply.status, reply.text]).toEqual([418, 'Error: its own'])
  })

  it('says so when something has read the body and left it nowhere', async () => {
    const { mounted } = setUp()
    const app = express()
    app.use((request, _, next) => {
      request.on('data', () => undefined).on('end', next)
    })
    app.use(nodeHandler(mounted))
    await using served = await serve(app)
    const reply = await send(served, {
      method: 'POST',
      path: '/admin/api/users/1/force-reset',
      headers: json,
      body: '{"version":"1"}',
    })
    expect(reply.status).toBe(500)
    expect(wireProblemSchema.parse(reply.json()).detail).toMatch(/"body"/)
  })

  it('is given the request that other middleware has worked on', async () => {
    const { config } = setUp()
    const app = express()
    app.use((request, _, next) => {
      Reflect.set(request, 'session', { operator: { id: 'from-session' } })
      next()
    })
    app.use(
      '/admin/api',
      nodeHandler({
        ...config,
        authenticate: (request) => Reflect.get(request, 'session').operator,
        authorize: ({ operator }) => operator.id === 'from-session',
      }),
    )
    await using served = await serve(app)
    expect((await send(served, { path: '/admin/api/users' })).status).toBe(200)
  })
})

describe('nodeHandler under Fastify', () => {
  it('works with its own parser', async () => {
    const subject = setUp()
    const handler = nodeHandler(subject.mounted)
    const app = fastify()
    app.all('/admin/api/*', (request, reply) => {
      reply.hijack()
      handler(Object.assign(request.raw, { body: request.body }), reply.raw)
    })
    app.get('/elsewhere', async () => 'elsewhere')
    const origin = await app.listen({ host: '127.0.0.1', port: 0 })
    try {
      await works({ port: Number(new URL(origin).port) }, subject)
    } finally {
      await app.close()
    }
  })
})

describe('nodeHandler under Fastify, which leaves the body alone', () => {
  it.each<[string, string, string | undefined]>([
    ['a body', '{"version":"stale"}', 'conflict'],
    ['malformed JSON', '{"version":', 'malformed'],
    ['a body that is too large', `{"version":"${'x'.repeat(20_000)}"}`, 'body_too_large'],
    ['no body', '', 'version_required'],
  ])('answers %s by itself', async (_, body, code) => {
    const handler = nodeHandler(setUp().mounted)
    const app = fastify()
    app.register(async (scope) => {
      scope.removeAllContentTypeParsers()
      scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
      scope.all('/admin/api/*', (request, reply) => {
        reply.hijack()
        handler(request.raw, reply.raw)
      })
    })
    const origin = await app.listen({ host: '127.0.0.1', port: 0 })
    try {
      const reply = await send(
        { port: Number(new URL(origin).port) },
        { method: 'POST', path: '/admin/api/users/1/force-reset', headers: json, body },
      )
      expect(wireProblemSchema.parse(reply.json()).code).toBe(code)
    } finally {
      await app.close()
    }
  })
})

describe('nodeHandler under Koa', () => {
  it('works, and leaves other addresses to it', async () => {
    const subject = setUp()
    const handler = nodeHandler(subject.mounted)
    const app = koa()
    app.use((context, next) => {
      if (!context.path.startsWith('/admin/api/')) return next()
      context.respond = false
      handler(context.req, context.res)
      return undefined
    })
    app.use((context) => {
      context.body = 'elsewhere'
    })
    await using served = await serve(app.callback())
    await works(served, subject)
  })
})

describe('nodeHandler on node:http', () => {
  it('works without a framework', async () => {
    const subject = setUp()
    const handler = nodeHandler(subject.mounted)
    await using served = await serve((request, response) =>
      handler(request, response, () => response.end('elsewhere')),
    )
    await works(served, subject)
  })

  it('takes the whole address that a client of a proxy sends', async () => {
    const { mounted } = setUp()
    await using served = await serve(nodeHandler(mounted))
    expect(
      (await send(served, { path: `http://127.0.0.1:${served.port}/admin/api/users?limit=1` }))
        .status,
    ).toBe(200)
  })
})

describe('nodeHandler on HTTP/2', () => {
  it('works', async () => {
    const { store, mounted } = setUp()
    const authorities = await testAuthorities()
    const files = await authorities.issue(['localhost', '127.0.0.1'])
    const [cert, key] = await Promise.all([
      readFile(files.certificateFile),
      readFile(files.keyFile),
    ])
    const lost: unknown[] = []
    const handler = nodeHandler({ ...mounted, onUndelivered: (event) => void lost.push(event) })
    // The compatibility layer of node:http2 has the methods, and types of its own.
    const server = createSecureServer({ cert, key }, (request, response) =>
      Reflect.apply(handler, undefined, [request, response]),
    )
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const client = connectHttp2(`https://localhost:${(server.address() as AddressInfo).port}`, {
      ca: authorities.ca,
      host: '127.0.0.1',
    })
    try {
      const origin = `https://localhost:${(server.address() as AddressInfo).port}`
      const stream = client.request({
        ':method': 'POST',
        ':path': '/admin/api/users/1/force-reset',
        ...json,
        origin,
      })
      stream.end(JSON.stringify({ version: (await store.find('1'))?.user.version }))
      const chunks: Uint8Array[] = []
      for await (const chunk of stream) chunks.push(chunk)
      const { temporaryPassword } = wireResetSchema.parse(
        JSON.parse(Buffer.concat(chunks).toString()),
      )
      expect(store.signIn('kim', temporaryPassword)).toBe('change_password')
      await new Promise(setImmediate)
      expect(lost).toEqual([])
    } finally {
      client.destroy()
      server.close()
    }
  })
})

/** The bindings of a server that tells Hono who is at the other end. */
interface Bound {
  readonly Bindings: { readonly address: string | undefined }
}
const ofContext = (_request: Request, { env }: Context<Bound>) => env.address
const ofBindings = (_request: Request, env: Bound['Bindings']) => env.address
const bound = (app: Hono<Bound>) =>
  bridged(async (request, address) => app.fetch(request, { address }), 'http')

describe('fetchHandler under Hono', () => {
  it('works on a route', async () => {
    const subject = setUp()
    const handler = fetchHandler({ ...subject.mounted, peerAddress: ofContext })
    const app = new Hono<Bound>()
    app.all('/admin/api/*', (c) => handler(c.req.raw, c))
    app.get('/elsewhere', (c) => c.text('elsewhere'))
    await using served = await serve(bound(app))
    await works(served, subject)
  })

  it('works mounted, where Hono cuts the path off', async () => {
    const subject = setUp()
    const app = new Hono<Bound>()
    app.mount('/admin/api', fetchHandler({ ...subject.config, peerAddress: ofBindings }))
    app.get('/elsewhere', (c) => c.text('elsewhere'))
    await using served = await serve(bound(app))
    await works(served, subject)
  })

  it('works where something else reads the body too, when it is given a copy', async () => {
    const subject = setUp()
    const handler = fetchHandler({ ...subject.mounted, peerAddress: ofContext })
    const app = new Hono<Bound>()
    app.use(async (c, next) => {
      if (c.req.method === 'POST') await c.req.text()
      await next()
    })
    app.all('/admin/api/*', async (c) => {
      const { raw } = c.req
      return handler(
        raw.bodyUsed
          ? new Request(raw.url, {
              method: raw.method,
              headers: raw.headers,
              body: await c.req.text(),
            })
          : raw,
        c,
      )
    })
    app.get('/elsewhere', (c) => c.text('elsewhere'))
    await using served = await serve(bound(app))
    await works(served, subject)
  })

  it('says so when the body was read and nobody made a copy', async () => {
    const { mounted } = setUp()
    const handler = fetchHandler(mounted)
    const request = new Request('https://localhost/admin/api/users/1/force-reset', {
      method: 'POST',
      headers: json,
      body: '{}',
    })
    await request.text()
    expect((await handler(request)).status).toBe(500)
  })
})
