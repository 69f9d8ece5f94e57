import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { sqliteDialect } from '@force-reset/adapter-sql/node-sqlite'
import { Kysely } from 'kysely'
import { expect, it } from 'vitest'
import { createSampleDatabase } from './demo/sample-database.ts'

it('says at its start by which settings a password could leave its memory', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'console-main-'))
  const database = join(folder, 'users.db')
  const db = new Kysely<unknown>({ dialect: sqliteDialect(new DatabaseSync(database)) })
  await createSampleDatabase(db)
  await db.destroy()
  const child = spawn(
    process.execPath,
    ['--conditions=@force-reset/source', fileURLToPath(new URL('./main.ts', import.meta.url))],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...{
          DATABASE_URL: database,
          OPERATOR_USERNAME: 'operator',
          OPERATOR_PASSWORD: 'only for the test of the start',
          PORT: '0',
        },
        ...{ NODE_DEBUG: 'none-of-these', DEBUG: 'none-of-these' },
      },
    },
  )
  try {
    const said = text(child.stderr)
    await once(child.stdout, 'data')
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await ended
    expect(await said).toContain('NODE_DEBUG makes Node print')
    expect(await said).toContain('DEBUG makes libraries print')
    // Nothing in the console depends on it.
    expect(await said).not.toContain('NODE_ENV')
  } finally {
    rmSync(folder, { recursive: true })
  }
})
