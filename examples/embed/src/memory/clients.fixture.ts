import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { connect, type TLSSocket } from 'node:tls'

/** A server to send requests to, over TLS. */
export interface Target {
  readonly name: string
  readonly port: number
  /** PEM of the authority behind its certificate. */
  readonly ca: string
  /** Path in front of `/users`. */
  readonly base: string
  readonly cookie?: string | undefined
  /**
   * A request whose response fills the buffers of a connection, so that the next response waits.
   */
  readonly filler: { readonly path: string; readonly times: number }
}

/** A request, as HTTP/1.1 writes it. */
export interface Sent {
  readonly method?: 'GET' | 'POST'
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** One reset, as a client sees it. */
export interface ResetByClient {
  readonly target: Target
  readonly reset: Sent
  /** Resolves when the server puts the password into its answer. */
  readonly revealed: Promise<string>
  /** To be awaited while the answer waits for the client. */
  whileItWaits(): Promise<void>
}

/** The whole answer to one request on a connection of its own. */
export async function send(target: Target, sent: Sent): Promise<string> {
  const socket = await open(target)
  const answer = text(socket)
  socket.write(requestOf(target, sent, 'close'))
  return await answer
}

/** Parses a body in JSON. Every response here has the length of its body in its header. */
export function jsonOf(answer: string): unknown {
  return JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4))
}

/** Clients of every kind, each of which asks for one reset. */
export const clients: Readonly<Record<string, (one: ResetByClient) => Promise<void>>> = {
  'an ordinary client': async ({ target, reset }) => {
    succeeded(await send(target, reset))
  },
  'a client that pipelines': async ({ target, reset }) => {
    const socket = await open(target)
    const answers = text(socket)
    const list: Sent = { path: `${target.base}/users?limit=5` }
    socket.write(
      requestOf(target, list) + requestOf(target, reset) + requestOf(target, list, 'close'),
    )
    if ((await answers).match(/HTTP\/1\.1 200 /g)?.length !== 3)
      throw new Error('Three requests had fewer answers.')
  },
  'a slow client': async (one) => {
    const socket = await held(one)
    succeeded(await text(socket))
  },
  'a client that goes away while its answer waits': async (one) => {
    const socket = await held(one)
    socket.destroy()
  },
  'a client that goes away while its answer is sent': async ({ target, reset, revealed }) => {
    const socket = await open(target)
    socket.write(requestOf(target, reset, 'close'))
    await revealed
    socket.destroy()
  },
}

/** A connection on which a reset has been answered, and nothing was read. */
async function held({ target, reset, revealed, whileItWaits }: ResetByClient): Promise<TLSSocket> {
  const socket = await open(target)
  const { path, times } = target.filler
  // Both requests go in one record, or the server would stop to parse before the reset.
  socket.write(requestOf(target, { path }).repeat(times) + requestOf(target, reset, 'close'))
  await revealed
  await whileItWaits()
  return socket
}

async function open({ port, ca }: Target): Promise<TLSSocket> {
  const socket = connect({ port, host: '127.0.0.1', ca, servername: 'localhost' })
  await once(socket, 'secureConnect')
  return socket
}

function requestOf(
  { cookie }: Target,
  { method = 'GET', path, headers = {}, body = '' }: Sent,
  connection = 'keep-alive',
): string {
  const all = {
    Host: 'localhost',
    Connection: connection,
    'Content-Length': String(body.length),
    ...headers,
    ...(cookie ? { Cookie: cookie } : {}),
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`
}

function succeeded(answer: string): void {
  if (!answer.includes('"temporaryPassword":"'))
    throw new Error(`Not reset: ${answer.slice(0, 400)}`)
}
