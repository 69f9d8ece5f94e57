import { readFile, rm } from 'node:fs/promises'
import { type ListeningSocket, listeningSockets } from './loopback.ts'
import type { ServerProcess } from './server-process.ts'
import type { ThrowawayAuthorities } from './throwaway-certificates.ts'

/** What every throwaway server has, database or directory. */
export interface ThrowawayServer<LogLevel> {
  /**
   * PEM of the authority that tests trust. It signed the certificate, unless the certificate is
   * untrusted on purpose.
   */
  readonly ca: string
  /** File with {@link ca}. */
  readonly caFile: string
  /** PEM of another authority of the same name, to be trusted by mistake. */
  readonly untrustedCa: string
  /** Process id now; `restart` changes it. */
  readonly pid: number
  /** Temporary folder with everything that the server stores: data, logs, keys. */
  readonly folder: string

  /** Everything that the server has logged so far. */
  log(): Promise<string>
  /** Sockets on which the server listens. */
  listening(): Promise<ListeningSocket[]>
  /** Stops the server and starts it again on the same data and addresses. */
  restart(change?: { readonly logLevel?: LogLevel | undefined }): Promise<void>
  /** Stops the process and keeps the data; `restart` brings the server back. */
  halt(): Promise<void>
  /**
   * Ends the server and all of its processes with SIGKILL, without any farewell. `restart` brings
   * the server back on the same data and addresses.
   */
  kill(): Promise<void>
  /** Stops all processes of the server with SIGSTOP: connections stay open, nobody answers. */
  freeze(): void
  /** Lets a frozen server go on with all that it was sent meanwhile. */
  thaw(): void
  /** Stops the server and removes its folder. */
  stop(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** What {@link throwawayServer} has to know. */
export interface ServerParts<LogLevel> {
  readonly folder: string
  readonly logFile: string
  readonly authorities: ThrowawayAuthorities
  readonly logLevel: LogLevel
  launch(logLevel: LogLevel): Promise<ServerProcess>
  /** The running process that `launch` returned for `logLevel`. */
  readonly started: ServerProcess
  /** Called after the server has stopped for good. */
  released?(): Promise<void>
}

/**
 * The part of a server that is the same for every product. The process id changes with each
 * restart, so add to this object instead of copying it.
 */
export function throwawayServer<LogLevel>(parts: ServerParts<LogLevel>): ThrowawayServer<LogLevel> {
  const { folder, logFile, authorities } = parts
  let running = parts.started
  let logLevel = parts.logLevel
  const stop = async () => {
    await running.stop()
    await rm(folder, { recursive: true, force: true })
    await parts.released?.()
  }
  return {
    ca: authorities.ca,
    caFile: authorities.caFile,
    untrustedCa: authorities.untrustedCa,
    folder,
    get pid() {
      return running.pid
    },
    log: () => readFile(logFile, 'utf8'),
    listening: () => listeningSockets(running.pid),
    async restart(change = {}) {
      await running.stop()
      logLevel = change.logLevel ?? logLevel
      running = await parts.launch(logLevel)
    },
    halt: () => running.stop(),
    kill: () => running.kill(),
    freeze: () => running.freeze(),
    thaw: () => running.thaw(),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}
