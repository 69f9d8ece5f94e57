import { randomBytes, scrypt, scryptSync } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import type { ForceResetConfig, ForceResetResult, Operator, UserStore } from '@force-reset/core'
import { forceReset, signInGate } from '@force-reset/core'
import type { ConformanceSubject, OptionalProbe } from '@force-reset/core/testing'
import { userStoreConformance } from '@force-reset/core/testing'
import { describe, expect, it } from 'vitest'
import { complaintsAbout, programOf, root } from './compile.fixture.ts'
import { openGuide } from './guide/guide.fixture.ts'

const guide = await openGuide('store-of-your-own.md')
const code = guide.blocks('ts').join('\n')
const [table = ''] = guide.blocks('sql')
const { peopleStore } = await shown()

/** The code of the page, as a module. */
async function shown(): Promise<{ readonly peopleStore: (options: object) => UserStore }> {
  const folder = await mkdtemp(join(root, 'examples/embed/own-store-'))
  try {
    const file = join(folder, 'people-store.ts')
    await writeFile(file, code)
    return await import(pathToFileURL(file).href)
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** The least work that scrypt can do: the suite hashes often, and cracks nothing. */
const cheap = { N: 2, r: 1, p: 1 }

function hash(password: Uint8Array): Promise<string> {
  const salt = randomBytes(8).toString('hex')
  return new Promise((resolve, reject) =>
    scrypt(password, salt, 16, cheap, (error, key) =>
      error ? reject(error) : resolve(`${salt}:${key.toString('hex')}`),
    ),
  )
}

/** The people of a new database, with the means to look behind the store. */
function people(
  options: {
    readonly hash?: (password: Uint8Array) => Promise<string>
    readonly path?: string
  } = {},
): ConformanceSubject & { readonly database: DatabaseSync } {
  const { path = ':memory:' } = options
  const database = new DatabaseSync(path)
  database.exec(table)
  const another = () => peopleStore({ database, hash: options.hash ?? hash })
  const rowOf = (column: 'id' | 'login', value: string) =>
    database.prepare(`SELECT * FROM people WHERE ${column} = ?`).get(value)
  let count = 0
  return {
    database,
    store: another(),
    another,
    add: async ({ status, privileged = false, displayName = null }) => {
      count += 1
      const made = { id: `id-${count}`, username: `login-${count}`, password: 'the first password' }
      database
        .prepare(
          `INSERT INTO people (id, login, full_name, state, admin, password)
           VALUES (?, ?, ?, ?, ?, ?)`,
        )
        .run(
          made.id,
          made.username,
          displayName,
          status,
          Number(privileged),
          await hash(Buffer.from(made.password)),
        )
      return made
    },
    signIn: async (username, password) => {
      const { state, password: kept, must_change, expires_at } = rowOf('login', username) ?? {}
      const [salt = '', wanted] = String(kept).split(':')
      const isRight = scryptSync(password, salt, 16, cheap).toString('hex') === wanted
      if (!isRight || (state !== 'active' && state !== 'pending')) return 'refused'
      const expiresAt = expires_at === null ? null : new Date(Number(expires_at))
      const gate = signInGate({ mustChange: must_change !== 0, expiresAt })
      return gate === 'expired' ? 'refused' : gate
    },
    changePassword: async ({ id }, { to }) => {
      database
        .prepare(
          `UPDATE people SET password = ?, generation = generation + 1, must_change = 0,
             expires_at = NULL, reset_id = NULL WHERE id = ?`,
        )
        .run(await hash(Buffer.from(to)), id)
    },
    setStatus: async (id, status) => {
      database.prepare('UPDATE people SET state = ? WHERE id = ?').run(status, id)
    },
    dump: async (id) => JSON.stringify(rowOf('id', id)),
    setDisplayName: async (id, displayName) => {
      database.prepare('UPDATE people SET full_name = ? WHERE id = ?').run(displayName, id)
    },
    makePrivileged: async (id) => {
      database.prepare('UPDATE people SET admin = 1 WHERE id = ?').run(id)
    },
    loseNext: async (message) => {
      let writes = 0
      const how = message === 'request' ? 'BEFORE UPDATE ABORT' : 'AFTER UPDATE FAIL'
      breakWrites(database, how, () => ++writes === 1)
    },
    close: async () => database.close(),
  }
}

/** Adds an account and resets its password. */
async function resetFirst(
  subject: ReturnType<typeof people>,
  change: Partial<ForceResetConfig<Operator>> = {},
): Promise<ForceResetResult & { readonly events: readonly string[] }> {
  const { store } = subject
  const account = await subject.add({ status: 'active' })
  const version = (await store.find(account?.id ?? ''))?.user.version ?? ''
  const events: string[] = []
  const audit = ({ type }: { readonly type: string }) => void events.push(type)
  const config = { store, authorize: () => true, audit, ...change }
  const request = { operator: { id: 'kim' }, userId: account?.id ?? '', version }
  return { ...(await forceReset(config, request)), events }
}

/** From now on writes fail on their way: `ABORT` undoes the write, `FAIL` leaves it in place. */
function breakWrites(
  database: DatabaseSync,
  how: 'AFTER UPDATE FAIL' | 'BEFORE UPDATE ABORT',
  isBroken: () => boolean = () => true,
): void {
  const [moment, , raise] = how.split(' ')
  database.function('is_broken', () => Number(isBroken()))
  database.exec(
    `CREATE TRIGGER cut ${moment} UPDATE ON people WHEN is_broken()
     BEGIN SELECT RAISE(${raise}, 'the line was cut'); END`,
  )
}

/** The table counts no failed sign-ins, and keeps no sessions. */
const without: readonly OptionalProbe[] = ['lock', 'startSession']

userStoreConformance({ describe, it }, 'the store of the page', async () => people(), { without })

describe('the page about a store of your own', () => {
  it('shows code that compiles', () => {
    const path = join(root, 'examples/embed/src/people-store.ts')
    const broken = join(root, 'examples/embed/src/people-store-broken.ts')
    const planted = code.replace("now: 'before'", "now: 'planted'")
    const program = programOf([], { [path]: code, [broken]: planted })
    expect(complaintsAbout(program, path)).toEqual([])
    expect(complaintsAbout(program, broken)).not.toEqual([])
  })
  it('names each member of the subject that the suite needs, and no other', () => {
    const { database: _, ...subject } = people()
    const namedIn = (head: string) => {
      const rows = guide.text.split(`| ${head} |`)[1]?.split('\n\n')[0] ?? ''
      return [...rows.matchAll(/^\| `(\w+)/gm)].map(([, name]) => name)
    }
    const members = [...namedIn('member of the subject'), ...namedIn('optional probe')]
    expect(members.toSorted()).toEqual([...Object.keys(subject), ...without].toSorted())
  })
})

describe('the store of the page', () => {
  it('settles a write whose response was lost, and finds that the write happened', async () => {
    const subject = people()
    breakWrites(subject.database, 'AFTER UPDATE FAIL')
    const result = await resetFirst(subject)
    expect(result).toMatchObject({ ok: true, events: ['reset.attempted', 'reset.applied'] })
    expect(await subject.signIn('login-1', 'the first password')).toBe('refused')
  })
  it('settles a write that never arrived by writing again', async () => {
    const subject = people()
    let writes = 0
    breakWrites(subject.database, 'BEFORE UPDATE ABORT', () => ++writes === 1)
    expect(await resetFirst(subject)).toMatchObject({ ok: true })
    expect(writes).toBe(2)
  })
  it('does not claim an outcome while the database does not say one', async () => {
    const subject = people()
    breakWrites(subject.database, 'BEFORE UPDATE ABORT')
    const result = await resetFirst(subject)
    expect(result).toMatchObject({ code: 'outcome_unknown', detail: { key: 'no_response' } })
    expect(result.events).toEqual(['reset.attempted', 'reset.unknown'])
  })
  it('refuses while another connection holds the database', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'people-'))
    const path = join(folder, 'people.db')
    const subject = people({ path })
    const other = new DatabaseSync(path)
    const holds = () => other.exec('BEGIN IMMEDIATE')
    const result = await resetFirst(subject, { audit: holds })
    expect(result).toMatchObject({ code: 'busy', detail: { key: 'locked' } })
    other.close()
    await subject.close?.()
    await rm(folder, { recursive: true })
  })
  it('refuses before the attempt when the hasher fails', async () => {
    const subject = people({ hash: () => Promise.reject(new Error('no memory')) })
    const result = await resetFirst(subject)
    expect(result).toMatchObject({ code: 'store_unavailable', events: ['reset.refused'] })
    expect(await subject.signIn('login-1', 'the first password')).toBe('open')
  })
  it('refuses a person who signs in elsewhere', async () => {
    const subject = people()
    const result = await resetFirst(subject, {
      eligible: () => {
        // Between the look and the check: the write would refuse as well.
        subject.database.exec('UPDATE people SET elsewhere = 1')
        return true
      },
    })
    expect(result).toMatchObject({ code: 'conflict' })
    const [seen] = (await subject.store.list({})).users
    const found = await subject.store.find(seen?.id ?? '')
    expect(await found?.check({ mustChange: true })).toMatchObject({
      code: 'not_eligible',
      detail: { key: 'signs_in_elsewhere' },
    })
  })
  it('says that it cannot read, and that a cursor is not its own', async () => {
    const { store, database } = people()
    await expect(store.list({ cursor: 'planted' })).rejects.toMatchObject({
      code: 'invalid_request',
    })
    database.close()
    const error = { code: 'store_unavailable', detail: { key: 'unreadable' } }
    await expect(store.find('id-1')).rejects.toMatchObject(error)
    await expect(store.list({})).rejects.toMatchObject(error)
  })
  it('refuses an option of the wrong type by its name', () => {
    const database = new DatabaseSync(':memory:')
    expect(() => peopleStore({ database, hash: 'planted' })).toThrow('hash must be')
  })
})
