import { lstat, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type SecretCounts, secretScanner, totalFound } from './secret-scanner.ts'

/** A file that holds a secret. */
export interface FileSighting {
  readonly file: string
  /** Index of the secret in the list. */
  readonly secret: number
  readonly found: SecretCounts
  /** All counts together. */
  readonly total: number
}

/** The result of a search of files. */
export interface FileSearch {
  /** Empty when no file holds any of the secrets. */
  readonly sightings: readonly FileSighting[]
  /**
   * Number of files that were searched. A search of nothing finds nothing: compare this with the
   * files that must be there.
   */
  readonly files: number
  readonly bytes: number
}

const chunkBytes = 4 * 1024 * 1024

/**
 * Searches files, and everything under folders, for secrets: logs, databases, journals. The
 * encodings are those of `scanMemory`.
 *
 * Links, sockets and pipes are passed over. In compressed and encrypted files nothing is found.
 *
 * @throws When a path does not exist: a search in the wrong place must not look clean.
 * @example
 * const { sightings, files } = await searchFiles([server.logFile, server.dataFolder], [password])
 */
export async function searchFiles(
  paths: readonly string[],
  secrets: readonly (string | Uint8Array)[],
): Promise<FileSearch> {
  const sightings: FileSighting[] = []
  let files = 0
  let bytes = 0
  for (const path of paths) {
    for await (const file of filesUnder(path)) {
      const scanners = secrets.map((secret) => secretScanner(secret))
      bytes += await feedFile(file, (chunk) => {
        for (const scanner of scanners) scanner.feed(chunk)
      })
      files += 1
      for (const [secret, scanner] of scanners.entries()) {
        scanner.gap()
        const total = totalFound(scanner.found)
        if (total > 0) sightings.push({ file, secret, found: scanner.found, total })
      }
    }
  }
  return { sightings, files, bytes }
}

async function* filesUnder(path: string): AsyncGenerator<string> {
  const stat = await lstat(path)
  if (stat.isFile()) yield path
  if (!stat.isDirectory()) return
  // A running server removes files meanwhile. A file that is gone holds nothing any more.
  for (const name of await readdir(path).catch(goneIsEmpty)) {
    const child = join(path, name)
    if (await lstat(child).catch(goneIsUndefined)) yield* filesUnder(child)
  }
}

async function feedFile(file: string, feed: (chunk: Buffer) => void): Promise<number> {
  const handle = await open(file, 'r').catch(goneIsUndefined)
  if (handle === undefined) return 0
  try {
    const buffer = Buffer.allocUnsafe(chunkBytes)
    let total = 0
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, chunkBytes, total)
      if (bytesRead === 0) return total
      feed(buffer.subarray(0, bytesRead))
      total += bytesRead
    }
  } finally {
    await handle.close()
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

function goneIsUndefined(error: unknown): undefined {
  if (!isGone(error)) throw error
}

function goneIsEmpty(error: unknown): string[] {
  if (!isGone(error)) throw error
  return []
}
