import { readFileSync } from 'node:fs'
import { open, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryFolder, unmountWithUs } from './caretaker.ts'
import { mustRun } from './run-tool.ts'

/** A disk for one test: a file system in memory (tmpfs) that says ENOSPC as any full disk does. */
export interface SmallDisk {
  readonly folder: string
  /** Moves a folder here, and leaves a symbolic link in its place. Nobody may use it meanwhile. */
  take(folder: string): Promise<void>
  /**
   * Writes a file until nothing more fits.
   *
   * @param pagesLeft - So many pages of 4,096 bytes still fit. Default 0.
   */
  fill(pagesLeft?: number): Promise<void>
  /** Removes that file. */
  free(): Promise<void>
  /** Removes the disk with everything on it. Nobody may use the disk any more. */
  remove(): Promise<void>
}

/** A page of tmpfs, in bytes. */
const page = 4_096
/** The number of CAP_SYS_ADMIN (capabilities(7)). */
const administration = 21n

/** Why this process may not mount a file system; `undefined` where it may. */
export function missingForMounts(): string | undefined {
  if (process.platform !== 'linux') return 'mounts are tried on Linux only'
  const [, effective = '0'] =
    /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
  const isAllowed = ((BigInt(`0x${effective}`) >> administration) & 1n) === 1n
  return isAllowed ? undefined : 'mounts need root with CAP_SYS_ADMIN'
}

/**
 * Makes a disk of so many megabytes. The disk is gone when this process ends, however this process
 * ends.
 *
 * @example
 * const disk = await smallDisk(64)
 */
export async function smallDisk(megabytes: number): Promise<SmallDisk> {
  const folder = temporaryFolder('disk')
  const filler = join(folder, 'filler')
  await mustRun('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0700`, 'tmpfs', folder])
  unmountWithUs(folder)
  return {
    folder,
    take: async (from) => {
      // With its owner and mode, and every byte: a hole in a file has no room yet.
      await mustRun('cp', ['-a', '--sparse=never', `${from}/.`, folder])
      await rm(from, { recursive: true })
      await symlink(folder, from)
    },
    fill: async (pagesLeft = 0) => {
      const file = await open(filler, 'w')
      const size = await filledFrom(file)
      await file.truncate(size - pagesLeft * page)
      await file.close()
    },
    free: () => rm(filler),
    remove: async () => {
      await mustRun('umount', [folder])
      await rm(folder, { recursive: true })
    },
  }
}

/** Writes pages until the disk is full. Answers how many bytes have found room. */
async function filledFrom(file: Awaited<ReturnType<typeof open>>): Promise<number> {
  const pages = Buffer.alloc(256 * page)
  for (let size = 0; ; ) {
    try {
      size += (await file.write(pages)).bytesWritten
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return size
      throw error
    }
  }
}

/**
 * A second view of a folder in which nothing may be written, as on a disk that is mounted
 * read-only. It is gone when this process ends, however this process ends.
 *
 * @param writable - A file of the folder that may be written all the same.
 * @example
 * const view = await readOnlyView(folder)
 */
export async function readOnlyView(
  folder: string,
  writable?: string,
): Promise<Pick<SmallDisk, 'folder' | 'remove'>> {
  const view = temporaryFolder('read-only')
  await mustRun('mount', ['--bind', folder, view])
  unmountWithUs(view)
  await mustRun('mount', ['-o', 'remount,bind,ro', view])
  const hole = writable === undefined ? undefined : join(view, writable)
  if (writable !== undefined && hole !== undefined) {
    await mustRun('mount', ['--bind', join(folder, writable), hole])
    unmountWithUs(hole)
  }
  return {
    folder: view,
    remove: async () => {
      if (hole !== undefined) await mustRun('umount', [hole])
      await mustRun('umount', [view])
      await rm(view, { recursive: true })
    },
  }
}
