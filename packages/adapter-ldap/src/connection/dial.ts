import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls'
import type { Endpoint } from './endpoint.ts'
import { requestStartTls } from './start-tls.ts'
import { safeCauseOf, TransportError } from './transport-error.ts'

/** How to trust a server. The certificate is always verified. */
export interface TlsOptions {
  /** PEM of the certificate authorities to trust, instead of those that Node brings. */
  readonly ca?: string | readonly string[] | undefined
  /** The name that the certificate has to hold, where it is not the host of the URL. */
  readonly servername?: string | undefined
  /** Default `TLSv1.2`. */
  readonly minVersion?: 'TLSv1.2' | 'TLSv1.3' | undefined
}

/** How to reach a server. */
export interface DialOptions {
  readonly tls?: TlsOptions | undefined
  /** For TCP, StartTLS and the TLS handshake together, in milliseconds. */
  readonly connectTimeoutMs: number
}

/**
 * Opens a connection that is encrypted, and whose server is verified, before the first byte of
 * LDAP. Only the request for StartTLS goes before.
 *
 * @throws {TransportError}
 * @example
 * const socket = await dial(endpointOf('ldaps://ldap.example.com'), { connectTimeoutMs: 5_000 })
 */
export async function dial(
  endpoint: Endpoint,
  { tls, connectTimeoutMs }: DialOptions,
): Promise<TLSSocket> {
  const socket = connectTcp({
    host: endpoint.host,
    port: endpoint.port,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: 30_000,
  })
  let secure: TLSSocket | undefined
  let late: TransportError | undefined
  const deadline = setTimeout(() => {
    late = new TransportError('unreachable', { name: 'TimeoutError' })
    secure?.destroy()
    socket.destroy(late)
  }, connectTimeoutMs)
  try {
    await opened(socket, 'connect')
    if (endpoint.startTls) await requestStartTls(socket)
    secure = connectTls(tlsConnection(endpoint, tls, socket))
    await opened(secure, 'secureConnect')
    return sendOneByOne(secure)
  } catch (error) {
    secure?.destroy()
    socket.destroy()
    if (late !== undefined) throw late
    throw error instanceof TransportError
      ? error
      : new TransportError(problemOf(error), safeCauseOf(error))
  } finally {
    clearTimeout(deadline)
  }
}

function tlsConnection(
  { host }: Endpoint,
  tls: TlsOptions | undefined,
  socket: Socket,
): ConnectionOptions {
  const { ca, servername, minVersion = 'TLSv1.2' } = tls ?? {}
  const name = servername ?? host
  return {
    socket,
    // Without a host, the name checked would be 'localhost'.
    host: name,
    ...(isIP(name) === 0 ? { servername: name } : {}),
    ...(ca === undefined ? {} : { ca: typeof ca === 'string' ? ca : [...ca] }),
    minVersion,
    rejectUnauthorized: true,
  }
}

/**
 * Node joins waiting writes into one piece of memory that nobody wipes afterwards. Without
 * `_writev` Node sends them one by one, from the buffers that hold them.
 */
function sendOneByOne(socket: TLSSocket): TLSSocket {
  return Object.assign(socket, { _writev: undefined })
}

function opened(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error?: unknown): void =>
      reject(error instanceof Error ? error : new TransportError('unreachable'))
    // Stays: an error may come after the awaited event, and an error that nobody hears ends the
    // process.
    socket.on('error', fail)
    socket.once('close', () => fail())
    socket.once(event, () => resolve())
  })
}

/** OpenSSL's names of what is wrong with a certificate, and Node's own. */
const certificateProblem = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|HOSTNAME/

function problemOf(error: unknown): 'certificate' | 'unreachable' {
  return certificateProblem.test(safeCauseOf(error).code ?? '') ? 'certificate' : 'unreachable'
}
