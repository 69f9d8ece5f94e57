import { once } from 'node:events'
import type { AuditEvent, FailureCode, User, UserStore, WriteOutcome } from '@force-reset/core'
import { TemporaryPassword } from '@force-reset/core'
import { memoryUserStore, withFound, withWrite } from '@force-reset/core/testing'
import { describe, expect, it, vi } from 'vitest'
import { nodeHandler } from '../shells/node-handler.ts'
import type { Subject, TestConfig } from '../test/both-shells.fixture.ts'
import { json, users, withBothShells } from '../test/both-shells.fixture.ts'
import { open, send } from '../test/send.fixture.ts'
import { serve } from '../test/serve.fixture.ts'
import { wireProblemSchema, wireResetSchema } from '../wire/wire.ts'

/** An audit trail that keeps one kind of event waiting. */
function heldUpAt(type: AuditEvent['type']): {
  readonly config: TestConfig
  readonly reached: Promise<void>
  readonly goOn: () => void
} {
  const reached = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  const audit = async (event: AuditEvent): Promise<void> => {
    if (event.type !== type) return
    reached.resolve()
    await released.promise
  }
  return { config: { audit }, reached: reached.promise, goOn: released.resolve }
}

/**
 * Sends a reset of account 1, goes away when `reached` is, and waits until the server has seen
 * that.
 */
async function goAwayAt(subject: Subject, reached: Promise<void>): Promise<void> {
  const response = once(subject.served.server, 'request').then(([, response]) => response)
  const body = JSON.stringify({ version: (await subject.store.find('1'))?.user.version })
  const request = open(subject.served, {
    method: 'POST',
    path: '/users/1/force-reset',
    headers: json,
  })
  request.on('error', () => undefined)
  request.end(body)
  await reached
  request.destroy()
  await once(await response, 'close')
}

/** Lets everything happen that is ready to. */
async function settled(): Promise<void> {
  for (let i = 0; i < 10; i++) await new Promise(setImmediate)
}

function fail(): never {
  throw new TypeError('hunter2')
}

/** What fails, its configuration, and the code that is answered. */
const failing: readonly (readonly [string, TestConfig, FailureCode])[] = [
  ['the clock throws', { now: fail }, 'audit_unavailable'],
  ['the clock says NaN', { now: () => Number.NaN }, 'audit_unavailable'],
  ['no store is chosen', { store: fail }, 'store_unavailable'],
  [
    'a rule cannot be met',
    { store: memoryUserStore({ users, rules: { minLength: 5_000 } }) },
    'rules_unsatisfiable',
  ],
  [
    'the store’s rules throw',
    { store: withFound(memoryUserStore({ users }), (found) => ({ ...found, check: fail })) },
    'store_unavailable',
  ],
]

withBothShells('a reset', (shell) => {
  it('happens once when the same request is sent again', async () => {
    await using subject = await shell.start()
    const body = JSON.stringify({ version: await subject.versionOf('1') })
    const sent = { method: 'POST', path: '/users/1/force-reset', headers: json, body }
    const statuses = []
    for (let i = 0; i < 4; i++) statuses.push((await subject.send(sent)).status)
    expect(statuses).toEqual([200, 409, 409, 409])
    expect(subject.store.writes).toBe(1)
  })

  it('happens once when ten requests come at once, and one password is valid', async () => {
    await using subject = await shell.start()
    const body = JSON.stringify({ version: await subject.versionOf('1') })
    const sent = { method: 'POST', path: '/users/1/force-reset', headers: json, body }
    const replies = await Promise.all(Array.from({ length: 10 }, () => subject.send(sent)))
    const winners = replies.filter(({ status }) => status === 200)
    expect(winners).toHaveLength(1)
    expect(replies.filter(({ status }) => status === 409)).toHaveLength(9)
    expect(subject.store.writes).toBe(1)
    const { temporaryPassword } = wireResetSchema.parse(winners[0]?.json())
    expect(subject.store.signIn('kim', temporaryPassword)).toBe('change_password')
  })

  it('changes nothing when the client goes away before the write', async () => {
    const { config, reached, goOn } = heldUpAt('reset.attempted')
    await using subject = await shell.start(config)
    await goAwayAt(subject, reached)
    goOn()
    await settled()
    expect(subject.store.writes).toBe(0)
    expect(subject.lost).toEqual([])
  })

  it('is reported undelivered, and wiped, when the client goes away after the write', async () => {
    const dispose = vi.spyOn(TemporaryPassword.prototype, 'dispose')
    const { config, reached, goOn } = heldUpAt('reset.applied')
    await using subject = await shell.start(config)
    await goAwayAt(subject, reached)
    expect(dispose).not.toHaveBeenCalled()
    goOn()
    await settled()
    expect(dispose).toHaveBeenCalledOnce()
    dispose.mockRestore()
    expect(subject.store.writes).toBe(1)
    expect(subject.lost).toEqual([
      { resetId: expect.any(String), operator: { id: 'op-1' }, userId: '1' },
    ])
  })

  it('survives an onUndelivered that fails, and reports that without its words', async () => {
    const { config, reached, goOn } = heldUpAt('reset.applied')
    const onUndelivered = (): Promise<never> => Promise.reject(new TypeError('hunter2'))
    await using subject = await shell.start({ ...config, onUndelivered })
    await goAwayAt(subject, reached)
    goOn()
    await settled()
    expect(subject.errors).toEqual([{ during: 'on_undelivered', name: 'TypeError' }])
  })

  it.each(failing)(
    'is a refusal in the trail, and not an unknown outcome, when %s before the write',
    async (_, config, code) => {
      const counter = { add: () => ({ count: 0, secondsLeft: 1 }) }
      await using subject = await shell.start({ ...config, rateLimits: { counter } })
      const reply = await subject.reset('1')
      const body = wireProblemSchema.parse(reply.json())
      expect(body).toMatchObject({ code, detail: expect.stringContaining('Nothing was changed.') })
      expect(subject.audited).toMatchObject([{ type: 'reset.refused', code }])
      expect(subject.store.writes).toBe(0)
      expect(reply.text).not.toContain('hunter2')
    },
  )

  it('is an unknown outcome if the write throws, whatever detail its answer has', async () => {
    const memory = memoryUserStore({ users: [{ id: '1', username: 'kim' }] })
    const detail = { reason: 'store', key: 'lost', what: 'Lost.', parameters: { count: 1n } }
    const settle = async () => ({ outcome: 'unknown' }) as const
    for (const write of [
      async () => fail(),
      async () => ({ outcome: 'unknown', detail, settle }) as unknown as WriteOutcome,
    ]) {
      await using subject = await shell.start({ store: withWrite(memory, write) })
      const version = (await memory.find('1'))?.user.version
      const sent = {
        method: 'POST',
        path: '/users/1/force-reset',
        headers: json,
        body: JSON.stringify({ version }),
      }
      const reply = await subject.send(sent)
      const { type, resetId } = subject.audited.at(-1) ?? {}
      expect(wireProblemSchema.parse(reply.json())).toMatchObject({
        code: 'outcome_unknown',
        status: 500,
        resetId,
      })
      expect(type).toBe('reset.unknown')
      expect(reply.text).not.toContain('hunter2')
    }
  })

  it('shows its password when the store’s account and receipt hold nonsense', async () => {
    const memory = memoryUserStore({ users: [{ id: '1', username: 'kim' }] })
    const nonsense = { createdAt: 'yesterday', updatedAt: 5n, locked: 1n }
    const strange = withFound(memory, (found) => ({
      ...found,
      user: Object.assign({}, found.user, nonsense) as unknown as User,
    }))
    const store = withWrite(strange, async (write) => {
      await write()
      return {
        outcome: 'applied',
        receipt: { expiresAt: 'soon', sessionsRevoked: 3n, survives: 'all' },
      } as unknown as WriteOutcome
    })
    await using subject = await shell.start({ store })
    const version = (await memory.find('1'))?.user.version
    const reply = await subject.send({
      method: 'POST',
      path: '/users/1/force-reset',
      headers: json,
      body: JSON.stringify({ version }),
    })
    const { temporaryPassword, receipt } = wireResetSchema.parse(reply.json())
    expect(memory.signIn('kim', temporaryPassword)).toBe('change_password')
    expect(receipt).toMatchObject({
      mustChange: 'off',
      expiresAt: null,
      survives: [],
      auditComplete: true,
    })
    expect(subject.errors).toEqual([])
  })

  it('is reported undelivered when the store’s account cannot be put into an answer', async () => {
    const store = memoryUserStore({ users: [{ id: '1', username: 'kim' }] })
    const fact = { name: 'ward', value: '3B' }
    const failing = withFound(store, (found) => ({
      ...found,
      // Only the answer reads the facts one by one.
      user: { ...found.user, facts: [Object.defineProperty(fact, 'name', { get: fail })] },
    }))
    await using subject = await shell.start({ store: failing })
    const version = (await store.find('1'))?.user.version
    const reply = await subject.send({
      method: 'POST',
      path: '/users/1/force-reset',
      headers: json,
      body: JSON.stringify({ version }),
    })
    expect(wireProblemSchema.parse(reply.json())).toMatchObject({
      code: 'outcome_unknown',
      resetId: subject.lost[0]?.resetId,
    })
    expect(subject.lost).toHaveLength(1)
    expect(subject.errors).toEqual([{ during: 'request', name: 'TypeError' }])
    expect(store.writes).toBe(1)
  })

  it('counts only resets that happened against the account, whoever did them', async () => {
    let operator = { id: 'a' }
    const rateLimits = { resetsPerTarget: { limit: 2, windowSeconds: 60 } }
    await using subject = await shell.start({ rateLimits, authenticate: () => operator })
    for (let i = 0; i < 3; i++)
      expect((await subject.reset('1', { version: 'stale' })).status).toBe(409)
    expect((await subject.reset('1')).status).toBe(200)
    operator = { id: 'b' }
    expect((await subject.reset('1')).status).toBe(200)
    expect((await subject.reset('1')).status).toBe(429)
    expect((await subject.reset('a/b c%')).status).toBe(200)
  })

  it('does not tell one who may not reset the account that it was reset too often', async () => {
    let operator = { id: 'a' }
    const rateLimits = { resetsPerTarget: { limit: 1, windowSeconds: 60 } }
    const authorize: TestConfig['authorize'] = ({ operator: { id }, user }) =>
      id === 'a' || user === undefined
    await using subject = await shell.start({ rateLimits, authorize, authenticate: () => operator })
    expect((await subject.reset('1')).status).toBe(200)
    operator = { id: 'b' }
    const [denied, missing] = [await subject.reset('1'), await subject.reset('missing')]
    expect(denied.text).toBe(missing.text)
    expect(denied.status).toBe(404)
    expect(wireProblemSchema.parse(denied.json()).code).toBe('user_not_found')
  })
})

describe('a reset through nodeHandler', () => {
  it('leaves nothing of the password in the bytes that were sent', async () => {
    const handed: Uint8Array[] = []
    const store = memoryUserStore({ users: [{ id: '1', username: 'kim' }] })
    const handler = nodeHandler({
      store,
      authorize: () => true,
      audit: () => undefined,
      authenticate: () => ({ id: 'op-1' }),
    })
    const finished = Promise.withResolvers<void>()
    await using served = await serve((request, response) => {
      const write = response.write.bind(response)
      // Looks at what is sent, and sends it.
      Reflect.set(response, 'write', (part: Uint8Array, ...rest: []) => {
        handed.push(part)
        return write(part, ...rest)
      })
      response.once('finish', finished.resolve)
      handler(request, response)
    })
    const version = (await store.find('1'))?.user.version
    const sent = {
      method: 'POST',
      path: '/users/1/force-reset',
      headers: json,
      body: JSON.stringify({ version }),
    }
    const { temporaryPassword } = wireResetSchema.parse((await send(served, sent)).json())
    await finished.promise
    expect(store.signIn('kim', temporaryPassword)).toBe('change_password')
    const memory = new Uint8Array(handed[0]?.buffer ?? new ArrayBuffer(0))
    expect(memory.length).toBeGreaterThan(100)
    expect(memory.every((byte) => byte === 0)).toBe(true)
  })

  it.each([
    ['changes nothing when the host has answered by itself before the write', 'find'],
    ['is undelivered when the host has answered by itself during the write', 'write'],
  ] as const)('%s', async (_, slow) => {
    const memory = memoryUserStore({ users: [{ id: '1', username: 'kim' }] })
    const version = (await memory.find('1'))?.user.version
    const answered = Promise.withResolvers<void>()
    const slowToFind: UserStore = {
      ...memory,
      find: async (...asked) => {
        if (slow === 'find') await answerByItself()
        return memory.find(...asked)
      },
    }
    const store = withWrite(slowToFind, async (write) => {
      const outcome = await write()
      if (slow === 'write') await answerByItself()
      return outcome
    })
    const events: string[] = []
    let answerByItself = (): Promise<void> => Promise.resolve()
    const handler = nodeHandler({
      ...{ store, authorize: () => true, authenticate: () => ({ id: 'op-1' }) },
      audit: ({ type }) => void events.push(type),
      onError: ({ during }) => void (during === 'delivery' && answered.resolve()),
    })
    await using served = await serve((request, response) => {
      answerByItself = async () => {
        const over = once(response, 'close')
        response.writeHead(503).end('too late')
        await over
      }
      handler(request, response)
    })
    const sent = {
      method: 'POST',
      path: '/users/1/force-reset',
      headers: json,
      body: JSON.stringify({ version }),
    }
    expect((await send(served, sent)).text).toBe('too late')
    await answered.promise
    await settled()
    expect(events.includes('reset.applied')).toBe(slow === 'write')
    expect(events.includes('reset.undelivered')).toBe(slow === 'write')
    expect((await memory.find('1'))?.user.version === version).toBe(slow === 'find')
  })
})
