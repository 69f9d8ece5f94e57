import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { Readable, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { inspect } from 'node:util'
import type { UserStore } from '@force-reset/core'
import {
  expectNoLeak,
  LeakError,
  memoryUserStore,
  plantCanary,
  withFound,
} from '@force-reset/core/testing'
import fastify from 'fastify'
import { Hono } from 'hono'
import { logger as honoLogger } from 'hono/logger'
import morgan from 'morgan'
import { pinoHttp } from 'pino-http'
import { describe, expect, it } from 'vitest'
import winston from 'winston'
import { z } from 'zod'
import { fetchHandler } from '../shells/fetch-handler.ts'
import type { NodeHandlerConfig } from '../shells/node-handler.ts'
import { nodeHandler } from '../shells/node-handler.ts'
import { json, users } from './both-shells.fixture.ts'
import { express, koa } from './frameworks.fixture.ts'
import { open, send } from './send.fixture.ts'
import { bridged, serve } from './serve.fixture.ts'

type Config = Omit<NodeHandlerConfig<{ readonly id: string }>, 'requestId'>

/**
 * The handler in an application that writes to `log` whatever its framework and its loggers can be
 * made to write.
 */
type Host = (config: Config, log: Writable) => RequestListener

/**
 * Everything that can be printed of a request and its answer, when it ends and when it is given up.
 */
function printed(request: IncomingMessage, response: ServerResponse, log: Writable): void {
  const everything = {
    showHidden: true,
    depth: 8,
    maxArrayLength: null,
    maxStringLength: null,
  } as const
  for (const event of ['finish', 'close'])
    response.on(event, () => log.write(`${event} ${inspect([request, response], everything)}\n`))
}

const hosts: Readonly<Record<string, Host>> = {
  'node:http': (config, log) => {
    const handler = nodeHandler(config)
    return (request, response) => {
      printed(request, response, log)
      log.write(`${request.method} ${request.url}\n`)
      handler(request, response, () => response.end())
    }
  },
  'Express with morgan, pino-http and winston': (config, log) => {
    const raw = {
      req: (request: { raw: unknown }) => inspect(request.raw, { depth: 6 }),
      res: (response: { raw: unknown }) => inspect(response.raw, { depth: 6 }),
    }
    const requests = winston.createLogger({
      level: 'silly',
      transports: [new winston.transports.Stream({ stream: log })],
    })
    const app = express()
    app.use(morgan('combined', { stream: log }))
    app.use(pinoHttp({ level: 'trace', serializers: raw, wrapSerializers: true }, log))
    app.use((request, response, next) => {
      printed(request, response, log)
      response.on('finish', () =>
        requests.info('request', {
          url: request.url,
          headers: request.headers,
          answer: response.getHeaders(),
        }),
      )
      next()
    })
    app.use(express.json())
    app.use(nodeHandler(config))
    app.use((_request, response) => response.end())
    return app
  },
  'Fastify with its own logger': (config, log) => {
    const handler = nodeHandler(config)
    const serializers = {
      req: (request: unknown) => ({ all: inspect(request, { depth: 6 }) }),
      res: (reply: unknown) => ({ all: inspect(reply, { depth: 6 }) }),
    }
    const app = fastify({ logger: { level: 'trace', stream: log, serializers } })
    app.addHook('onRequest', async (request, reply) => printed(request.raw, reply.raw, log))
    app.all('/admin/api/*', (request, reply) => {
      reply.hijack()
      handler(Object.assign(request.raw, { body: request.body }), reply.raw)
    })
    const ready = app.ready()
    return (request, response) => void ready.then(() => app.routing(request, response))
  },
  Koa: (config, log) => {
    const handler = nodeHandler(config)
    const app = koa()
    app.use(async (context, next) => {
      printed(context.req, context.res, log)
      await next()
      log.write(`${inspect(context, { depth: 6 })}\n`)
    })
    app.use((context) => {
      context.respond = false
      handler(context.req, context.res, () => context.res.end())
    })
    return app.callback()
  },
  'Hono with its logger': (config, log) => {
    const handler = fetchHandler({
      ...config,
      authenticate: () => ({ id: 'op-1' }),
      peerAddress: (_request, address: string | undefined) => address,
    })
    const app = new Hono<{ Bindings: { readonly address: string | undefined } }>()
    app.use(honoLogger((...words) => void log.write(`${words.join(' ')}\n`)))
    app.use(async (c, next) => {
      await next()
      log.write(`${inspect([c, c.req.raw, c.res], { showHidden: true, depth: 8 })}\n`)
    })
    app.all('/admin/api/*', (c) => handler(c.req.raw, c.env.address))
    return bridged(async (request, address) => app.fetch(request, { address }), 'http')
  },
}

/** A store that tells what it is lent before anything happens. */
function telling(lent: (secret: string) => void | Promise<void>): UserStore {
  return withFound(memoryUserStore({ users }), (found) => ({
    ...found,
    prepare: async (order) => {
      const prepared = await found.prepare(order)
      if (prepared.outcome === 'refused') return prepared
      return {
        ...prepared,
        write: async () => {
          await order.password.use((bytes) => lent(new TextDecoder().decode(bytes)))
          return prepared.write()
        },
      }
    },
  }))
}

describe.each(Object.entries(hosts))('the logs of %s', (_, host) => {
  it('show no password handed out, given up or thrown, and show one in an address', async () => {
    const secrets: string[] = []
    let next: (secret: string) => void | Promise<void> = () => undefined
    const store = telling((secret) => {
      secrets.push(secret)
      return next(secret)
    })
    const lines: string[] = []
    const log = new Writable({
      write: (chunk, _encoding, done) => {
        lines.push(String(chunk))
        done()
      },
    })
    const undelivered = Promise.withResolvers<void>()
    const config: Config = {
      ...{
        store,
        basePath: '/admin/api',
        authorize: () => true,
        audit: () => undefined,
        authenticate: () => ({ id: 'op-1' }),
      },
      onUndelivered: () => undelivered.resolve(),
      onError: (error) => void log.write(`${inspect(error, { showHidden: true })}\n`),
    }
    await using served = await serve(host(config, log))
    const reset = async () => {
      const body = JSON.stringify({ version: (await store.find('1'))?.user.version })
      return { method: 'POST', path: '/admin/api/users/1/force-reset', headers: json, body }
    }
    expect((await send(served, await reset())).status).toBe(200)

    const second = await reset()
    const connection = once(served.server, 'connection')
    const request = open(served, second)
    next = async () => {
      request.destroy()
      const [socket] = await connection
      await once(socket, 'close')
    }
    request.on('error', () => undefined).end(second.body)
    await undelivered.promise

    next = (secret) => {
      throw Object.assign(new Error(`Failing row contains (${secret})`), { parameters: [secret] })
    }
    expect((await send(served, await reset())).status).toBeGreaterThanOrEqual(500)
    expect(secrets.length).toBe(3)

    const careless = plantCanary().text
    await send(served, { path: `/elsewhere?password=${careless}` })
    const surfaces = { log: lines.join('') }
    for (const secret of secrets) await expectNoLeak({ secret, surfaces })
    await expect(expectNoLeak({ secret: careless, surfaces })).rejects.toThrow(LeakError)
  })
})

describe('the spans of Express, instrumented by OpenTelemetry, with NODE_DEBUG and DEBUG=*', () => {
  it('show no password that was handed out, and show one in an address', async () => {
    const script = fileURLToPath(new URL('./traced-server.fixture.ts', import.meta.url))
    const child = spawn(
      process.execPath,
      ['--no-warnings', '--conditions', '@force-reset/source', script],
      {
        stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
        env: { NODE_DEBUG: 'net,tls,http,stream,undici,timer', DEBUG: '*' },
      },
    )
    const [spans, debugged, told] = await Promise.all(
      [child.stdout, child.stderr, child.stdio[3]].map(allOf),
    )
    const { status, secret, careless } = toldSchema.parse(JSON.parse(told ?? ''))
    expect(status).toBe(200)
    expect(spans).toContain('middleware - ')
    const surfaces = { spans: spans ?? '', debugged: debugged ?? '' }
    const report = await expectNoLeak({ secret, surfaces })
    expect(report.surfaces['debugged']?.searchedBytes).toBeGreaterThan(1_000)
    const found = await expectNoLeak({ secret: careless, surfaces }).catch(
      (error: unknown) => error,
    )
    expect(found instanceof LeakError && found.leaks.map(({ surface }) => surface)).toEqual([
      'spans',
      'debugged',
    ])
  })
})

const toldSchema = z.object({ status: z.number(), secret: z.string(), careless: z.string() })

async function allOf(stream: unknown): Promise<string> {
  if (!(stream instanceof Readable)) throw new Error('Not a pipe.')
  return text(stream)
}
