import { readFile } from 'node:fs/promises'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type OpenLdapServer, startOpenLdap } from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { PresenceFilter } from 'ldapts'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { deadlinesByHand, until } from '../fixtures/deadlines-by-hand.ts'
import { silentServer } from '../fixtures/silent-server.ts'
import {
  BindRefused,
  type ConnectionKeeper,
  connectionKeeper,
  type KeeperOptions,
} from './connection-keeper.ts'
import { endpointOf } from './endpoint.ts'
import { text } from './entry.ts'
import { NoCredentials } from './fetched-credentials.ts'
import type { Search } from './messages.ts'
import { secretValue } from './secret-value.ts'

type Overrides = Partial<Omit<KeeperOptions, 'endpoints'>>

function keeperFor(
  server: Pick<OpenLdapServer, 'ca' | 'operator'>,
  urls: readonly string[],
  overrides: Overrides = {},
): ConnectionKeeper {
  return connectionKeeper({
    endpoints: urls.map(endpointOf),
    bind: async () => server.operator,
    tls: { ca: server.ca },
    // So long that no machine is too busy.
    connectTimeoutMs: 30_000,
    operationTimeoutMs: 30_000,
    idleTimeoutMs: 60_000,
    bindRetryMs: 30_000,
    now: Date.now,
    ...overrides,
  })
}

const everything = new PresenceFilter({ attribute: 'objectClass' })

function entrySearch(base: string): Search {
  return { base, scope: 'base', filter: everything, attributes: ['uid', 'entryUUID'] }
}

async function problemOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'none',
    (error: unknown) => Reflect.get(Object(error), 'problem') ?? error,
  )
}

afterEach(() => void vi.useRealTimers())

describeWithServer('slapd', 'a connection to a directory', () => {
  let server: OpenLdapServer
  beforeAll(async () => {
    server = await startOpenLdap()
  })
  afterAll(() => server.stop())

  it.each(['url', 'startTlsUrl'] as const)('binds and searches over %s', async (kind) => {
    const keeper = keeperFor(server, [server[kind]])
    const connection = await keeper.acquire()
    const { dn, username } = server.user('comma')
    const { code, entries } = await connection.search(entrySearch(dn))
    expect(code).toBe(0)
    expect(entries.map((entry) => text(entry, 'UID'))).toEqual([username])
    expect(connection.endpoint).toBe(server[kind])
    keeper.close()
  })

  it.each([
    ['an authority that nobody trusts', 'untrusted'],
    ['another name', 'wrong_name'],
    ['a time that is over', 'expired'],
  ] as const)(
    'refuses a certificate of %s, with LDAPS and with StartTLS, before it sends a password',
    async (_, certificate) => {
      await using wrong = await startOpenLdap({ certificate, logLevel: 256 })
      for (const url of [wrong.url, wrong.startTlsUrl]) {
        expect(await problemOf(keeperFor(wrong, [url]).acquire())).toBe('certificate')
      }
      expect(await wrong.log()).not.toContain(`BIND dn="${wrong.operator.dn}"`)
    },
  )

  it('takes a certificate of another name where the configuration says which', async () => {
    await using other = await startOpenLdap({ certificate: 'wrong_name' })
    const keeper = keeperFor(other, [other.startTlsUrl], {
      tls: { ca: other.ca, servername: 'elsewhere.example.test' },
    })
    expect((await keeper.acquire()).usable).toBe(true)
    keeper.close()
  })

  it('opens one connection for many who ask at once', async () => {
    await using fresh = await startOpenLdap({ logLevel: 256 })
    const keeper = keeperFor(fresh, [fresh.url])
    const before = await binds(fresh)
    const connections = await Promise.all(Array.from({ length: 50 }, () => keeper.acquire()))
    expect(new Set(connections).size).toBe(1)
    const answers = await Promise.all(
      connections.map((connection) => connection.search(entrySearch(fresh.user('active').dn))),
    )
    expect(answers.every(({ entries }) => entries.length === 1)).toBe(true)
    expect((await binds(fresh)) - before).toBe(1)
    keeper.close()
  })

  it('ends with the server, rejects what is under way, and is bound anew when asked', async () => {
    await using other = await startOpenLdap()
    const keeper = keeperFor(other, [other.url])
    const first = await keeper.acquire()
    await other.restart()
    expect(['closed', 'not_sent']).toContain(
      await problemOf(first.search(entrySearch(other.peopleDn))),
    )
    expect(first.usable).toBe(false)
    expect(await problemOf(first.search(entrySearch(other.peopleDn)))).toBe('not_sent')
    const second = await keeper.acquire()
    expect(second).not.toBe(first)
    expect((await second.search(entrySearch(other.user('active').dn))).entries).toHaveLength(1)
    keeper.close()
  })

  it('does not use a connection that was idle for too long', async () => {
    let now = 0
    const keeper = keeperFor(server, [server.url], { now: () => now })
    const first = await keeper.acquire()
    now = 60_000
    expect(await keeper.acquire()).toBe(first)
    now = 120_001
    expect(await keeper.acquire()).not.toBe(first)
    expect(first.usable).toBe(false)
    keeper.close()
  })

  it('takes the first server that answers', async () => {
    await using silent = await silentServer()
    deadlinesByHand()
    const keeper = keeperFor(server, [
      'ldaps://127.0.0.1:1',
      `ldaps://127.0.0.1:${silent.port}`,
      server.url,
    ])
    const acquiring = keeper.acquire()
    await until(() => silent.received() !== '')
    vi.advanceTimersByTime(30_000)
    expect((await acquiring).endpoint).toBe(server.url)
    keeper.close()
  })

  it.each(['ldap', 'ldaps'])(
    'says unreachable when no server of %s answers in time, and not before',
    async (scheme) => {
      await using silent = await silentServer()
      deadlinesByHand()
      const acquiring = problemOf(
        keeperFor(server, [`${scheme}://127.0.0.1:${silent.port}`], {
          connectTimeoutMs: 300,
        }).acquire(),
      )
      await until(() => silent.received() !== '')
      vi.advanceTimersByTime(299)
      expect(vi.getTimerCount()).toBe(1)
      vi.advanceTimersByTime(1)
      expect(await acquiring).toBe('unreachable')
      expect(vi.getTimerCount()).toBe(0)
    },
  )

  it('asks one server once when the password of the service account is wrong', async () => {
    await using strict = await startOpenLdap({ logLevel: 256 })
    let now = 0
    const wrong = {
      ca: strict.ca,
      operator: { dn: strict.operator.dn, password: 'not the password' },
    }
    const keeper = keeperFor(wrong, [strict.url, strict.startTlsUrl], { now: () => now })
    const before = await binds(strict)
    for (let attempt = 0; attempt < 5; attempt += 1)
      await expect(keeper.acquire()).rejects.toBeInstanceOf(BindRefused)
    expect((await binds(strict)) - before).toBe(1)
    now = 30_001
    await expect(keeper.acquire()).rejects.toMatchObject({ result: { code: 49 } })
    expect((await binds(strict)) - before).toBe(2)
  })

  it('gives a function for the service account up that never answers', async () => {
    const keeper = keeperFor(server, [server.url], {
      bind: () => new Promise(() => undefined),
      connectTimeoutMs: 50,
    })
    await expect(keeper.acquire()).rejects.toBeInstanceOf(NoCredentials)
    keeper.close()
  })

  it('fails a request that cannot be written down, and nothing else', async () => {
    const keeper = keeperFor(server, [server.url])
    const connection = await keeper.acquire()
    const search = entrySearch(server.user('comma').dn)
    const malformed = connection.search({ ...search, attributes: JSON.parse('[null]') })
    const wellFormed = connection.search(search)
    expect(await problemOf(malformed)).toBe('not_sent')
    expect((await wellFormed).entries).toHaveLength(1)
    keeper.close()
  })

  it('says timeout when an operation takes too long, and is not used again', async () => {
    await using other = await startOpenLdap()
    const keeper = keeperFor(other, [other.url])
    const connection = await keeper.acquire()
    process.kill(other.pid, 'SIGSTOP')
    while (!/\) T /.test(await readFile(`/proc/${other.pid}/stat`, 'utf8'))) await nextTurn()
    deadlinesByHand()
    try {
      const searches = Array.from({ length: 20 }, () =>
        problemOf(connection.search(entrySearch(other.peopleDn))),
      )
      vi.advanceTimersByTime(30_000)
      const problems = await Promise.all(searches)
      expect(new Set(problems)).toEqual(new Set(['timeout']))
      expect(connection.usable).toBe(false)
    } finally {
      process.kill(other.pid, 'SIGCONT')
    }
  })

  it('hands a password over as bytes and leaves none behind', async () => {
    const keeper = keeperFor(server, [server.url])
    const connection = await keeper.acquire()
    const { dn } = await server.createUser()
    const secret = secretValue(new TextEncoder().encode('a-canary-of-the-connection'))
    const answer = await connection.modify({
      dn,
      changes: [{ operation: 'replace', attribute: 'userPassword', values: [secret.value] }],
    })
    secret.wipe()
    expect(answer.code).toBe(0)
    expect(secret.value.every((byte) => byte === 0)).toBe(true)
    expect(await server.canSignIn(dn, 'a-canary-of-the-connection')).toBe('ok')
    keeper.close()
  })
})

describe('StartTLS', () => {
  it.each([
    ['refuses', '300c02010178070a0102 04000400'],
    ['is answered with something else', '485454502f312e3120343030'],
    ['is followed by bytes in clear', '300c02010178070a010004000400 300c02010278070a010004000400'],
  ])('sends nothing more when the server %s', async (_, hex) => {
    await using rogue = await silentServer(hex)
    const keeper = keeperFor({ ca: '', operator: { dn: 'cn=x', password: 'canary-canary' } }, [
      `ldap://127.0.0.1:${rogue.port}`,
    ])
    expect(['protocol', 'no_start_tls']).toContain(await problemOf(keeper.acquire()))
    expect(rogue.received()).not.toContain('canary-canary')
  })
})

async function binds({ log, operator }: OpenLdapServer): Promise<number> {
  return (await log()).split(`BIND dn="${operator.dn}" method`).length - 1
}
