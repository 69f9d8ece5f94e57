import type { RequestListener } from 'node:http'
import { memoryUserStore } from '@force-reset/core/testing'
import { describe, expect, it } from 'vitest'
import type { HandlerOptions, UnexpectedError } from '../handler/handler-options.ts'
import { nodeHandler } from '../shells/node-handler.ts'
import { wireProblemSchema } from '../wire/wire.ts'
import type { TestConfig } from './both-shells.fixture.ts'
import { users, withBothShells } from './both-shells.fixture.ts'
import { express } from './frameworks.fixture.ts'
import { send } from './send.fixture.ts'
import { serve } from './serve.fixture.ts'

const elsewhere = { host: 'console.example.com' }
const fromPage = { origin: 'https://console.example.com', 'sec-fetch-site': 'same-origin' }

withBothShells('whoever runs the handler behind a proxy', (shell) => {
  it.each<[string, TestConfig, Readonly<Record<string, string>>, string, RegExp]>([
    [
      'that trustProxy is forgotten',
      {},
      { ...elsewhere, 'x-forwarded-proto': 'https' },
      'not_trusted',
      /Set trustProxy: true/,
    ],
    [
      'that trustProxy is forgotten, in the way of RFC 7239',
      {},
      { ...elsewhere, forwarded: 'for=203.0.113.9;proto=https' },
      'not_trusted',
      /Set trustProxy: true/,
    ],
    [
      'that the proxy does not speak of https',
      { trustProxy: true },
      { ...elsewhere, 'x-forwarded-for': '203.0.113.9' },
      'silent',
      /send X-Forwarded-Proto/,
    ],
    [
      'that an inner proxy speaks of http',
      { trustProxy: true },
      { ...elsewhere, 'x-forwarded-proto': 'http' },
      'says_http',
      /an inner proxy puts its own scheme/,
    ],
    ['that the proxy loses Host', {}, fromPage, 'host_lost', /proxy_set_header Host \$http_host/],
    [
      'that a trusted proxy loses Host',
      { trustProxy: true },
      { ...fromPage, 'x-forwarded-proto': 'https' },
      'host_lost',
      /proxy_set_header Host \$http_host/,
    ],
  ])('is told once %s', async (_, config, headers, trouble, words) => {
    await using subject = await shell.start(config)
    const reply = await subject.send({ path: '/users', headers })
    await subject.send({ path: '/users', headers })
    expect(reply.status).toBe(403)
    const { detail, parameters } = wireProblemSchema.parse(reply.json())
    expect(parameters).toEqual({ reason: 'proxy', trouble })
    expect(detail).toMatch(/tell the administrator: the log of the server says what to change\.$/)
    expect(subject.errors).toEqual([
      {
        during: 'proxy',
        name: 'ForceResetError',
        code: 'ERR_INVALID_CONFIG',
        message: expect.stringMatching(words),
        trouble,
      },
    ])
  })

  it.each<[string, TestConfig, Readonly<Record<string, string>>]>([
    ['came over http', {}, elsewhere],
    ['came over http to a proxy', {}, { ...elsewhere, 'x-forwarded-proto': 'http' }],
    ['came from another site', {}, { origin: 'https://evil.example' }],
    [
      'came from another site, as the browser says',
      {},
      { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
    ],
  ])('is told nothing of a request that %s', async (_, config, headers) => {
    await using subject = await shell.start(config)
    const reply = await subject.send({ path: '/users', headers })
    expect(reply.status).toBe(403)
    expect(wireProblemSchema.parse(reply.json()).detail).not.toMatch(/administrator/)
    expect(subject.errors).toEqual([])
  })

  it.each([
    ['cuts off its beginning', '/admin/api', '/api/users', /set basePath to '\/api'/],
    ['cuts all of it off', '/admin/api', '/users/1', /set basePath to ''/],
    ['cuts it off the script', '/admin/api', '/api/element.js', /set basePath to '\/api'/],
    ['has more in front', '/api', '/admin/api/users/1/force-reset', /with more in front/],
    ['has something in front of nothing', '', '/admin/users', /with more in front/],
  ])('is told once that the path %s', async (_, basePath, path, words) => {
    await using subject = await shell.start({ basePath })
    const reply = await subject.send({ path })
    await subject.send({ path })
    expect(wireProblemSchema.parse(reply.json())).toMatchObject({
      code: 'route_not_found',
      detail: expect.stringMatching(/does not fit basePath; tell the administrator/),
    })
    const [error, ...more] = subject.errors
    expect(error).toMatchObject({ during: 'proxy', message: expect.stringMatching(words) })
    expect(more).toEqual([])
  })

  it.each([
    ['/admin/api', '/elsewhere'],
    ['/admin/api', '/other/users'],
    ['/admin/api', '/admin/api/elsewhere'],
    ['', '/users/1/other'],
  ])('is told nothing where %s has nothing to do with %s', async (basePath, path) => {
    await using subject = await shell.start({ basePath })
    const reply = await subject.send({ path })
    expect(wireProblemSchema.parse(reply.json()).detail).toBe('There is nothing at this address.')
    expect(subject.errors).toEqual([])
  })

  it('is not kept waiting by a path of many segments', async () => {
    await using subject = await shell.start({ basePath: '/admin/api' })
    expect((await subject.send({ path: '/users'.repeat(2_000) })).status).toBe(404)
  })
})

describe('nodeHandler with a next', () => {
  const started = async (
    options: HandlerOptions<{ readonly id: string }>,
    app: (handler: RequestListener) => RequestListener,
  ) => {
    const errors: UnexpectedError[] = []
    const handler = nodeHandler({
      store: memoryUserStore({ users }),
      authorize: () => true,
      audit: () => undefined,
      authenticate: () => ({ id: 'op-1' }),
      onError: (error) => void errors.push(error),
      ...options,
    })
    return { errors, served: await serve(app(handler)) }
  }

  it('tells of a path that does not fit when nobody else knows the path either', async () => {
    const { errors, served } = await started({ basePath: '/admin/api' }, (handler) =>
      express().use(handler),
    )
    await using target = served
    expect((await send(target, { path: '/api/users' })).status).toBe(404)
    // The response is counted as sent in a turn of its own.
    await new Promise(setImmediate)
    expect(errors).toMatchObject([{ during: 'proxy', trouble: 'path_cut' }])
  })

  it('tells nothing of a path that another part of the application knows', async () => {
    const { errors, served } = await started({ basePath: '/admin/api' }, (handler) => {
      const app = express().use(handler)
      app.get('/users', (_, response) => void response.send('a page of the application'))
      return app
    })
    await using target = served
    expect((await send(target, { path: '/users' })).status).toBe(200)
    await new Promise(setImmediate)
    expect(errors).toEqual([])
  })
})
