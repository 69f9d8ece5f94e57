import { readFile } from 'node:fs/promises'
import { memoryUserStore } from '@force-reset/core/testing'
import { expect, it } from 'vitest'
import { startNginx } from '../../../testing/src/proxies/nginx.ts'
import { describeWithServer } from '../../../testing/src/vitest.ts'
import type { HandlerOptions, UnexpectedError } from '../handler/handler-options.ts'
import { nodeHandler } from '../shells/node-handler.ts'
import { wireListSchema, wireProblemSchema, wireResetSchema, wireViewSchema } from '../wire/wire.ts'
import { json, users } from './both-shells.fixture.ts'
import type { Reply, Sent } from './send.fixture.ts'
import { send } from './send.fixture.ts'
import { serve } from './serve.fixture.ts'

const page = await readFile(new URL('../../../../docs/proxies.md', import.meta.url), 'utf8')
/** The blocks of the page: the usual one, the map, and the one that cuts with the map. */
const [usual = '', map = '', cutsWithMap = ''] = [...page.matchAll(/^```nginx\n(.*?)^```$/gms)].map(
  ([, block]) => block,
)

interface SetUp {
  readonly options: HandlerOptions<{ readonly id: string }>
  /** The configuration of the server block; the application is at `127.0.0.1:3000` in it. */
  readonly server: string
  readonly http?: string
}

/** What a site is in front of a browser, and what its log says. */
interface Site extends AsyncDisposable {
  readonly errors: readonly UnexpectedError[]
  readonly signIn: ReturnType<typeof memoryUserStore>['signIn']
  /** What a page at the same address sends. */
  ask(sent: Sent): Promise<Reply>
}

async function startSite({ options, server, http = '' }: SetUp): Promise<Site> {
  const store = memoryUserStore({ users })
  const errors: UnexpectedError[] = []
  const served = await serve(
    nodeHandler({
      store,
      authorize: () => true,
      audit: () => undefined,
      authenticate: () => ({ id: 'op-1' }),
      onError: (error) => void errors.push(error),
      ...options,
    }),
  )
  const here = (text: string): string =>
    text.replaceAll('127.0.0.1:3000', `127.0.0.1:${served.port}`)
  const nginx = await startNginx({ server: here(server), http: here(http) })
  const host = `localhost:${nginx.port}`
  return {
    errors,
    signIn: store.signIn,
    ask: ({ headers, ...sent }) => {
      const origin = sent.method === 'POST' ? { origin: `https://${host}` } : {}
      const browser = { host, 'sec-fetch-site': 'same-origin', ...origin }
      return send(nginx, { ...sent, headers: { ...browser, ...headers } })
    },
    async [Symbol.asyncDispose]() {
      await nginx.stop()
      await served[Symbol.asyncDispose]()
    },
  }
}

/** Finds an account, views and resets it below `/admin/api`; the status of the reset. */
async function resetThrough(site: Site, search: string): Promise<number> {
  const list = await site.ask({ path: `/admin/api/users?search=${search}` })
  const [user] = wireListSchema.parse(list.json()).users
  const path = `/admin/api/users/${encodeURIComponent(user?.id ?? '')}`
  const view = await site.ask({ path })
  if (view.status !== 200) return view.status
  const { version } = wireViewSchema.parse(view.json()).user
  const reset = await site.ask({
    method: 'POST',
    path: `${path}/force-reset`,
    headers: json,
    body: JSON.stringify({ version }),
  })
  if (reset.status === 200)
    expect(site.signIn(search, wireResetSchema.parse(reset.json()).temporaryPassword)).toBe(
      'change_password',
    )
  return reset.status
}

const trusted = { trustProxy: true, basePath: '/admin/api' }
const without = (text: string, ...names: readonly string[]): string =>
  text
    .split('\n')
    .filter((line) => !names.some((name) => line.includes(` ${name} `)))
    .join('\n')
const withSlash = usual.replace('127.0.0.1:3000;', '127.0.0.1:3000/;')

describeWithServer('nginx', 'nginx with TLS on port 8443', () => {
  it.each<[string, SetUp]>([
    ['as the guide has it, with the whole path', { options: trusted, server: usual }],
    [
      'as the guide has it, with a part of the path cut off',
      { options: { ...trusted, basePath: '/api' }, server: withSlash },
    ],
    [
      'as the guide has it, with all of the path cut off',
      {
        options: { trustProxy: true },
        server: withSlash.replace('location /admin/', 'location /admin/api/'),
      },
    ],
    [
      'that cuts the path off as the browser sent it',
      { options: { ...trusted, basePath: '/api' }, server: cutsWithMap, http: map },
    ],
    ['that loses the port', { options: trusted, server: usual.replace('$http_host', '$host') }],
    [
      'that passes the host on in X-Forwarded-Host alone',
      {
        options: trusted,
        server: without(usual, 'Host').replace(
          'X-Forwarded-Host ""',
          'X-Forwarded-Host $http_host',
        ),
      },
    ],
    [
      'that writes Forwarded alone',
      {
        options: trusted,
        server: without(usual, 'X-Forwarded-Proto', 'X-Forwarded-For').replace(
          'Forwarded ""',
          'Forwarded "for=$remote_addr;proto=$scheme;host=$http_host"',
        ),
      },
    ],
    [
      'that passes on no host, for an origin that is named',
      {
        options: { ...trusted, origins: ['https://localhost:8443'] },
        server: without(usual, 'Host'),
      },
    ],
  ])('resets a password %s', async (_, setUp) => {
    await using site = await startSite(setUp)
    expect(await resetThrough(site, 'kim')).toBe(200)
    expect(site.errors).toEqual([])
  })

  it.each<[string, SetUp, number]>([
    ['whole', { options: trusted, server: usual }, 200],
    [
      'cut off as the browser sent it',
      { options: { ...trusted, basePath: '/api' }, server: cutsWithMap, http: map },
      200,
    ],
    [
      'cut off by a slash, which decodes it: as the guide warns',
      { options: { ...trusted, basePath: '/api' }, server: withSlash },
      404,
    ],
  ])('finds an id with a slash where the path is %s', async (_, setUp, status) => {
    await using site = await startSite(setUp)
    expect(await resetThrough(site, 'odd-id')).toBe(status)
  })

  it.each<[string, SetUp, string, RegExp]>([
    [
      'nobody has set trustProxy',
      {
        options: { basePath: '/admin/api' },
        server: usual.replace('$http_host', 'console.example'),
      },
      'insecure_transport',
      /Set trustProxy: true/,
    ],
    [
      'nginx does not say https',
      {
        options: trusted,
        server: without(usual, 'X-Forwarded-Proto').replace('$http_host', 'a.example'),
      },
      'insecure_transport',
      /send X-Forwarded-Proto/,
    ],
    [
      'nginx says http, as behind another proxy',
      { options: trusted, server: usual.replace('$scheme', 'http') },
      'insecure_transport',
      /an inner proxy puts its own scheme/,
    ],
    [
      'nginx passes no host on',
      { options: trusted, server: without(usual, 'Host') },
      'cross_site',
      /proxy_set_header Host \$http_host/,
    ],
    [
      'a part of the path is cut off, and basePath is as browsers see it',
      { options: trusted, server: withSlash },
      'route_not_found',
      /set basePath to '\/api'/,
    ],
    [
      'nothing is cut off, and basePath is what would be left',
      { options: { ...trusted, basePath: '/api' }, server: usual },
      'route_not_found',
      /with more in front/,
    ],
  ])('says what to change where %s', async (_, setUp, code, words) => {
    await using site = await startSite(setUp)
    const reply = await site.ask({
      method: 'POST',
      path: '/admin/api/users/1/force-reset',
      headers: json,
      body: '{"version":"x"}',
    })
    expect(wireProblemSchema.parse(reply.json())).toMatchObject({
      code,
      detail: expect.stringMatching(/tell the administrator/),
    })
    expect(site.errors).toMatchObject([{ during: 'proxy', message: expect.stringMatching(words) }])
  })

  it('takes a client that speaks for itself for what it is', async () => {
    await using site = await startSite({
      options: trusted,
      server: usual.replace('$scheme', 'http'),
    })
    const reply = await site.ask({
      path: '/admin/api/users',
      headers: {
        'x-forwarded-proto': 'https',
        'x-forwarded-for': '127.0.0.1',
        forwarded: 'proto=https;for=127.0.0.1;host=localhost',
      },
    })
    expect(reply.status).toBe(403)
  })
})
