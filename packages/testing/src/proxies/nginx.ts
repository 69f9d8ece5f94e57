import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryFolder } from '../process/caretaker.ts'
import {
  claimLoopbackAddress,
  type ListeningSocket,
  listeningSockets,
} from '../process/loopback.ts'
import { requireServer } from '../process/required-servers.ts'
import { startServerProcess } from '../process/server-process.ts'
import { testAuthorities } from '../process/throwaway-certificates.ts'

/** What a throwaway nginx serves. */
export interface NginxOptions {
  /** What stands in the `server` block beside the address and the certificate. */
  readonly server: string
  /** What stands before the `server` block, such as a `map`. Default: nothing. */
  readonly http?: string | undefined
  /** Port for TLS. Default 8443. */
  readonly port?: number | undefined
}

/** A throwaway nginx that ends TLS on a loopback address of its own. */
export interface NginxServer {
  readonly host: string
  readonly port: number
  /** PEM of the authority behind the certificate, which names `localhost` and the address. */
  readonly ca: string
  readonly pid: number
  readonly folder: string
  log(): Promise<string>
  listening(): Promise<ListeningSocket[]>
  stop(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Starts a throwaway nginx with TLS, on a loopback address that no other server of these tests
 * uses. So the port is the one that is asked for. Takes a tenth of a second.
 *
 * @example
 * await using nginx = await startNginx({
 *   server: 'location / { proxy_pass http://127.0.0.1:3000; }',
 * })
 */
export async function startNginx({
  server,
  http = '',
  port = 8443,
}: NginxOptions): Promise<NginxServer> {
  requireServer('nginx')
  const folder = temporaryFolder('nginx')
  const claimed = await claimLoopbackAddress([port])
  const host = claimed.address
  const authorities = await testAuthorities()
  const certificate = await authorities.issue([host, 'localhost'])
  const configuration = join(folder, 'nginx.conf')
  const logFile = join(folder, 'nginx.log')
  const pathOf = (use: string) => `${use}_temp_path ${folder}/${use};`
  await writeFile(
    configuration,
    `daemon off;
master_process off;
pid ${folder}/nginx.pid;
events {}
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(pathOf).join('\n  ')}
  ${http}
  server {
    listen ${host}:${port} ssl;
    ssl_certificate ${certificate.certificateFile};
    ssl_certificate_key ${certificate.keyFile};
    ${server}
  }
}
`,
  )
  const started = startServerProcess({
    command: 'nginx',
    args: ['-p', folder, '-e', logFile, '-c', configuration],
    logFile,
  })
  const stop = async () => {
    await started.stop()
    await rm(folder, { recursive: true, force: true })
    await claimed.release()
  }
  try {
    await started.ready([{ host, port }])
  } catch (error) {
    await stop()
    throw error
  }
  return {
    host,
    port,
    ca: authorities.ca,
    folder,
    pid: started.pid,
    log: () => readFile(logFile, 'utf8'),
    listening: () => listeningSockets(started.pid),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}
