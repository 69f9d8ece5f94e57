import { describe, expect, it } from 'vitest'
import type { RecordedChunk } from './fault-proxy.ts'
import { bytesIn, messageEnds, mysqlPackets, postgresMessages, tlsRecords } from './message-ends.ts'

function chunk(connection: number, hex: string): RecordedChunk {
  return { connection, direction: 'to_server', bytes: Buffer.from(hex.replaceAll(' ', ''), 'hex') }
}

describe('messageEnds', () => {
  it('finds the ends of TLS records, also where a record comes in parts', () => {
    const parts = ['16 0301 0002 aa', 'bb 17 0303', '0001 cc'].map((hex) => chunk(1, hex))
    expect(messageEnds(parts, 'to_server', tlsRecords)).toEqual([7, 13])
    expect(bytesIn(parts, 'to_server')).toBe(13)
    expect(messageEnds(parts, 'to_client', tlsRecords)).toEqual([])
  })

  it('finds the end of the LDAP message that begins StartTLS, in both forms of its length', () => {
    const short = chunk(1, '30 05 0201017700 16 0301 0001 aa')
    const long = chunk(2, '30 84 00000005 0201017700 16 0301 0001 aa')
    expect(messageEnds([short], 'to_server', tlsRecords)).toEqual([7, 13])
    expect(messageEnds([long], 'to_server', tlsRecords)).toEqual([11, 17])
  })

  it('finds the ends of the messages of PostgreSQL and MariaDB', () => {
    const postgres = chunk(1, '51 00000006 3b00 53 00000004')
    expect(messageEnds([postgres], 'to_server', postgresMessages)).toEqual([7, 12])
    expect(messageEnds([chunk(1, '020000 00 0e0e')], 'to_server', mysqlPackets)).toEqual([6])
  })

  it('counts over all connections', () => {
    const chunks = [chunk(1, '010000 00 0e'), chunk(2, '020000 00 0e0e')]
    expect(messageEnds(chunks, 'to_server', mysqlPackets)).toEqual([5, 11])
  })
})
