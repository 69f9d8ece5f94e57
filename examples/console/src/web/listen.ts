import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'

/** A server that listens. */
export interface Listening {
  /** `http://127.0.0.1:3000`, without a slash at the end. */
  readonly origin: string
  /** Lets requests under way finish, for `graceMs` at most, and takes no new ones. */
  close(graceMs?: number): Promise<void>
}

/** Where to listen. */
export interface ListenOptions {
  readonly host: string
  /** `undefined`: 3000, or any free one when that is taken. */
  readonly port: number | undefined
  /** Certificate chain and private key, PEM. */
  readonly tls: { readonly cert: Buffer; readonly key: Buffer } | undefined
}

const usualPort = 3000
const defaultGraceMs = 10_000

/** Starts a bare HTTP or HTTPS server of Node. */
export async function listen(handler: RequestListener, options: ListenOptions): Promise<Listening> {
  const server = options.tls
    ? createTlsServer({ ...options.tls, minVersion: 'TLSv1.2' }, handler)
    : createServer(handler)
  await bind(server, options)
  const { port } = server.address() as AddressInfo
  const name =
    options.host.includes(':') && !options.host.startsWith('[') ? `[${options.host}]` : options.host
  return {
    origin: `${options.tls ? 'https' : 'http'}://${name}:${port}`,
    close: (graceMs = defaultGraceMs) => close(server, graceMs),
  }
}

async function bind(server: Server, { host, port }: ListenOptions): Promise<void> {
  try {
    await bindTo(server, host, port ?? usualPort)
  } catch (error) {
    const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
    if (!taken || port !== undefined) throw error
    await bindTo(server, host, 0)
  }
}

function bindTo(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host.replace(/^\[|\]$/g, ''), () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function close(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const impatience = setTimeout(() => server.closeAllConnections(), graceMs)
    server.close(() => {
      clearTimeout(impatience)
      resolve()
    })
    server.closeIdleConnections()
  })
}
