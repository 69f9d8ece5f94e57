import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { AuditEvent, ForceResetConfig, Operator, PendingResets } from '@force-reset/core'
import type { MemoryUserStore, MemoryUserStoreOptions } from '@force-reset/core/testing'
import { memoryUserStore } from '@force-reset/core/testing'
import { nodeHandler } from '../../node.ts'
import type { WireProblem } from '../../wire/wire.ts'

/** Responds to a request in place of the handler. */
export type Interception = (
  request: IncomingMessage,
  response: ServerResponse,
) => void | Promise<void>

/**
 * A console on this machine: a page under a strict policy, the element, and the real handler on a
 * store in memory.
 */
export interface Site {
  readonly origin: string
  readonly store: MemoryUserStore
  readonly events: readonly AuditEvent[]
  /** Method and path of every request to the handler, the element's own excluded. */
  readonly requests: readonly string[]
  /** The header `name` of the last request. */
  lastHeader(name: string): string | undefined
  /** Responds to the next request of this method in place of the handler. */
  intercept(method: 'GET' | 'POST', interception: Interception): void
  /** The handler does the next reset, and the connection breaks before its response. */
  loseNextResponse(): void
  close(): Promise<void>
}

const policy =
  "default-src 'none'; script-src 'self'; connect-src 'self'; " +
  "require-trusted-types-for 'script'; form-action 'none'; base-uri 'none'"

const people: MemoryUserStoreOptions['users'] = [
  {
    id: '42',
    username: 'kim.lee',
    email: 'kim.lee@example.com',
    displayName: 'Kim Lee',
    locked: true,
  },
  { id: 'suspended', username: 'sam', status: 'suspended' },
  {
    id: 'turned',
    username: 'ann\u202Enoel',
    displayName: 'Ann\u202E (nimda)\u200B',
    email: 'ann@example.com',
    place: 'Berlin\u202E / Ward 3B',
    facts: [
      { name: 'Employee\u200B number', value: '<b>\u202E1174</b>' },
      { name: 'Department', value: 'Nursing' },
    ],
  },
]

/** The parts of the configuration that a test chooses. */
export interface SiteConfig
  extends Pick<ForceResetConfig<Operator>, 'verification' | 'secret' | 'now'> {
  readonly pending?: PendingResets
}

/** Starts one; `close` ends it. The cookie `who` names who is signed in. */
export async function startSite(
  options: Partial<MemoryUserStoreOptions> = {},
  config: SiteConfig = {},
): Promise<Site> {
  const store = memoryUserStore({
    users: people,
    survives: ['api_keys', 'in_flight_sign_ins'],
    ...options,
  })
  const events: AuditEvent[] = []
  const requests: string[] = []
  const interceptions: { readonly method: string; readonly interception: Interception }[] = []
  let last: IncomingMessage | undefined
  const handle = nodeHandler({
    ...config,
    store,
    authorize: ({ operator }) => operator.id === 'operator',
    audit: (event) => void events.push(event),
    authenticate: ({ headers }) => ({
      id: /\bwho=(\w+)/.exec(headers.cookie ?? '')?.[1] ?? 'operator',
    }),
    basePath: '/api',
    rateLimits: {
      resetsPerOperator: { limit: 1_000, windowSeconds: 1 },
      resetsPerTarget: { limit: 1_000, windowSeconds: 1 },
    },
  })
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    if (!path.startsWith('/api/')) return sendPage(path, response)
    if (/^\/api\/(users\/|vouch)/.test(path)) {
      requests.push(`${request.method} ${path}`)
      last = request
      const at = interceptions.findIndex(({ method }) => method === request.method)
      const [planned] = at < 0 ? [] : interceptions.splice(at, 1)
      if (planned) return void planned.interception(request, response)
    }
    handle(request, response)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    store,
    events,
    requests,
    lastHeader: (name) => last?.headers[name]?.toString(),
    intercept: (method, interception) => void interceptions.push({ method, interception }),
    loseNextResponse: () => {
      interceptions.push({
        method: 'POST',
        interception: (request, response) => {
          response.writeHead = () => response.destroy()
          handle(request, response)
        },
      })
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

/** A response that waits until the test gives it. */
export function held(): {
  readonly interception: Interception
  /** Fulfilled when the request is there. */
  readonly asked: Promise<void>
  respond(answer: Interception): void
} {
  let respond: (interception: Interception) => void = () => undefined
  let arrived = (): void => undefined
  const asked = new Promise<void>((resolve) => {
    arrived = resolve
  })
  const interception: Interception = (request, response) => {
    respond = (answer) => void answer(request, response)
    arrived()
  }
  return { interception, asked, respond: (answer: Interception) => respond(answer) }
}

/** A response as the handler makes it, for faults that the store cannot produce. */
export function respondWith(
  status: number,
  problem: Pick<WireProblem, 'code' | 'detail'>,
  headers: Readonly<Record<string, string>> = {},
): Interception {
  return (_request, response) => {
    const body: WireProblem = {
      type: `urn:force-reset:problem:${problem.code}`,
      title: '',
      status,
      ...problem,
    }
    response
      .writeHead(status, { 'content-type': 'application/problem+json', ...headers })
      .end(JSON.stringify(body))
  }
}

/** A response with any JSON, as another server or a later version might send it. */
export function respondWithJson(status: number, body: unknown): Interception {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
}

/**
 * `/user/42?reason=required` is the page of a user; `/vouch` the page of somebody who vouches;
 * `/elsewhere` another page. All may be kept alive by the browser.
 */
function sendPage(path: string, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(path, 'http://localhost')
  if (pathname === '/page.js')
    return void response.writeHead(200, { 'content-type': 'text/javascript' }).end(pageScript)
  const id = pathname.startsWith('/user/') ? pathname.slice('/user/'.length) : undefined
  const isVouch = pathname === '/vouch'
  if (id === undefined && !isVouch && pathname !== '/elsewhere')
    return void response.writeHead(404).end()
  const attributes = [...searchParams].map(([name, value]) => ` ${name}="${value}"`).join('')
  const main = isVouch
    ? '<force-reset-vouch base="/api"></force-reset-vouch>'
    : id === undefined
      ? '<p>Elsewhere</p>'
      : `<force-password-reset base="/api" user-id="${id}"${attributes}></force-password-reset>`
  const script = isVouch ? 'element-vouch.js' : 'element.js'
  const scripts =
    id === undefined && !isVouch
      ? ''
      : `<script src="/page.js"></script><script type="module" src="/api/${script}"></script>`
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Console</title>${scripts}</head>
<body><main><h1>User</h1>${main}</main></body></html>`
  response
    .writeHead(200, { 'content-type': 'text/html', 'content-security-policy': policy })
    .end(html)
}

/** Remembers the element's events, clicks, and whether the page came back alive. */
const pageScript = `
window.heard = []
window.presses = 0
addEventListener('pointerdown', () => { window.presses += 1 }, true)
for (const end of ['applied', 'failed', 'closed', 'unauthenticated']) {
  const name = 'force-reset-' + end
  document.addEventListener(name, ({ detail }) => {
    heard.push({ name, detail: JSON.parse(JSON.stringify(detail)) })
  })
}
addEventListener('pageshow', (event) => { window.cameBackAlive = event.persisted })
addEventListener('securitypolicyviolation', ({ violatedDirective }) => {
  heard.push({ name: 'violation', detail: violatedDirective })
})
`
