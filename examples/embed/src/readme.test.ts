import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../..', import.meta.url))

/** The code that the reader of the README has already. */
const surroundings = `
import { DatabaseSync } from 'node:sqlite'
import { sqliteDialect } from '@force-reset/adapter-sql/node-sqlite'
import type { AuditEvent } from '@force-reset/core'
import { Kysely } from 'kysely'

interface Users {
  id: number; email: string; state: string; role: string
  password_hash: string | null; must_change_password: number; password_expires_at: string | null
}
const database = new DatabaseSync(':memory:')
database.exec(\`CREATE TABLE users (
  id INTEGER PRIMARY KEY, email TEXT, state TEXT, role TEXT,
  password_hash TEXT, must_change_password INTEGER, password_expires_at TEXT
)\`)
database.exec(\`INSERT INTO users (id, email, state, role)
  VALUES (42, 'kim@example.com', 'enabled', 'member')\`)
const db = new Kysely<{ users: Users }>({ dialect: sqliteDialect(database) })
const me = { id: 'help-desk', roles: ['helpdesk'] }
const auditTrail = { append: async (_: AuditEvent): Promise<void> => undefined }
const showOnce = (password: string): void => void process.stdout.write('shown: ' + password)
const explain = (code: string): void => void process.stdout.write('refused: ' + code)
`

it('compiles and runs the ten lines of the README', async () => {
  const readme = await readFile(join(root, 'README.md'), 'utf8')
  const block = /## Ten lines\n\n```ts\n(.*?)```/s.exec(readme)?.[1] ?? ''
  expect(block).toContain('forceReset(')
  // The operator has looked at the account before, and so has its version.
  const program =
    surroundings +
    block.replace(
      'const result',
      [
        "const found = await store.find('42')",
        "if (!found) throw new Error('not found')",
        'const seen = found.user',
        'const result',
      ].join('\n'),
    )
  const folder = await mkdtemp(join(root, 'examples/embed/readme-'))
  try {
    await writeFile(join(folder, 'ten-lines.ts'), program)
    await writeFile(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: '../../../tsconfig.json', include: ['ten-lines.ts'] }),
    )
    await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder])
    const { stdout } = await run(process.execPath, [
      '--conditions=@force-reset/source',
      join(folder, 'ten-lines.ts'),
    ])
    expect(stdout).toMatch(/^shown: [a-x2-9]{4}(\.[a-x2-9]{4}){3}$/)
  } finally {
    await rm(folder, { recursive: true })
  }
})
