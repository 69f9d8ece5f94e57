/**
 * Run by a test in a process of its own, which is killed at a write to the database. Arguments: the
 * database, its journal mode, the id of the user. Standard output names the temporary password
 * before the password is written, the events, and the outcome.
 */

import { writeSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { anyVersion, forceReset } from '@force-reset/core'
import { withFound } from '@force-reset/core/testing'
import { sqliteFileConfig } from './sqlite-file.fixture.ts'

const [, , file = '', journalMode = 'delete', userId = ''] = process.argv
const database = new DatabaseSync(file)
database.exec(`PRAGMA journal_mode = ${journalMode}`)
const tell = (name: string, text = '') => void writeSync(1, `${name} ${text}\n`)
const config = sqliteFileConfig(database)
const store = withFound(config.store, (found) => ({
  ...found,
  prepare: async (order) => {
    await order.password.use((bytes) => tell('issued', new TextDecoder().decode(bytes)))
    return await found.prepare(order)
  },
}))
const result = await forceReset(
  { ...config, store, audit: ({ type }) => tell(type) },
  { operator: { id: 'operator' }, userId, version: anyVersion },
)
tell('said', result.ok ? 'applied' : result.code)
// Closing writes too: it moves the log of write-ahead logging into the database.
database.close()
