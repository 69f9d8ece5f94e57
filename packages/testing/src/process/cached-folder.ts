import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { lstat, mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mustRun } from './run-tool.ts'

/**
 * A folder that is slow to make. It is made once for all runs of this user on this machine, under
 * the system's temporary folder.
 *
 * Two processes that want the folder at once make it once. A process that dies on the way leaves
 * no half of it under `key`.
 *
 * @param key - Stands for the contents: the same key means the same files.
 * @param make - Fills an empty folder. The folder is moved afterwards, so no file in it may depend
 *   on its path.
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

/** Copies a folder. The holes of sparse files stay holes. */
export async function copyFolder(from: string, to: string): Promise<void> {
  await mustRun('cp', ['-a', '--sparse=always', '--reflink=auto', '--', `${from}/.`, to])
}

/** Others on the machine can guess the name, so a folder or a link of somebody else is refused. */
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
 * A child process holds the lock, and ends with its standard input. So the kernel releases the lock
 * even when this process is killed.
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
