import { type OpenLdapServer, startOpenLdap } from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { BerReader, MessageParser, PresenceFilter } from 'ldapts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { damaged, inReads } from '../fixtures/damage.ts'
import { fakeSocket, messageOf, resultOf } from '../fixtures/fake-socket.ts'
import { type SeededRandom, seededRandom, timesOf } from '../fixtures/seeded-random.ts'
import { bindAs } from './bind-as.ts'
import { AssertionControl, PolicyStateControl, PostReadControl } from './controls.ts'
import { dial } from './dial.ts'
import { endpointOf } from './endpoint.ts'
import { type LdapConnection, type LdapResult, ldapConnection } from './ldap-connection.ts'
import { messageStream } from './message-stream.ts'
import { passwordModifyOid, passwordModifyValue } from './password-modify.ts'
import { resultCodes } from './result-codes.ts'
import { secretValue } from './secret-value.ts'
import { TransportError } from './transport-error.ts'

const damagedAnswers = timesOf('FORCE_RESET_DAMAGED_ANSWERS', 2_000)
const seed = 4711

type Operation = (connection: LdapConnection) => Promise<LdapResult>

/** An operation, and the answer that a real slapd gave. */
interface Recording {
  readonly name: string
  readonly operation: Operation
  readonly messages: readonly Buffer[]
  readonly code: number
  /** Whether the answer tells the state after a write that happened. */
  readonly tellsState: boolean
}

const password = (text: string) => secretValue(new TextEncoder().encode(text))
const everything = new PresenceFilter({ attribute: 'objectClass' })

/** One operation for each answer, of those that a reset and a list send. */
async function operationsOn(server: OpenLdapServer): Promise<Readonly<Record<string, Operation>>> {
  const { dn } = await server.createUser()
  const other = await server.createUser()
  const search =
    (base: string, scope: 'base' | 'sub', sizeLimit?: number): Operation =>
    (connection) =>
      connection.search({
        ...{ base, scope, sizeLimit, filter: everything },
        attributes: ['*', 'entryUUID', 'entryCSN', 'pwdChangedTime'],
      })
  const modify =
    (newPassword: string, assertion = everything): Operation =>
    (connection) =>
      connection.modify({
        dn,
        changes: [
          {
            operation: 'replace',
            attribute: 'userPassword',
            values: [password(newPassword).value],
          },
          { operation: 'replace', attribute: 'pwdReset', values: ['TRUE'] },
        ],
        controls: [
          new AssertionControl(assertion),
          new PostReadControl(['pwdReset', 'pwdChangedTime', 'entryCSN']),
          new PolicyStateControl(),
        ],
      })
  const bind =
    (credentials: { readonly dn: string; readonly password: string }): Operation =>
    (connection) =>
      bindAs(connection, credentials)
  const extended =
    (oid: string, newPassword: string): Operation =>
    (connection) =>
      connection.extended({
        oid,
        value: passwordModifyValue(other.dn, password(newPassword)),
        controls: [new PolicyStateControl()],
      })
  return {
    'a list': search(server.peopleDn, 'sub', 20),
    'a search past its limit': search(server.peopleDn, 'sub', 2),
    'an account': search(dn, 'base'),
    'no such account': search(`uid=nobody,${server.peopleDn}`, 'base'),
    'the root': search('', 'base'),
    'a bind': bind(server.operator),
    'a wrong password': bind({ ...server.operator, password: 'wrong' }),
    'a reset': modify('Another-password-1-2-3'),
    'a bind that has to change': bind({ dn, password: 'Another-password-1-2-3' }),
    'a password that is too short': modify('x'),
    'a condition that fails': modify(
      'Another-password-4-5-6',
      new PresenceFilter({ attribute: 'roomNumber' }),
    ),
    'the password operation': extended(passwordModifyOid, 'A-new-password-4-5-6'),
    'an unknown operation': extended('1.2.3.4', ''),
  }
}

/** The second operation of a connection, behind a bind, as it is repeated later. */
async function recorded(
  server: OpenLdapServer,
  name: string,
  operation: Operation,
): Promise<Recording> {
  const socket = await dial(endpointOf(server.url), {
    tls: { ca: server.ca },
    connectTimeoutMs: 30_000,
  })
  const stream = messageStream(1_000_000)
  const messages: Buffer[] = []
  socket.on('data', (chunk) => messages.push(...stream.messages(chunk)))
  const connection = ldapConnection(socket, { endpoint: server.url, operationTimeoutMs: 30_000 })
  await bindAs(connection, server.operator)
  messages.length = 0
  const { code } = await operation(connection)
  connection.close()
  const tellsState = name === 'a reset'
  return { name, operation, messages, code, tellsState }
}

type Outcome = { readonly code: number } | { readonly problem: string }

/** Says the bytes to a connection that waits for the answer, and hangs up. */
async function outcomeOf(
  { operation }: Recording,
  bytes: Buffer,
  random: SeededRandom,
): Promise<Outcome> {
  const { socket, receive } = fakeSocket()
  const connection = ldapConnection(socket, { endpoint: '', operationTimeoutMs: 600_000 })
  const bound = bindAs(connection, { dn: 'cn=helpdesk', password: 'secret' })
  receive(messageOf(1, resultOf(0x61, 0)))
  await bound
  const answered = operation(connection).then(
    ({ code }) => ({ code }),
    (error: unknown) => ({ problem: error instanceof TransportError ? error.problem : `${error}` }),
  )
  for (const part of inReads(bytes, random)) receive(part)
  socket.destroy()
  return Promise.race([answered, turns(50).then(() => ({ problem: 'hangs' }))])
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise(setImmediate)
}

/** Whether an enumerated of this value stands anywhere in the bytes: what a parser may read. */
function saysCode(bytes: Buffer, code: number): boolean {
  for (let start = bytes.indexOf(0x0a); start >= 0; start = bytes.indexOf(0x0a, start + 1)) {
    for (let size = 1; size <= 4 && start + 2 + size <= bytes.length; size += 1)
      if (bytes[start + 1] === size && bytes.readIntBE(start + 2, size) === code) return true
  }
  return false
}

const { sizeLimitExceeded } = resultCodes

/** What is wrong with an outcome, if anything is. */
function faultOf(recording: Recording, bytes: Buffer, outcome: Outcome): string | undefined {
  if ('problem' in outcome)
    return ['closed', 'protocol', 'oversized'].includes(outcome.problem)
      ? undefined
      : outcome.problem
  // The connection says so itself of a search with more entries than were asked for.
  if (outcome.code === sizeLimitExceeded && recording.name === 'a list') return undefined
  if (!saysCode(bytes, outcome.code)) return outcome.code === 0 ? 'wrong success' : 'wrong refusal'
  // The state after the write is still in the answer, so the write has happened.
  const refused = outcome.code !== 0 && recording.tellsState
  return refused && bytes.includes('pwdChangedTime') ? 'refusal of a change' : undefined
}

interface Tally {
  readonly faults: readonly string[]
  readonly outcomes: Readonly<Record<string, number>>
}

async function campaign(
  recordings: readonly Recording[],
  outcome: (recording: Recording, bytes: Buffer, random: SeededRandom) => Promise<Outcome>,
): Promise<Tally> {
  const random = seededRandom(seed)
  const faults: string[] = []
  const outcomes: Record<string, number> = {}
  for (let round = 0; round < damagedAnswers; round += 1) {
    const recording = recordings[round % recordings.length]
    if (recording === undefined) break
    const { way, bytes } = damaged(recording.messages, random)
    const got = await outcome(recording, bytes, random)
    const fault = faultOf(recording, bytes, got)
    if (fault !== undefined)
      faults.push(`${fault}: round ${round}, ${recording.name}, ${way}: ${bytes.toString('hex')}`)
    const kind = 'problem' in got ? got.problem : got.code === recording.code ? 'same' : 'another'
    outcomes[kind] = (outcomes[kind] ?? 0) + 1
  }
  return { faults, outcomes }
}

/** Steps that no answer of these needs. */
const endless = 20_000

/** What a client on ldapts' own parser makes of the bytes; a loop is ended after many steps. */
async function outcomeOfLdapts(_: Recording, bytes: Buffer): Promise<Outcome> {
  const { peek } = BerReader.prototype
  let steps = 0
  BerReader.prototype.peek = function () {
    steps += 1
    if (steps > endless) throw new RangeError('endless')
    return peek.call(this)
  }
  let outcome: Outcome = { problem: 'closed' }
  const parser = new MessageParser()
  parser.on('message', (message) => {
    if ('errorMessage' in message && !('attributes' in message)) outcome = { code: message.status }
  })
  parser.on('error', ({ message }) => {
    outcome = { problem: message === 'endless' ? 'hangs' : 'protocol' }
  })
  try {
    parser.read(bytes, new Map())
  } finally {
    BerReader.prototype.peek = peek
  }
  return outcome
}

describeWithServer('slapd', `${damagedAnswers} damaged answers of slapd`, () => {
  let server: OpenLdapServer
  const recordings: Recording[] = []
  beforeAll(async () => {
    server = await startOpenLdap()
    for (const [name, operation] of Object.entries(await operationsOn(server)))
      recordings.push(await recorded(server, name, operation))
  })
  afterAll(() => server.stop())

  it('were whole before, and of many kinds', () => {
    expect(Object.fromEntries(recordings.map(({ name, code }) => [name, code]))).toEqual({
      'a list': 0,
      'a search past its limit': 4,
      'an account': 0,
      'no such account': 32,
      'the root': 0,
      'a bind': 0,
      'a wrong password': 49,
      'a bind that has to change': 0,
      'a reset': 0,
      'a password that is too short': 19,
      'a condition that fails': 122,
      'the password operation': 0,
      'an unknown operation': 2,
    })
  })

  it('leave no operation without an end, no wrong success and no wrong refusal', async () => {
    const { rss } = process.memoryUsage()
    const { faults, outcomes } = await campaign(recordings, outcomeOf)
    expect(faults).toEqual([])
    expect(process.memoryUsage().rss - rss).toBeLessThan(1_000_000_000)
    for (const kind of ['same', 'protocol', 'closed'])
      expect(outcomes[kind]).toBeGreaterThan(damagedAnswers / 100)
  })

  it('show loops and wrong successes in the parsers of ldapts, so they can show them', async () => {
    const { faults } = await campaign(recordings, outcomeOfLdapts)
    expect(faults.filter((fault) => fault.startsWith('hangs')).length).toBeGreaterThan(0)
    expect(faults.filter((fault) => fault.startsWith('wrong success')).length).toBeGreaterThan(0)
  })
})
