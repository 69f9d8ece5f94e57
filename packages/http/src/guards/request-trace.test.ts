import { describe, expect, it } from 'vitest'
import { traceOf } from './request-trace.ts'

type Headers = Readonly<Record<string, string>>

const traced = (headers: Headers, trustProxy = false, own?: string) =>
  traceOf(
    { host: 'a', encrypted: true, peerAddress: '10.0.0.1', header: (name) => headers[name] },
    trustProxy,
    own,
  )

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const parent = '00f067aa0ba902b7'

describe('the trace of a request', () => {
  it('takes both ids, and names what the client may have made up', () => {
    const headers = {
      'user-agent': 'Firefox',
      'x-request-id': 'q-1',
      traceparent: `00-${traceId}-${parent}-01`,
    }
    expect(traced(headers)).toEqual({
      source: {
        address: '10.0.0.1',
        userAgent: 'Firefox',
        requestId: 'q-1',
        claims: ['userAgent', 'requestId', 'correlationId'],
      },
      correlationId: traceId,
    })
  })

  it.each<[string, Headers, string | undefined]>([
    ['X-Request-Id alone', { 'x-request-id': 'q-1' }, 'q-1'],
    ['an id of 129 characters', { 'x-request-id': 'a'.repeat(129) }, undefined],
    ['an id with a space', { 'x-request-id': 'a b' }, undefined],
    ['an id with a control', { 'x-request-id': 'a\u0085b' }, undefined],
    ['an empty id', { 'x-request-id': '' }, undefined],
    ['traceparent alone', { traceparent: `00-${traceId}-${parent}-01` }, traceId],
    ['a later version', { traceparent: `01-${traceId}-${parent}-01` }, traceId],
    ['a later version with more', { traceparent: `cc-${traceId}-${parent}-01-what` }, traceId],
    [
      'a later version with more without a dash',
      { traceparent: `cc-${traceId}-${parent}-01.` },
      undefined,
    ],
    ['this version with more', { traceparent: `00-${traceId}-${parent}-01-what` }, undefined],
    ['the version that is forbidden', { traceparent: `ff-${traceId}-${parent}-01` }, undefined],
    ['a trace of zeros', { traceparent: `00-${'0'.repeat(32)}-${parent}-01` }, undefined],
    ['a parent of zeros', { traceparent: `00-${traceId}-${'0'.repeat(16)}-01` }, undefined],
    ['capitals', { traceparent: `00-${traceId.toUpperCase()}-${parent}-01` }, undefined],
    [
      'two headers',
      { traceparent: `00-${traceId}-${parent}-01, 00-${traceId}-${parent}-01` },
      undefined,
    ],
    ['an end of line', { traceparent: `00-${traceId}-${parent}-01\n` }, undefined],
  ])('reads %s', (_, headers, id) => {
    const { source, correlationId } = traced(headers)
    expect([source.requestId, correlationId]).toEqual([id, id])
  })

  it('takes the id of the application for no claim, and holds it to 128 characters', () => {
    const { source, correlationId } = traced({ 'x-request-id': 'q-1' }, false, 'a'.repeat(200))
    expect(source).toEqual({ address: '10.0.0.1', requestId: 'a'.repeat(128), claims: [] })
    expect(correlationId).toBe('a'.repeat(128))
  })

  it.each<[Headers, string]>([
    [{ 'x-forwarded-for': '6.6.6.6, 192.0.2.7' }, '192.0.2.7'],
    [{ 'x-forwarded-for': '6.6.6.6, [2001:db8::7]:4711' }, '2001:db8::7'],
    [{ 'x-real-ip': '192.0.2.7' }, '192.0.2.7'],
    [{ forwarded: 'for=6.6.6.6, for="192.0.2.7:80";proto=https' }, '192.0.2.7'],
    [{ forwarded: 'for=6.6.6.6, proto=https' }, '10.0.0.1'],
    [{ 'x-forwarded-for': ' , ' }, '10.0.0.1'],
    [{}, '10.0.0.1'],
  ])('takes the address of the nearest proxy with trustProxy only: %j', (headers, address) => {
    expect(traced(headers, true).source.address).toBe(address)
    expect(traced(headers).source.address).toBe('10.0.0.1')
  })
})
