import { unwatchFile, watchFile } from 'node:fs'
import { ConfigurationError, readSetting } from '../settings/configuration-error.ts'
import { administratorWords } from '../words/administrator.ts'
import type { Listening, TlsIdentity } from './listen.ts'

/** Paths of the certificate chain and of the private key. */
export interface TlsFiles {
  readonly certPath: string
  readonly keyPath: string
}

const words = administratorWords.tlsFiles
const defaultIntervalMs = 5_000

/**
 * Reads both files.
 *
 * @throws {ConfigurationError} Names the setting whose file cannot be read.
 */
export function readTlsFiles({ certPath, keyPath }: TlsFiles): TlsIdentity {
  return { cert: readSetting('TLS_CERT', certPath), key: readSetting('TLS_KEY', keyPath) }
}

/**
 * Shows a new certificate once its files have changed. Files that are of no use leave the old
 * certificate in place, and the log says so.
 *
 * @param options.used - What the server shows now.
 * @param options.intervalMs - How often the files are looked at, in milliseconds. Default 5,000.
 *   A look follows links, because tools that renew certificates exchange links.
 * @returns A function that ends the watch.
 */
export function watchTlsFiles(
  files: TlsFiles,
  options: {
    readonly server: Pick<Listening, 'useTls'>
    readonly used: TlsIdentity
    readonly log: (line: string) => void
    readonly intervalMs?: number
  },
): () => void {
  const { server, log, intervalMs: interval = defaultIntervalMs } = options
  let { used } = options
  const reload = () => {
    try {
      const now = readTlsFiles(files)
      // Both files change for one new certificate, and each is watched.
      if (now.cert.equals(used.cert) && now.key.equals(used.key)) return
      server.useTls(now)
      used = now
      log(words.renewed)
    } catch (error) {
      log(words.kept(reasonOf(error)))
    }
  }
  const paths = [files.certPath, files.keyPath]
  for (const path of paths) watchFile(path, { interval, persistent: false }, reload)
  return () => {
    for (const path of paths) unwatchFile(path, reload)
  }
}

/** Our own words, or the code of OpenSSL, such as ERR_OSSL_X509_KEY_VALUES_MISMATCH. */
function reasonOf(error: unknown): string {
  if (error instanceof ConfigurationError) return error.message
  const named = error instanceof Error ? error.name : administratorWords.failures.unknown
  return words.unusable(error instanceof Error && 'code' in error ? String(error.code) : named)
}
