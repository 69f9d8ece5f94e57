import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { describe, expect, it } from 'vitest'
import { open, send } from '../test/send.fixture.ts'
import { serve } from '../test/serve.fixture.ts'
import type { BodyRead } from '../wire/handler-request.ts'
import { readNodeBody } from './node-body.ts'

const encoder = new TextEncoder()
const bytesOf = (text: string): BodyRead => ({
  kind: 'bytes',
  bytes: Buffer.from(encoder.encode(text)),
})

/** What is read of a body, after `before` has had the request. */
async function readOf(
  body: string,
  before: (request: IncomingMessage) => unknown = () => undefined,
): Promise<BodyRead | undefined> {
  let read: BodyRead | undefined
  await using served = await serve((request, response) => {
    Promise.resolve(before(request))
      .then(() => readNodeBody(request, 100))
      .then((result) => {
        read = result
        response.end()
      })
      .catch(() => response.destroy())
  })
  await send(served, { method: 'POST', path: '/', body })
  return read
}

const leaving = (body: unknown) => (request: IncomingMessage) => Reflect.set(request, 'body', body)
const readAnd = (body: unknown) => async (request: IncomingMessage) => {
  request.resume()
  await once(request, 'end')
  if (body !== undefined) Reflect.set(request, 'body', body)
}

describe('readNodeBody', () => {
  it.each<[string, string, ((request: IncomingMessage) => unknown) | undefined, BodyRead]>([
    ['reads what nobody has read', '{"a":1}', undefined, bytesOf('{"a":1}')],
    ['reads no body as nothing', '', undefined, bytesOf('')],
    ['reads up to the limit', 'x'.repeat(100), undefined, bytesOf('x'.repeat(100))],
    ['refuses one byte more', 'x'.repeat(101), undefined, { kind: 'too_large' }],
    ['takes a parsed object', '{"a":1}', readAnd({ a: 1 }), { kind: 'parsed', value: { a: 1 } }],
    ['takes a parsed null', 'null', readAnd(null), { kind: 'parsed', value: null }],
    [
      'takes text',
      '{"a":1}',
      readAnd('{"a":1}'),
      { kind: 'bytes', bytes: encoder.encode('{"a":1}') },
    ],
    ['takes bytes', '{"a":1}', readAnd(Buffer.from('{"a":1}')), bytesOf('{"a":1}')],
    ['refuses text that is too long', 'x', readAnd('x'.repeat(101)), { kind: 'too_large' }],
    ['takes an empty object that was read', '{}', readAnd({}), { kind: 'parsed', value: {} }],
    [
      'reads what a parser has left alone, with an empty object in its place',
      '{"a":1}',
      leaving({}),
      bytesOf('{"a":1}'),
    ],
    ['says that it was read and left nowhere', '{"a":1}', readAnd(undefined), { kind: 'consumed' }],
  ])('%s', async (_, body, before, expected) => {
    expect(await readOf(body, before)).toEqual(expected)
  })

  it.each([
    ['while it is read', false],
    ['before it is read', true],
  ])('says that the client went away %s', async (_, before) => {
    const read = Promise.withResolvers<BodyRead>()
    const reading = Promise.withResolvers<void>()
    await using served = await serve((request) => {
      request.on('error', () => undefined)
      if (before)
        request.once('close', () => readNodeBody(request, 100).then(read.resolve, read.reject))
      else readNodeBody(request, 100).then(read.resolve, read.reject)
      reading.resolve()
    })
    const request = open(served, { method: 'POST', path: '/', headers: { 'content-length': '50' } })
    request.on('error', () => undefined)
    request.write('{"a":')
    await reading.promise
    request.destroy()
    expect(await read.promise).toEqual({ kind: 'interrupted' })
  })
})
