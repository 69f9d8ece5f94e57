import { type FileHandle, open, readdir, readFile } from 'node:fs/promises'
import { type SecretCounts, secretScanner, totalFound } from './secret-scanner.ts'

/** The copies of a secret in the memory of a process. */
export interface MemoryScan {
  readonly found: SecretCounts
  /** All counts together. */
  readonly total: number
  /**
   * Bytes that were searched. A scan of nothing finds nothing: compare this with the memory that
   * the process must have.
   */
  readonly scannedBytes: number
  /** Bytes that could not be read: memory of devices, and regions that went away meanwhile. */
  readonly unreadableBytes: number
}

/** How to scan. */
export interface MemoryScanOptions {
  /**
   * Stops the process meanwhile (SIGSTOP, SIGCONT). Otherwise its garbage collector may move a copy
   * past the scan. Default `true`.
   */
  readonly freeze?: boolean | undefined
}

const chunkBytes = 1024 * 1024

/** Key of the page size in the auxiliary vector, pairs of 64-bit numbers (getauxval(3)). */
const pageSizeKey = 6n

async function pageSize(): Promise<number> {
  const vector = await readFile('/proc/self/auxv')
  for (let at = 0; at + 16 <= vector.length; at += 16) {
    if (vector.readBigUInt64LE(at) === pageSizeKey) return Number(vector.readBigUInt64LE(at + 8))
  }
  throw new Error('The kernel does not tell the size of a page.')
}

/**
 * Searches all readable and writable memory that another process has touched (Linux), in every
 * encoding of {@link SecretCounts}.
 *
 * Opens nothing outside `/proc`. Needs the right to debug the process: root, or its parent.
 * Swapped-out memory is read back in and searched too. Memory of the kernel (sockets, pipes, files)
 * is not searched.
 *
 * @param pid - Not this process, which holds the secret itself.
 * @throws When there is no such process, when this process may not read it, and when not one byte
 *   could be read.
 * @example
 * const { total, scannedBytes } = await scanMemory(server.pid, password)
 */
export async function scanMemory(
  pid: number,
  secret: string | Uint8Array,
  options: MemoryScanOptions = {},
): Promise<MemoryScan> {
  const [scan] = await scanMemoryForAll(pid, [secret], options)
  if (scan === undefined) throw new Error('One secret has one scan.')
  return scan
}

/**
 * As {@link scanMemory}, for several secrets in one pass over the memory. The scans stand in the
 * order of the secrets.
 */
export async function scanMemoryForAll(
  pid: number,
  secrets: readonly (string | Uint8Array)[],
  options: MemoryScanOptions = {},
): Promise<readonly MemoryScan[]> {
  if (pid === process.pid)
    throw new Error(
      'A process cannot scan its own memory for a secret: it holds what it looks for.',
    )
  const scanners = secrets.map((secret) => secretScanner(secret))
  const pageBytes = await pageSize()
  const memory = await open(`/proc/${pid}/mem`, 'r')
  const freeze = options.freeze !== false
  let scannedBytes = 0
  let unreadableBytes = 0
  try {
    if (freeze) await stopProcess(pid)
    for (const { start, end } of await writableRegions(pid, pageBytes)) {
      for (let at = start; at < end; ) {
        const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, end - at))
        const read = await memory.read(buffer, 0, buffer.length, at).then(
          ({ bytesRead }) => bytesRead,
          () => 0,
        )
        if (read === 0) {
          for (const scanner of scanners) scanner.gap()
          unreadableBytes += Math.min(pageBytes, end - at)
          at += Math.min(pageBytes, end - at)
          continue
        }
        for (const scanner of scanners) scanner.feed(buffer.subarray(0, read))
        scannedBytes += read
        at += read
      }
      for (const scanner of scanners) scanner.gap()
    }
  } finally {
    if (freeze) continueProcess(pid)
    await memory.close()
  }
  if (scannedBytes === 0) throw new Error(`Not one byte of process ${pid} could be read.`)
  return scanners.map(({ found }) => ({
    found,
    total: totalFound(found),
    scannedBytes,
    unreadableBytes,
  }))
}

interface Region {
  readonly start: number
  end: number
}

/**
 * The touched parts of the regions in `/proc/PID/maps` that can be read and written. Neighbours are
 * joined, because a value may lie across their border.
 */
async function writableRegions(pid: number, pageBytes: number): Promise<Region[]> {
  const regions: Region[] = []
  const add = (start: number, end: number) => {
    const last = regions.at(-1)
    if (last?.end === start) last.end = end
    else regions.push({ start, end })
  }
  const pagemap = await open(`/proc/${pid}/pagemap`, 'r')
  try {
    for (const line of (await readFile(`/proc/${pid}/maps`, 'utf8')).split('\n')) {
      const [, from, to, sharing] = /^([0-9a-f]+)-([0-9a-f]+) rw.([ps])/.exec(line) ?? []
      if (from === undefined || to === undefined) continue
      // User space ends below 2 ** 53 on every 64-bit machine, so a number holds an address
      // exactly.
      const region = { start: Number.parseInt(from, 16), end: Number.parseInt(to, 16) }
      // Shared memory holds bytes of others, even where this process has touched no page.
      if (sharing === 's') add(region.start, region.end)
      else
        for (const page of await touchedPages(pagemap, region, pageBytes))
          add(page, page + pageBytes)
    }
  } finally {
    await pagemap.close()
  }
  return regions
}

const pagemapEntryBytes = 8
/**
 * Bits 63 and 62 of an entry (Linux, Documentation/admin-guide/mm/pagemap.rst) in its last byte:
 * the page is present, or swapped out.
 */
const presentOrSwapped = 0xc0

/**
 * The addresses of the touched pages. A private page that was never touched holds zeros, or the
 * bytes of its file; there are gigabytes of such pages.
 */
async function touchedPages(
  pagemap: FileHandle,
  { start, end }: Region,
  pageBytes: number,
): Promise<number[]> {
  const entries = Buffer.alloc(((end - start) / pageBytes) * pagemapEntryBytes)
  const { bytesRead } = await pagemap.read(
    entries,
    0,
    entries.length,
    (start / pageBytes) * pagemapEntryBytes,
  )
  if (bytesRead !== entries.length)
    throw new Error('The page map of the process could not be read.')
  const pages: number[] = []
  for (
    let page = start, at = pagemapEntryBytes - 1;
    page < end;
    page += pageBytes, at += pagemapEntryBytes
  ) {
    if (((entries[at] ?? 0) & presentOrSwapped) !== 0) pages.push(page)
  }
  return pages
}

async function stopProcess(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP')
  const deadline = performance.now() + 5_000
  while (!(await isStopped(pid))) {
    if (performance.now() > deadline) throw new Error(`Process ${pid} did not stop.`)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Whether every thread has stopped: a thread that runs on still moves memory. */
async function isStopped(pid: number): Promise<boolean> {
  const threads = await readdir(`/proc/${pid}/task`)
  const states = threads.map(async (thread) => {
    const stat = await readFile(`/proc/${pid}/task/${thread}/stat`, 'utf8').catch(() => '')
    // The command stands in parentheses before the state, and may hold anything.
    return stat.slice(stat.lastIndexOf(')') + 2)[0] ?? 'X'
  })
  return (await Promise.all(states)).every((state) => 'TtXZ'.includes(state))
}

function continueProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGCONT')
  } catch {
    // It ended meanwhile.
  }
}
