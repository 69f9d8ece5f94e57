import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ber, controlsOf, entryOf, messageOf, resultOf } from '../fixtures/fake-socket.ts'
import { BadMessage } from './ber.ts'
import { serverMessage } from './server-message.ts'

const url = ber(0x04, 'ldap://elsewhere.example/')

/** One message of each kind, with everything that may be in it. */
const whole: Readonly<Record<string, Buffer>> = {
  entry: messageOf(2, entryOf('uid=kim', { uid: ['kim', 'k'], jpegPhoto: ['\0'.repeat(300)] })),
  'entry without attributes': messageOf(2, entryOf('uid=kim', { uid: [] })),
  reference: messageOf(2, ber(0x73, url, url)),
  'search result': messageOf(2, resultOf(0x65, 4), controlsOf('1.2.3', Buffer.from('value'))),
  'result with a referral': messageOf(2, resultOf(0x67, 10, ber(0xa3, url))),
  'bind result with SASL credentials': messageOf(2, resultOf(0x61, 14, ber(0x87, 'challenge'))),
  'extended result': messageOf(
    2,
    resultOf(0x78, 0, ber(0x8a, '1.3.6.1.4.1.1466.20037'), ber(0x8b, 'value')),
  ),
  'intermediate response': messageOf(2, ber(0x79, ber(0x80, '1.2.3'), ber(0x81, 'value'))),
  notice: messageOf(0, resultOf(0x78, 52, ber(0x8a, '1.3.6.1.4.1.1466.20036'))),
  'notice of Active Directory': messageOf(
    0,
    resultOf(0x78, 52),
    ber(0x8a, '1.3.6.1.4.1.1466.20036'),
  ),
}

function codeOf(bytes: Buffer): string {
  try {
    return serverMessage(bytes).kind
  } catch (error) {
    return error instanceof BadMessage ? error.code : `${error}`
  }
}

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex')

describe('serverMessage', () => {
  it('reads an entry with its values as they came, names in lower case', () => {
    const message = serverMessage(messageOf(2, entryOf('uid=kim', { UID: ['kim', 'k'], cn: [] })))
    expect(message).toEqual({
      kind: 'entry',
      messageId: 2,
      values: 4,
      entry: {
        dn: 'uid=kim',
        attributes: new Map([
          ['uid', [Buffer.from('kim'), Buffer.from('k')]],
          ['cn', []],
        ]),
      },
    })
  })

  it('reads lengths of four bytes, as Active Directory writes them all', () => {
    const bytes = hex(
      '3084 00000020 02 01 05 65 84 00000007 0a 01 00 04 00 04 00' +
        'a0 84 0000000a 30 84 00000004 04 02 31 2e',
    )
    expect(serverMessage(bytes)).toEqual({
      kind: 'result',
      messageId: 5,
      response: 0x65,
      code: 0,
      matchedDn: '',
      diagnostic: '',
      controls: [{ oid: '1.', value: Buffer.alloc(0) }],
    })
  })

  it('joins the values of an attribute that comes twice', () => {
    const attribute = (value: string) => ber(0x30, ber(0x04, 'member'), ber(0x31, ber(0x04, value)))
    const bytes = messageOf(
      2,
      ber(0x64, ber(0x04, 'cn=x'), ber(0x30, attribute('one'), attribute('two'))),
    )
    const message = serverMessage(bytes)
    expect(message.kind === 'entry' && message.entry.attributes.get('member')?.join()).toBe(
      'one,two',
    )
  })

  it('reads no more of the words of a server than codes need', () => {
    const bytes = messageOf(
      2,
      ber(0x65, ber(0x0a, '\x01'), ber(0x04), ber(0x04, 'x'.repeat(1_000_000))),
    )
    const message = serverMessage(bytes)
    expect(message.kind === 'result' && message.diagnostic.length).toBe(4_096)
  })

  it.each([
    ['an attribute longer than its list', '3012020102640d0400300930070403756964317f'],
    ['controls longer than the message', '300e02010161070a010004000400a07f'],
    ['SASL credentials longer than the bind response', '300e02010161090a010004000400877f'],
    ['a URL longer than its reference', '300702010273 02 047f'],
    ['a list of attributes longer than its entry', '300902010264 04 0400307f'],
    ['an operation longer than its message', '300502010164 7f'],
    ['a control longer than the controls', '301002010161070a010004000400a0 02 307f'],
    ['an intermediate response whose value is longer', '30070201027902817f'],
    ['the name of an extended response longer than it', '300e02010178090a0100040004008a7f'],
    ['an indefinite length inside', '300502010164 80'],
  ])('refuses %s', (_, text) => {
    expect(codeOf(hex(text))).toBe('ERR_LDAP_LENGTH')
  })

  it.each([
    ['an element whose tag goes on in the next byte', '300a0201027905 1f81000000'],
    ['an operation that only clients send', '300502010263 00'],
    ['a result without a code, which is no success', '30090201026504 04000400'],
    ['a code that is an integer instead of an enumerated', '300c0201026507 020100 0400 0400'],
    ['a message whose number is no integer', '3005 040101 6500'],
    ['values that are in no set', '3012020102640d0400300930070403756964 3000'],
    ['a notice that is no extended response', '300c0201006507 0a0100 0400 0400'],
    ['a message without an operation', '3003020102'],
  ])('refuses %s', (_, text) => {
    expect(codeOf(hex(text))).toBe('ERR_LDAP_TAG')
  })

  it.each([
    ['a code of no byte', '300b0201026506 0a00 0400 0400'],
    ['a code of five bytes', '30100201026 50b 0a050000000000 0400 0400'],
    ['a negative code', '300c0201026507 0a01ff 0400 0400'],
    ['a negative message number', '300c0201ff6507 0a0100 0400 0400'],
  ])('refuses %s', (_, text) => {
    expect(codeOf(hex(text))).toBe('ERR_LDAP_INTEGER')
  })

  it('refuses an entry of more values than are taken, before it makes them all', () => {
    const values = (count: number) =>
      messageOf(
        2,
        ber(
          0x64,
          ber(0x04),
          ber(0x30, ber(0x30, ber(0x04, 'm'), ber(0x31, Buffer.alloc(2 * count).fill('\x04\0')))),
        ),
      )
    expect(codeOf(values(99_999))).toBe('entry')
    expect(codeOf(values(100_000))).toBe('ERR_LDAP_TOO_LARGE')
  })

  it('refuses more controls than anybody asks for', () => {
    const control = ber(0x30, ber(0x04, '1.2.3'))
    const controls = ber(0xa0, ...Array.from({ length: 101 }, () => control))
    expect(codeOf(messageOf(2, resultOf(0x65, 0), controls))).toBe('ERR_LDAP_TOO_LARGE')
  })

  it.each(Object.entries(whole))('refuses every beginning of a message: %s', (_, bytes) => {
    expect(codeOf(bytes)).not.toMatch('ERR')
    for (let length = 0; length < bytes.length; length += 1)
      expect(codeOf(bytes.subarray(0, length))).toMatch(/^ERR_LDAP_/)
  })

  it('answers or refuses whatever bytes come, and throws nothing else', () => {
    const damaged = fc
      .tuple(
        fc.constantFrom(...Object.values(whole)),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      )
      .map(([bytes, changes]) => {
        const copy = Buffer.from(bytes)
        for (const [place, value] of changes) copy[place % copy.length] = value
        return copy
      })
    const kinds = new Set<string>()
    fc.assert(
      fc.property(fc.oneof(damaged, fc.uint8Array().map(Buffer.from)), (bytes) => {
        const kind = codeOf(bytes)
        kinds.add(kind)
        return /^(ERR_LDAP_|result$|entry$|reference$|intermediate$|notice$)/.test(kind)
      }),
      { numRuns: 20_000, seed: 4711 },
    )
    expect(kinds.size).toBeGreaterThan(7)
  })
})
