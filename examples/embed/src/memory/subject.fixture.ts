import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { sqliteDialect } from '@force-reset/adapter-sql/node-sqlite'
import type { OpenLdapServer, SambaAdServer } from '@force-reset/testing'
import { testAuthorities } from '@force-reset/testing'
import { Kysely, sql } from 'kysely'
import { createSampleDatabase } from '../../../console/src/demo/sample-database.ts'
import type { ProbedChild } from './child.fixture.ts'
import { startChild } from './child.fixture.ts'
import type { Target } from './clients.fixture.ts'
import { send } from './clients.fixture.ts'
import type { MemoryServerStart } from './server.fixture.ts'

/** A process that resets passwords, and the ways in. */
export interface MemorySubject extends ProbedChild {
  readonly targets: readonly Target[]
  /** An account that nobody has reset. */
  nextAccount(): Promise<Account>
}

/** An account, and its name in careless code. */
interface Account {
  readonly username: string
  readonly key: string
}

const operator = { username: 'operator', password: 'only for the tests of the memory' }

/** The real console on a database or a directory. A careless console remembers its responses. */
export async function startConsole(
  way: 'careful' | 'careless',
  directory?: OpenLdapServer | SambaAdServer,
): Promise<MemorySubject> {
  const { certificateFile, keyFile, ca } = await certificate()
  const folder = mkdtempSync(join(tmpdir(), 'force-reset-memory-'))
  const child = startChild(
    fileURLToPath(new URL('../../../console/src/main.ts', import.meta.url)),
    [],
    {
      ...{ TLS_CERT: certificateFile, TLS_KEY: keyFile, PORT: '0', NODE_ENV: 'production' },
      ...{
        OPERATOR_USERNAME: operator.username,
        OPERATOR_PASSWORD: operator.password,
        KEEP_PASSWORDS: String(way === 'careless'),
      },
      ...(directory === undefined
        ? await databaseSettings(folder)
        : directorySettings(directory, folder)),
    },
  )
  // A directory holds no lists long enough to fill the buffers of a connection.
  const filler = {
    path: '/console/api/users?status=deleted',
    times: directory === undefined ? 12 : 0,
  }
  const target: Target = {
    name: 'the console',
    port: await child.nextPort(),
    ca,
    base: '/console/api',
    filler,
  }
  const signedIn = await send(target, {
    ...{
      method: 'POST',
      path: '/console/sign-in',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    },
    body: new URLSearchParams(operator).toString(),
  })
  const cookie = /^set-cookie: ([^;]*)/im.exec(signedIn)?.[1]
  const samples = [
    'jonas.lindqvist',
    'priya.raman',
    'grace.mbeki',
    'lucia.ferrante',
    'oskar.berg',
  ].values()
  return {
    ...child,
    targets: [{ ...target, cookie }],
    nextAccount: async () => {
      const username = (await directory?.createUser())?.username ?? samples.next().value ?? ''
      return { username, key: username }
    },
    async [Symbol.asyncDispose]() {
      await child[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true })
    },
  }
}

/** The handler on a store, a directory or a database, under node:http and under Express. */
export async function startServer(
  directory?: OpenLdapServer | SambaAdServer,
): Promise<MemorySubject> {
  const { certificateFile, keyFile, ca } = await certificate()
  const start: MemoryServerStart = {
    certificateFile,
    keyFile,
    store: directory === undefined ? 'sql' : directoryStart(directory),
  }
  const child = startChild(
    fileURLToPath(new URL('./server.fixture.ts', import.meta.url)),
    [JSON.stringify(start)],
    {
      NODE_ENV: 'production',
    },
  )
  const common = { ca, base: '/api', filler: { path: '/filler', times: 1 } }
  const targets = [
    { name: 'node:http', port: await child.nextPort(), ...common },
    { name: 'Express', port: await child.nextPort(), ...common },
  ]
  let made = 0
  return {
    ...child,
    targets,
    nextAccount: async () => {
      const user = await directory?.createUser()
      if (user) return { username: user.username, key: user.dn }
      made += 1
      return { username: `user-${made}`, key: `user-${made}` }
    },
  }
}

async function databaseSettings(folder: string): Promise<Readonly<Record<string, string>>> {
  const file = join(folder, 'users.db')
  const db = new Kysely<unknown>({ dialect: sqliteDialect(new DatabaseSync(file)) })
  try {
    await createSampleDatabase(db)
    // A list of these is long enough to fill the buffers of a connection.
    const longName = 'x'.repeat(1_000_000)
    await sql`UPDATE users SET display_name = ${longName} WHERE status = 'deleted'`.execute(db)
  } finally {
    await db.destroy()
  }
  return { DATABASE_URL: file }
}

function directorySettings(
  server: OpenLdapServer | SambaAdServer,
  folder: string,
): Readonly<Record<string, string>> {
  const common = {
    ...{
      LDAP_URL: server.url,
      LDAP_BASE_DN: server.peopleDn,
      LDAP_CA: server.caFile,
      AUDIT_DATABASE: join(folder, 'audit.db'),
    },
    ...{
      LDAP_BIND_DN: server.operator.dn,
      LDAP_BIND_PASSWORD: server.operator.password,
      LDAP_PRIVILEGED_GROUPS: server.privilegedGroupDn,
    },
  }
  return server.product === 'openldap'
    ? { ...common, LDAP_DIALECT: 'openldap', LDAP_DEFAULT_POLICY: server.policyDn }
    : { ...common, LDAP_DIALECT: 'active-directory' }
}

async function certificate(): Promise<{
  readonly certificateFile: string
  readonly keyFile: string
  readonly ca: string
}> {
  const authorities = await testAuthorities()
  return { ...(await authorities.issue(['localhost', '127.0.0.1'])), ca: authorities.ca }
}

function directoryStart(server: OpenLdapServer | SambaAdServer): MemoryServerStart['store'] {
  const {
    url,
    peopleDn: baseDn,
    privilegedGroupDn: privilegedGroup,
    ca,
    operator: account,
  } = server
  const defaultPolicy = server.product === 'openldap' ? server.policyDn : null
  return { defaultPolicy, url, baseDn, privilegedGroup, ca, operator: account }
}
