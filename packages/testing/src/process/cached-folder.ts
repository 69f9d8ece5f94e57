import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { lstat, mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mustRun } from './run-tool.ts'

/**
 * A folder that takes long to make and is made once, for all runs of this user on this machine:
 * what it holds must follow from `key` alone.
 *
 * It lies under the system's temporary folder. Two processes that want it at once make it once; one
 * that dies while making it leaves nothing half made.
 *
 * @param make - Fills the empty folder it is given. The folder is moved afterwards, so nothing in
 *   it may depend on its path.
 */
export async function cachedFolder(
  key: string,
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const cache = await cacheRoot()
  const finished = join(cache, key)
  if (existsSync(finished)) return finished
  const release = await takeLock(`${finished}.lock`)
  try {
    if (existsSync(finished)) return finished
    const unfinished = await mkdtemp(join(cache, 'unfinished-'))
    try {
      await make(unfinished)
      await rename(unfinished, finished)
    } catch (error) {
      await rm(unfinished, { recursive: true, force: true })
      throw error
    }
    return finished
  } finally {
    release()
  }
}

/** A copy that may be changed; holes in sparse databases stay holes. */
export async function copyFolder(from: string, to: string): Promise<void> {
  await mustRun('cp', ['-a', '--sparse=always', '--reflink=auto', '--', `${from}/.`, to])
}

/**
 * The name can be guessed by others on the machine, so a folder or link of somebody else's is
 * refused.
 */
async function cacheRoot(): Promise<string> {
  const uid = process.getuid?.() ?? 0
  const root = join(tmpdir(), `force-reset-cache-${uid}`)
  await mkdir(root, { recursive: true, mode: 0o700 })
  const found = await lstat(root)
  if (!found.isDirectory() || found.uid !== uid || (found.mode & 0o077) !== 0)
    throw new Error(`${root} is not a private folder of ours.`)
  return root
}

/**
 * The lock is held by a child that ends with its standard input, so the kernel gives it back even
 * when this process is killed.
 */
function takeLock(file: string): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const holder = spawn('flock', [file, '-c', 'echo taken; exec cat'], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { PATH: '/usr/bin:/bin' },
    })
    holder.on('error', reject)
    holder.on('exit', (status) => reject(new Error(`flock ended with status ${status}.`)))
    holder.stdout.on('data', () => resolve(() => holder.stdin.end()))
  })
}
