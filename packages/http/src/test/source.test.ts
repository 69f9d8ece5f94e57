import { once } from 'node:events'
import type { AuditEvent } from '@force-reset/core'
import { expect, it } from 'vitest'
import { json, withBothShells } from './both-shells.fixture.ts'
import { open } from './send.fixture.ts'

const types = (events: readonly AuditEvent[]): readonly string[] => events.map(({ type }) => type)

withBothShells('the audit trail', (shell) => {
  /** What the server saw: through `fetchHandler`, by `peerAddress`. */
  const address = '127.0.0.1'
  const browser = { 'user-agent': 'Firefox/140' }
  const source = { address, userAgent: 'Firefox/140', requestId: undefined, claims: ['userAgent'] }

  it('says of every event of a reset where the request came from', async () => {
    await using subject = await shell.start()
    expect((await subject.reset('1', {}, browser)).status).toBe(200)
    expect((await subject.reset('1', { version: 'stale' }, browser)).status).toBe(409)
    expect(types(subject.audited)).toEqual(['reset.attempted', 'reset.applied', 'reset.refused'])
    for (const event of subject.audited) expect(event.source).toEqual(source)
  })

  it('says of a denial where the request came from, whatever was asked', async () => {
    await using subject = await shell.start({ authorize: () => false })
    const sent = ['/users', '/users/1'].map((path) => ({ path, headers: browser }))
    for (const one of sent) expect((await subject.send(one)).status).toBe(403)
    expect((await subject.reset('1', {}, browser)).status).toBe(403)
    expect(types(subject.audited)).toEqual(['access.denied', 'access.denied', 'access.denied'])
    for (const event of subject.audited) expect(event.source).toEqual(source)
  })

  it('says of a denial by the limit of an account where the request came from', async () => {
    const counter = { add: () => ({ count: 5, secondsLeft: 60 }) }
    const authorize = ({ user }: { readonly user?: unknown }) => user === undefined
    await using subject = await shell.start({ authorize, rateLimits: { counter } })
    expect((await subject.reset('1', {}, browser)).status).toBe(404)
    expect(subject.audited).toMatchObject([{ type: 'access.denied', action: 'reset', source }])
  })

  it('says of a password that reached nobody where the request came from', async () => {
    const applied = Promise.withResolvers<void>()
    const goOn = Promise.withResolvers<void>()
    const trail: AuditEvent[] = []
    const lost = Promise.withResolvers<void>()
    const audit = async (event: AuditEvent): Promise<void> => {
      trail.push(event)
      if (event.type !== 'reset.applied') return
      applied.resolve()
      await goOn.promise
    }
    await using subject = await shell.start({ audit, onUndelivered: () => lost.resolve() })
    const response = once(subject.served.server, 'request').then(([, outgoing]) => outgoing)
    const body = JSON.stringify({ version: (await subject.store.find('1'))?.user.version })
    const request = open(subject.served, {
      method: 'POST',
      path: '/users/1/force-reset',
      headers: { ...json, ...browser },
    })
    request.on('error', () => undefined)
    request.end(body)
    await applied.promise
    request.destroy()
    await once(await response, 'close')
    goOn.resolve()
    await lost.promise
    expect(trail.at(-1)).toMatchObject({ type: 'reset.undelivered', source })
  })

  it('has at most 256 characters of the name that a client gives itself', async () => {
    await using subject = await shell.start()
    await subject.reset('1', {}, { 'user-agent': 'x'.repeat(5_000) })
    expect(subject.audited[0]?.source?.userAgent).toBe('x'.repeat(256))
  })

  it('knows no name of a client that gives none', async () => {
    await using subject = await shell.start()
    await subject.reset('1')
    expect(subject.audited[0]?.source).toEqual({ address, userAgent: undefined, claims: [] })
  })
})
