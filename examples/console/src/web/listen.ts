import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createSecureContext, Server as TlsServer } from 'node:tls'

/** Certificate chain and private key, PEM. */
export interface TlsIdentity {
  readonly cert: Buffer
  readonly key: Buffer
}

/** A server that listens. */
export interface Listening {
  /** `http://127.0.0.1:3000`, without a slash at the end. */
  readonly origin: string
  /**
   * Shows another certificate to new connections, where the server speaks TLS.
   *
   * @throws What Node throws where the certificate and the key are of no use. Nothing has changed
   *   then.
   */
  useTls(tls: TlsIdentity): void
  /** Lets requests under way finish, for `graceMs` at most, and takes no new ones. */
  close(graceMs?: number): Promise<void>
}

/** Where to listen. */
export interface ListenOptions {
  readonly host: string
  /** `undefined`: 3000, or any free one when that is taken. */
  readonly port: number | undefined
  readonly tls: TlsIdentity | undefined
}

const usualPort = 3000
const defaultGraceMs = 10_000
const minVersion = 'TLSv1.2'

/** Starts a bare HTTP or HTTPS server of Node. */
export async function listen(handler: RequestListener, options: ListenOptions): Promise<Listening> {
  const server = options.tls
    ? createTlsServer({ ...options.tls, minVersion }, handler)
    : createServer(handler)
  await bind(server, options)
  const { port } = server.address() as AddressInfo
  const name =
    options.host.includes(':') && !options.host.startsWith('[') ? `[${options.host}]` : options.host
  return {
    origin: `${options.tls ? 'https' : 'http'}://${name}:${port}`,
    useTls: (tls) => {
      // A certificate and a key that do not belong together throw here, before anything changes.
      createSecureContext(tls)
      if (server instanceof TlsServer) server.setSecureContext({ ...tls, minVersion })
    },
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
