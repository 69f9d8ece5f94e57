import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { DirectoryServer } from '@force-reset/testing'
import { environmentFor, type SampleDirectory } from '../demo/sample-directories.ts'
import { type ConsoleAddress, operator } from './console-site.fixture.ts'
import { forkConsole } from './fork-console.fixture.ts'

/** A console in a process of its own, on a throwaway directory. */
export interface DirectorySite extends ConsoleAddress {
  readonly server: DirectoryServer
  /** Holds the audit trail, its journal, and what the process printed. */
  readonly folder: string
  /** One column of the audit trail, oldest first. */
  audited(column: 'event_type' | 'username' | 'code'): readonly unknown[]
  [Symbol.asyncDispose](): Promise<void>
}

/** Starts a directory and a console on it. */
export async function startDirectorySite(directory: SampleDirectory): Promise<DirectorySite> {
  const server = await directory.start()
  const folder = mkdtempSync(join(tmpdir(), 'console-directory-'))
  const auditPath = join(folder, 'audit.db')
  const { child, origin } = await forkConsole(folder, operator, {
    ...environmentFor(directory, server),
    AUDIT_DATABASE: auditPath,
  })
  const trail = new DatabaseSync(auditPath, { readOnly: true })
  return {
    ...{ origin, operator, server, folder },
    audited: (column) =>
      trail
        .prepare('SELECT * FROM force_reset_audit ORDER BY event_number')
        .all()
        .map((line) => line[column]),
    async [Symbol.asyncDispose]() {
      trail.close()
      const ended = once(child, 'exit')
      child.send('close')
      await ended
      rmSync(folder, { recursive: true })
      await server.stop()
    },
  }
}
