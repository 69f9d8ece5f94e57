import type { AuditEvent } from '@force-reset/core'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { withBothShells } from './both-shells.fixture.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }))
afterEach(() => void vi.useRealTimers())

const ids = { 'x-request-id': 'q-1', 'user-agent': 'Firefox' } as const
const claims = ['userAgent', 'requestId', 'correlationId']
const claimed = { address: '127.0.0.1', userAgent: 'Firefox', requestId: 'q-1', claims }

const typesOf = (events: readonly AuditEvent[]): readonly string[] => events.map(({ type }) => type)

withBothShells('the audit trail', (shell) => {
  it('tells of each event where its request came from, and joins it with other logs', async () => {
    await using subject = await shell.start()
    await subject.reset('1', { version: 'stale' }, ids)
    await subject.reset('1', {}, ids)
    await subject.send({ path: '/users/none', headers: ids })
    expect(typesOf(subject.audited)).toEqual([
      'reset.refused',
      'reset.attempted',
      'reset.applied',
      'access.denied',
    ])
    for (const event of subject.audited)
      expect(event).toMatchObject({ source: claimed, correlationId: 'q-1' })
  })

  it('does the same for a list and a view that are denied, and for a limit', async () => {
    const rateLimits = { readsPerOperator: { limit: 2, windowSeconds: 60 } }
    await using subject = await shell.start({ authorize: () => false, rateLimits })
    for (const path of ['/users', '/users/1', '/users/1', '/users'])
      await subject.send({ path, headers: ids })
    expect(subject.audited).toMatchObject([
      { type: 'access.denied', action: 'list' },
      { type: 'access.denied', action: 'view' },
      { type: 'access.limited', action: 'view', userId: '1', per: 'operator', limit: 2 },
    ])
    for (const event of subject.audited)
      expect(event).toMatchObject({ source: claimed, correlationId: 'q-1' })
  })

  it('takes the id of the application for no claim', async () => {
    await using subject = await shell.start({ requestId: () => 'own-1' })
    await subject.send({ path: '/users/none', headers: ids })
    expect(subject.audited).toMatchObject([
      { source: { requestId: 'own-1', claims: ['userAgent'] }, correlationId: 'own-1' },
    ])
  })

  it.each<[string, () => string]>([
    [
      'throws',
      () => {
        throw new RangeError('planted-4711')
      },
    ],
    ['answers a number', () => Object(4711)],
  ])('does without an id where the function %s, and tells onError', async (_, requestId) => {
    await using subject = await shell.start({ requestId })
    expect((await subject.reset('1')).status).toBe(200)
    expect(subject.errors).toMatchObject([{ during: 'request_id' }])
    expect(JSON.stringify([subject.errors, subject.audited])).not.toContain('4711')
  })

  it('takes the address of the nearest proxy with trustProxy', async () => {
    const headers = { 'x-forwarded-for': '6.6.6.6, 192.0.2.7', 'x-forwarded-proto': 'https' }
    for (const [trustProxy, address] of [
      [true, '192.0.2.7'],
      [false, '127.0.0.1'],
    ] as const) {
      await using subject = await shell.start({ trustProxy, tls: !trustProxy })
      await subject.send({ path: '/users/none', headers })
      expect(subject.audited).toMatchObject([{ type: 'access.denied', source: { address } }])
    }
  })

  it('gets exactly one event for each window of a limit that stops resets', async () => {
    const window = { windowSeconds: 60 }
    const rateLimits = {
      resetsPerOperator: { limit: 3, ...window },
      resetsPerTarget: { limit: 1, ...window },
    }
    await using subject = await shell.start({ rateLimits, now: Date.now })
    const stopped = () => subject.audited.filter(({ type }) => type === 'access.limited')
    const twice = [
      { per: 'target', limit: 1, userId: '1', action: 'reset', operatorId: 'op-1' },
      { per: 'operator', limit: 3, userId: '1', action: 'reset', operatorId: 'op-1' },
    ]
    for (let i = 0; i < 6; i += 1) await subject.reset('1')
    expect(stopped()).toMatchObject(twice)
    vi.setSystemTime(Date.now() + 61_000)
    for (let i = 0; i < 6; i += 1) await subject.reset('1')
    expect(stopped()).toMatchObject([...twice, ...twice])
  })
})
