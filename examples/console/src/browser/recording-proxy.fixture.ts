import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One request and its answer, as they were on the wire. */
export interface Exchange {
  readonly line: string
  readonly sent: Buffer
  readonly status: number
  readonly answered: Buffer
}

/** A proxy on loopback that keeps all that passes through it. */
export interface RecordingProxy {
  readonly origin: string
  readonly exchanges: readonly Exchange[]
  /** Lets the next reset happen and breaks its answer off in the middle. */
  loseNextReset(): void
  /** Holds the answers of resets back until the function it answers is called. */
  holdResets(): () => void
  close(): Promise<void>
}

/** Starts a recording proxy in front of a console. */
export async function startRecordingProxy(target: string): Promise<RecordingProxy> {
  const { hostname, port } = new URL(target)
  const exchanges: Exchange[] = []
  let losesNext = false
  let gate = Promise.resolve()

  const pass = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const sent = await bytesOf(incoming)
    const { method, url = '/', headers } = incoming
    const outgoing = request({ hostname, port, method, path: url, headers })
    outgoing.on('error', () => response.destroy())
    outgoing.on('response', async (answer) => {
      const answered = await bytesOf(answer)
      const head = Buffer.from(answer.rawHeaders.join('\n'))
      const isReset = method === 'POST' && url.endsWith('/force-reset')
      const status = answer.statusCode ?? 0
      const asked = Buffer.from(`${incoming.rawHeaders.join('\n')}\n`)
      exchanges.push({
        line: `${method} ${url}`,
        sent: Buffer.concat([asked, sent]),
        status,
        answered: Buffer.concat([head, answered]),
      })
      if (isReset) await gate
      response.writeHead(status, answer.rawHeaders)
      if (!isReset || !losesNext) return void response.end(answered)
      losesNext = false
      response.write(answered.subarray(0, 10), () => response.destroy())
    })
    outgoing.end(sent)
  }

  const server = createServer((incoming, response) => void pass(incoming, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    exchanges,
    loseNextReset() {
      losesNext = true
    },
    holdResets() {
      const { promise, resolve } = Promise.withResolvers<void>()
      gate = promise
      return resolve
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function bytesOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk)
  return Buffer.concat(chunks)
}
