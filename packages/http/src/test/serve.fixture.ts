import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { Readable } from 'node:stream'
import { testAuthorities } from '../../../testing/src/process/throwaway-certificates.ts'
import type { Target } from './send.fixture.ts'

/** A server on 127.0.0.1 for one test. */
export interface Served extends Target, AsyncDisposable {
  readonly server: Server
}

/** Serves a listener until the test is over. */
export async function serve(listener: RequestListener): Promise<Served> {
  return await listening(createServer(listener), undefined)
}

/** The same over TLS, with a certificate that is thrown away. */
export async function serveTls(listener: RequestListener): Promise<Served> {
  const authorities = await testAuthorities()
  const { certificateFile, keyFile } = await authorities.issue(['localhost', '127.0.0.1'])
  const [cert, key] = await Promise.all([readFile(certificateFile), readFile(keyFile)])
  return await listening(createTlsServer({ cert, key }, listener), authorities.ca)
}

async function listening(server: Server, ca: string | undefined): Promise<Served> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no address')
  return {
    server,
    port: address.port,
    ca,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/**
 * The plainest server of fetch style. It streams both ways, and tells the handler of clients that
 * go away. The address of the peer is handed over beside the request.
 */
export function bridged(
  handler: (request: Request, peerAddress: string | undefined) => Promise<Response>,
  scheme: 'http' | 'https',
): RequestListener {
  return (incoming, outgoing) => {
    const gone = new AbortController()
    outgoing.once('close', () => gone.abort())
    Promise.resolve()
      .then(() => handler(requestOf(incoming, scheme, gone.signal), incoming.socket.remoteAddress))
      .then((response) => respond(response, outgoing))
      .catch(() => outgoing.destroy())
  }
}

function requestOf(incoming: IncomingMessage, scheme: string, signal: AbortSignal): Request {
  const { method = 'GET', url = '/', headers } = incoming
  const hasBody = method !== 'GET' && method !== 'HEAD'
  const init = {
    method,
    headers: Object.entries(headers).map(([name, value]): [string, string] => [
      name,
      String(value),
    ]),
    signal,
  }
  const body = hasBody
    ? { body: Readable.toWeb(incoming) as ReadableStream<Uint8Array>, duplex: 'half' as const }
    : {}
  return new Request(new URL(url, `${scheme}://${headers.host ?? 'localhost'}`), {
    ...init,
    ...body,
  })
}

async function respond(response: Response, outgoing: ServerResponse): Promise<void> {
  outgoing.writeHead(response.status, Object.fromEntries(response.headers))
  outgoing.flushHeaders()
  const reader = response.body?.getReader()
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) reader?.cancel().catch(() => undefined)
  })
  for (let read = await reader?.read(); read && !read.done; read = await reader?.read())
    outgoing.write(read.value)
  outgoing.end()
}
