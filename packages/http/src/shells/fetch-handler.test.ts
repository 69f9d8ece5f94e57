import { ForceResetError } from '@force-reset/core'
import { memoryUserStore } from '@force-reset/core/testing'
import { describe, expect, it } from 'vitest'
import type { UnexpectedError } from '../handler/handler-options.ts'
import { users } from '../test/both-shells.fixture.ts'
import { fetchHandler } from './fetch-handler.ts'

type PeerAddress = () => string | null | undefined | Promise<string | null | undefined>

/** Asks a handler for a list; tells the status, the address in the trail and what was logged. */
async function ask(url: string, peerAddress?: PeerAddress) {
  const errors: UnexpectedError[] = []
  const addresses: unknown[] = []
  const handler = fetchHandler({
    store: memoryUserStore({ users }),
    authorize: ({ action }) => action === 'list',
    audit: (event) => void addresses.push(event.source?.address),
    authenticate: () => ({ id: 'op-1' }),
    onError: (error) => void errors.push(error),
    ...(peerAddress && { peerAddress }),
  })
  const { status } = await handler(new Request(url))
  return { status, errors, addresses }
}

describe('fetchHandler', () => {
  it.each<[string, PeerAddress | undefined, number]>([
    ['nobody knows', undefined, 403],
    ['the server does not know', () => undefined, 403],
    ['is null', async () => null, 403],
    ['is another machine', () => '203.0.113.9', 403],
    ['is this machine', () => '127.0.0.1', 200],
    ['is this machine, told later', async () => '::1', 200],
  ])('takes no host for this machine where the address of the peer %s', async (_, peer, status) => {
    expect((await ask('http://localhost/users', peer)).status).toBe(status)
    expect((await ask('https://console.example.com/users', peer)).status).toBe(200)
  })

  it('writes the address of the peer into the audit trail', async () => {
    const { addresses } = await ask('https://console.example.com/users/1', () => '203.0.113.9')
    expect(addresses).toEqual(['203.0.113.9'])
  })

  it.each<[string, PeerAddress]>([
    [
      'throws',
      () => {
        throw new RangeError('secret')
      },
    ],
    ['rejects', () => Promise.reject(new RangeError('secret'))],
  ])('tells when peerAddress %s, and knows no address then', async (_, peer) => {
    const local = await ask('http://localhost/users', peer)
    expect(local.status).toBe(403)
    expect(local.errors).toContainEqual({ during: 'peer_address', name: 'RangeError' })
    expect((await ask('https://console.example.com/users', peer)).status).toBe(200)
  })

  it('tells when peerAddress answers something else than text', async () => {
    const { status, errors } = await ask('http://localhost/users', () => JSON.parse('7'))
    expect(status).toBe(403)
    expect(errors).toContainEqual({
      during: 'peer_address',
      name: ForceResetError.name,
      code: 'ERR_INVALID_CONFIG',
      message: 'peerAddress must answer text, or undefined',
    })
  })
})
