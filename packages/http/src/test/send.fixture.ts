import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'

/** A request, with any header a test wants to send. */
export interface Sent {
  readonly method?: string | undefined
  readonly path: string
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly body?: string | Uint8Array | undefined
}

/** The response, as it came back. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  /** The body as JSON. */
  json(): unknown
}

/** Where a test server is. */
export interface Target {
  readonly host?: string | undefined
  readonly port: number
  /**
   * PEM of the authority behind the server's certificate; without one the request goes unencrypted.
   */
  readonly ca?: string | undefined
}

/** Sends one request over a connection of its own, and waits for the whole response. */
export function send(target: Target, sent: Sent): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const request = open(target, sent)
    request.on('error', reject)
    request.on('response', (response) => {
      replyOf(response).then(resolve, reject)
    })
    request.end(sent.body)
  })
}

/** Starts a request and leaves it to the test to end it. */
export function open(
  { host = '127.0.0.1', port, ca }: Target,
  { method = 'GET', path, headers }: Sent,
): ClientRequest {
  const options: RequestOptions = {
    host,
    port,
    method,
    path,
    headers: { ...headers },
    agent: false,
  }
  return ca === undefined
    ? httpRequest(options)
    : httpsRequest({ ...options, ca, servername: 'localhost' })
}

async function replyOf(response: IncomingMessage): Promise<Reply> {
  const chunks: Uint8Array[] = []
  for await (const chunk of response) chunks.push(chunk)
  const text = Buffer.concat(chunks).toString('utf8')
  const headers = Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
  )
  return { status: response.statusCode ?? 0, headers, text, json: () => JSON.parse(text) }
}
