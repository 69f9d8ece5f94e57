import { PresenceFilter } from 'ldapts'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { deadlinesByHand } from '../fixtures/deadlines-by-hand.ts'
import {
  ber,
  controlsOf,
  entryOf,
  type FakeSocket,
  fakeSocket,
  messageOf,
  resultOf,
} from '../fixtures/fake-socket.ts'
import { controlOids, PolicyStateControl, PostReadControl } from './controls.ts'
import { type LdapConnection, type LdapResult, ldapConnection } from './ldap-connection.ts'
import type { Search } from './messages.ts'
import { TransportError } from './transport-error.ts'

const searchDone = 0x65
const modifyResult = 0x67
const bindResult = 0x61
const notice = messageOf(0, resultOf(0x78, 52, ber(0x8a, '1.3.6.1.4.1.1466.20036')))
const person = entryOf('uid=kim', { uid: ['kim'] })

const search: Search = {
  base: 'dc=example',
  scope: 'sub',
  filter: new PresenceFilter({ attribute: 'objectClass' }),
  attributes: ['uid'],
  sizeLimit: 2,
}
const modify = {
  dn: 'uid=kim',
  changes: [{ operation: 'replace', attribute: 'pwdReset', values: ['TRUE'] }],
} as const
const bind = { dn: 'cn=helpdesk', password: Buffer.from('secret') }

interface Talk extends FakeSocket {
  readonly connection: LdapConnection
}

function talk(): Talk {
  const fake = fakeSocket()
  return {
    ...fake,
    connection: ldapConnection(fake.socket, {
      endpoint: 'ldaps://directory.example.test:636',
      operationTimeoutMs: 30_000,
    }),
  }
}

/** What came of an operation: its code, or the problem and the safe cause. */
async function outcomeOf(operation: Promise<LdapResult>): Promise<unknown> {
  return operation.then(
    ({ code }) => code,
    (error: unknown) =>
      error instanceof TransportError ? `${error.problem} ${error.safeCause?.code}` : error,
  )
}

const hex = (text: string): Buffer => Buffer.from(text, 'hex')

afterEach(() => void vi.useRealTimers())

describe('ldapConnection', () => {
  it.each([
    ['a search', 'search', '3012020102640d0400300930070403756964317f'],
    ['a bind', 'bind', '300e02010161070a010004000400a07f'],
  ] as const)('survives an answer to %s whose lengths lie', async (_, kind, answer) => {
    const { connection, receive } = talk()
    const first = outcomeOf(kind === 'bind' ? connection.bind(bind) : connection.search(search))
    const second = outcomeOf(connection.search(search))
    receive(hex(answer))
    expect([await first, await second]).toEqual([
      'protocol ERR_LDAP_LENGTH',
      'protocol ERR_LDAP_LENGTH',
    ])
    expect(connection.usable).toBe(false)
    expect(await outcomeOf(connection.search(search))).toMatch('not_sent')
  })

  it('finishes an operation whose answer comes one byte at a time', async () => {
    const { connection, receive } = talk()
    const found = connection.search(search)
    const answer = Buffer.concat([messageOf(1, person), messageOf(1, resultOf(searchDone, 0))])
    for (const byte of answer) receive(Buffer.from([byte]))
    expect((await found).entries.map(({ dn }) => dn)).toEqual(['uid=kim'])
  })

  it('finishes operations whose answers come together and in another order', async () => {
    const { connection, receive } = talk()
    const first = connection.search(search)
    const second = outcomeOf(connection.modify(modify))
    receive(
      Buffer.concat([
        messageOf(2, resultOf(modifyResult, 19)),
        messageOf(1, person),
        messageOf(1, ber(0x73, ber(0x04, 'ldap://elsewhere.example/'))),
        messageOf(1, ber(0x79, ber(0x80, '1.2.3'))),
        messageOf(1, resultOf(searchDone, 4)),
      ]),
    )
    expect(await first).toMatchObject({ code: 4, referrals: 1, entries: [{ dn: 'uid=kim' }] })
    expect(await second).toBe(19)
    expect(connection.usable).toBe(true)
  })

  it.each([
    ['a search of two', search, 2],
    ['a search without a limit', { ...search, sizeLimit: undefined }, 10_000],
  ])(
    'keeps as many entries as were asked for, and says that there are more: %s',
    async (...row) => {
      const [, asked, most] = row
      const { connection, receive } = talk()
      const found = connection.search(asked)
      receive(Buffer.concat(Array.from({ length: most + 5 }, () => messageOf(1, person))))
      receive(messageOf(1, resultOf(searchDone, 0)))
      const { code, entries } = await found
      expect([code, entries.length]).toEqual([4, most])
    },
  )

  it('takes no second entry for the entry at a base', async () => {
    const { connection, receive } = talk()
    const found = outcomeOf(connection.search({ ...search, scope: 'base' }))
    receive(messageOf(1, person))
    receive(messageOf(1, person))
    expect(await found).toBe('protocol ERR_LDAP_UNEXPECTED')
  })

  it.each([
    ['references', ber(0x73, ber(0x04, 'x'.repeat(1_000_000)))],
    ['intermediate responses', ber(0x79, ber(0x81, 'x'.repeat(1_000_000)))],
    ['entries', entryOf('uid=kim', { uid: ['x'.repeat(1_000_000)] })],
  ])('ends an operation whose %s never end', async (_, part) => {
    const { connection, receive } = talk()
    const found = outcomeOf(connection.search(search))
    const message = messageOf(1, part)
    let sent = 0
    for (; connection.usable; sent += message.length) receive(message)
    expect(await found).toBe('oversized ERR_LDAP_TOO_LARGE')
    expect(sent).toBeLessThan(40_000_000)
  })

  it('counts values that hold nothing, because each of them takes memory', async () => {
    const { connection, receive } = talk()
    const found = outcomeOf(connection.search({ ...search, sizeLimit: 0 }))
    const message = messageOf(
      1,
      entryOf('uid=kim', { uid: Array.from({ length: 90_000 }, () => '') }),
    )
    let sent = 0
    for (; connection.usable; sent += 1) receive(message)
    expect(await found).toBe('oversized ERR_LDAP_TOO_LARGE')
    expect(sent).toBe(2)
  })

  it('bounds what all operations of a connection hold together', async () => {
    const { connection, receive } = talk()
    const found = Array.from({ length: 20 }, () =>
      outcomeOf(connection.search({ ...search, sizeLimit: 0 })),
    )
    const part = entryOf('uid=kim', { uid: ['x'.repeat(15_000_000)] })
    let sent = 0
    for (let id = 1; connection.usable; id = (id % 20) + 1, sent += 1) receive(messageOf(id, part))
    expect(new Set(await Promise.all(found))).toEqual(new Set(['oversized ERR_LDAP_TOO_LARGE']))
    expect(sent).toBe(18)
  })

  it('gives back what finished operations held', async () => {
    const { connection, receive } = talk()
    const part = entryOf('uid=kim', { uid: ['x'.repeat(15_000_000)] })
    for (let id = 1; id <= 20; id += 1) {
      const found = outcomeOf(connection.search(search))
      receive(messageOf(id, part))
      receive(messageOf(id, resultOf(searchDone, 0)))
      expect(await found).toBe(0)
    }
  })

  it.each([
    ['another operation', messageOf(1, resultOf(searchDone, 0))],
    ['a bind', messageOf(1, resultOf(bindResult, 0))],
    ['nobody', messageOf(9, resultOf(modifyResult, 0))],
    ['a search, as an entry', messageOf(1, person)],
    ['a search, as a reference', messageOf(1, ber(0x73, ber(0x04, 'ldap://elsewhere.example/')))],
  ])('takes no answer for the success of a modify that is for %s', async (_, answer) => {
    const { connection, receive } = talk()
    const written = outcomeOf(connection.modify(modify))
    receive(answer)
    expect(await written).toBe('protocol ERR_LDAP_UNEXPECTED')
  })

  it('takes no answer after the answer', async () => {
    const { connection, receive } = talk()
    const first = outcomeOf(connection.modify(modify))
    const second = outcomeOf(connection.modify(modify))
    receive(Buffer.concat([1, 1].map((id) => messageOf(id, resultOf(modifyResult, 19)))))
    expect([await first, await second]).toEqual([19, 'protocol ERR_LDAP_UNEXPECTED'])
  })

  it('ends an idle connection on which a server talks unasked', async () => {
    const { connection, receive } = talk()
    receive(messageOf(1, person))
    await new Promise(setImmediate)
    expect(connection.usable).toBe(false)
  })

  it('finishes what is under way after a notice of disconnection, and begins nothing', async () => {
    const { connection, receive } = talk()
    const written = outcomeOf(connection.modify(modify))
    receive(notice)
    expect(await outcomeOf(connection.modify(modify))).toMatch('not_sent')
    receive(messageOf(1, resultOf(modifyResult, 0)))
    expect(await written).toBe(0)
  })

  it('lets an answer that came too late go by, and finishes the other operations', async () => {
    deadlinesByHand()
    const { connection, receive } = talk()
    const slow = outcomeOf(connection.search(search))
    vi.advanceTimersByTime(20_000)
    const other = outcomeOf(connection.modify(modify))
    // Until both are written: bytes that still wait when a deadline passes end the connection.
    await new Promise(setImmediate)
    vi.advanceTimersByTime(10_000)
    expect(await slow).toMatch('timeout')
    receive(Buffer.concat([person, resultOf(searchDone, 0)].map((part) => messageOf(1, part))))
    receive(messageOf(2, resultOf(modifyResult, 0)))
    expect(await other).toBe(0)
  })

  it('ends an operation at its deadline however slowly bytes drip in', async () => {
    deadlinesByHand()
    const { connection, receive } = talk()
    const found = outcomeOf(connection.search(search))
    for (const byte of messageOf(1, person).subarray(0, 30)) {
      receive(Buffer.from([byte]))
      vi.advanceTimersByTime(1_000)
    }
    expect(await found).toMatch('timeout')
  })

  describe('a control of a response', () => {
    const state = entryOf('uid=kim')
    const write = () => {
      const controls = [new PostReadControl(['pwdReset']), new PolicyStateControl()] as const
      const conversation = talk()
      const written = outcomeOf(conversation.connection.modify({ ...modify, controls }))
      return { ...conversation, controls, written }
    }

    it.each([
      ['as RFC 4527 says', state],
      ['as slapd says', ber(0x30, ber(0x04, 'uid=kim'), ber(0x30))],
    ])('tells the state after a success, %s', async (_, value) => {
      const { receive, controls, written } = write()
      receive(messageOf(1, resultOf(modifyResult, 0), controlsOf(controlOids.postRead, value)))
      expect(await written).toBe(0)
      expect(controls[0].entry?.dn).toBe('uid=kim')
    })

    it('makes a refusal incredible that tells the state after it', async () => {
      const { receive, written } = write()
      receive(messageOf(1, resultOf(modifyResult, 50), controlsOf(controlOids.postRead, state)))
      expect(await written).toBe('protocol ERR_LDAP_UNEXPECTED')
    })

    it.each([
      ['30009f', undefined],
      ['3003810108', 8],
      ['3006a00380010f', undefined],
      ['3008a0038001058101 06', 6],
      ['30038101', undefined],
      ['3003a17f00', undefined],
      ['307f', undefined],
      ['', undefined],
    ])(
      'names a broken rule, and nothing where its value makes no sense: %s',
      async (value, rule) => {
        const { receive, controls, written } = write()
        const control = controlsOf(controlOids.passwordPolicy, hex(value.replaceAll(' ', '')))
        receive(messageOf(1, resultOf(modifyResult, 19), control))
        expect(await written).toBe(19)
        expect(controls[1].value?.error).toBe(rule)
      },
    )

    it.each(['', '307f', '6400', '640d0400300930070403756964317f', '64090400300530030401'])(
      'leaves the state open where its value is no entry: %s',
      async (value) => {
        const { receive, controls, written } = write()
        receive(
          messageOf(1, resultOf(modifyResult, 0), controlsOf(controlOids.postRead, hex(value))),
        )
        expect(await written).toBe(0)
        expect(controls[0].entry).toBeUndefined()
      },
    )
  })
})
