import { expect, it } from 'vitest'
import type { Subject } from '../test/both-shells.fixture.ts'
import { json, withBothShells } from '../test/both-shells.fixture.ts'
import { callersOf } from '../test/callers.fixture.ts'
import type { Reply } from '../test/send.fixture.ts'
import { wireProblemSchema, wireViewSchema } from '../wire/wire.ts'
import {
  wireAnsweredSchema,
  wireFailedSchema,
  wireStartedSchema,
  wireVouchCodeSchema,
  wireVouchesSchema,
} from '../wire/wire-verification.ts'

const secret = 'ab'.repeat(32)

const post = (
  subject: Subject,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = json,
): Promise<Reply> => subject.send({ method: 'POST', path, headers, body: JSON.stringify(body) })

/** A body that each route takes. */
const routes: readonly (readonly [path: string, body: object])[] = [
  ['/users/1/start-verification', { method: 'call_back', destination: 'mobile' }],
  ['/users/1/answer-verification', { method: 'in_person', document: 'staff_badge' }],
  ['/users/1/fail-verification', { why: 'nobody_answered' }],
  ['/vouches', {}],
  ['/vouch', { verificationId: 'none' }],
]

const ofAccounts = routes.filter(([path]) => path.startsWith('/users/'))

withBothShells('the routes by which a caller is identified', (shell) => {
  it('lead from the details to a reset, which takes the proof in its body', async () => {
    await using subject = await shell.start({ secret, verification: callersOf() })
    const view = wireViewSchema.parse((await subject.send({ path: '/users/1' })).json())
    expect(view.reset).toMatchObject({
      allowed: true,
      verification: {
        sets: [['call_back'], ['sent_code'], ['second_person'], ['in_person']],
        recent: { resets: 0, notIdentified: 0, suspicious: false },
        override: false,
      },
    })
    expect(JSON.stringify(view)).toContain('…123')
    expect(JSON.stringify(view)).not.toContain('5550123')

    const refused = await subject.reset('1')
    expect(refused.status).toBe(403)
    expect(wireProblemSchema.parse(refused.json())).toMatchObject({
      code: 'verification_required',
      parameters: { reason: 'verification', key: 'no_proof' },
    })

    const started = wireStartedSchema.parse(
      (await post(subject, ...(routes[0] ?? ['', {}]))).json(),
    )
    expect(started).toMatchObject({ method: 'call_back', number: '+49 151 5550123' })
    const rung = { method: 'call_back', destination: 'mobile' }
    const answered = wireAnsweredSchema.parse(
      (await post(subject, '/users/1/answer-verification', rung)).json(),
    )
    expect(answered).toMatchObject({
      suffices: true,
      identified: { method: 'call_back', standing: 'attested', destination: 'Mobile …123' },
    })
    const reset = await subject.reset('1', { proofs: [answered.proof] })
    expect(reset.status).toBe(200)
    expect(subject.store.writes).toBe(1)
    expect(reset.text).not.toContain(answered.proof)
    expect(JSON.stringify([subject.audited, subject.errors])).not.toContain(answered.proof)
    expect(subject.audited.at(-1)).toMatchObject({
      type: 'reset.applied',
      identified: { by: [{ method: 'call_back' }], carriedOver: false },
    })
  })

  it('lead over a code that was sent, and a wrong one says how many tries are left', async () => {
    const messages: string[] = []
    await using subject = await shell.start({ secret, verification: callersOf(messages) })
    const sent = { method: 'sent_code', destination: 'mobile' }
    const started = await post(subject, '/users/1/start-verification', sent)
    const code = /\d{4} \d{4}/.exec(messages[0] ?? '')?.[0] ?? ''
    expect(code).not.toBe('')
    expect(started.text).not.toContain(code)
    const wrong = code.startsWith('0') ? '10000000' : '00000000'
    const path = '/users/1/answer-verification'
    const refused = await post(subject, path, { method: 'sent_code', answer: wrong })
    expect(wireProblemSchema.parse(refused.json())).toMatchObject({
      code: 'verification_required',
      parameters: { key: 'wrong_answer', parameters: { triesLeft: 4 } },
    })
    const answered = await post(subject, path, { method: 'sent_code', answer: code })
    expect(wireAnsweredSchema.parse(answered.json()).identified.standing).toBe('proven')
  })

  it('lead over somebody who vouches, and who is signed in', async () => {
    let who = 'op-1'
    await using subject = await shell.start({
      secret,
      verification: callersOf(),
      authenticate: () => ({ id: who }),
      authorize: ({ operator }) => operator.id === 'op-1',
    })
    const asked = { method: 'second_person', voucherId: 'ravi' }
    const started = await post(subject, '/users/1/start-verification', asked)
    const { verificationId } = wireStartedSchema.parse(started.json())
    for (const other of ['op-1', 'zoe', '1']) {
      who = other
      const listed = wireVouchesSchema.parse((await post(subject, '/vouches', {})).json())
      expect(listed.vouches).toEqual([])
      const refused = await post(subject, '/vouch', { verificationId })
      expect(wireProblemSchema.parse(refused.json()).code).toBe('verification_required')
    }
    who = 'ravi'
    const listed = wireVouchesSchema.parse((await post(subject, '/vouches', {})).json())
    expect(listed.vouches).toMatchObject([
      { verificationId, operator: { id: 'op-1' }, user: { username: 'kim' } },
    ])
    const shown = wireVouchCodeSchema.parse(
      (await post(subject, '/vouch', { verificationId })).json(),
    )
    expect(subject.audited.at(-1)?.type).toBe('verification.vouched')
    who = 'op-1'
    const typed = { method: 'second_person', answer: shown.code }
    const answered = await post(subject, '/users/1/answer-verification', typed)
    expect(wireAnsweredSchema.parse(answered.json()).identified.secondPersonId).toBe('ravi')
  })

  it('record that a caller could not be identified', async () => {
    await using subject = await shell.start({ secret, verification: callersOf() })
    const told = await post(subject, '/users/1/fail-verification', { why: 'somebody_else' })
    expect(wireFailedSchema.parse(told.json())).toEqual({ recorded: true })
    expect(subject.audited.at(-1)?.type).toBe('verification.suspicious')
    const view = wireViewSchema.parse((await subject.send({ path: '/users/1' })).json())
    expect(view.reset).toMatchObject({
      verification: { recent: { suspicious: true, lastNotIdentified: { why: 'somebody_else' } } },
    })
  })

  it('are not there where the configuration asks for nothing', async () => {
    await using subject = await shell.start()
    for (const [path, body] of routes) {
      const reply = await post(subject, path, body)
      expect(wireProblemSchema.parse(reply.json()).code).toBe('route_not_found')
    }
    for (const path of ['/element-verification.js', '/element-vouch.js'])
      expect((await subject.send({ path })).status).toBe(404)
    const view = await subject.send({ path: '/users/1' })
    expect(view.text).not.toContain('verification')
    const reset = await subject.reset('1', { proofs: [] })
    expect(wireProblemSchema.parse(reset.json()).parameters).toMatchObject({ field: 'proofs' })
    expect(subject.errors).toEqual([])
  })

  it('serve their scripts like the script of the element', async () => {
    await using subject = await shell.start({ secret, verification: callersOf() })
    const { headers: expected } = await subject.send({ path: '/element.js' })
    for (const path of ['/element-verification.js', '/element-vouch.js']) {
      const { status, headers } = await subject.send({ path })
      expect(status).toBe(200)
      for (const name of ['content-type', 'cache-control', 'content-security-policy'])
        expect(headers[name]).toBe(expected[name])
    }
  })
})

withBothShells('a request that identifies a caller', (shell) => {
  it.each(routes)(
    'is refused at %s without JSON, from elsewhere, and with GET',
    async (path, body) => {
      await using subject = await shell.start({ secret, verification: callersOf() })
      const codeOf = (reply: Reply): string => wireProblemSchema.parse(reply.json()).code
      const text = { 'content-type': 'text/plain' }
      expect(codeOf(await post(subject, path, body, text))).toBe('unsupported_media_type')
      const evil = { ...json, origin: 'https://evil.example' }
      expect(codeOf(await post(subject, path, body, evil))).toBe('cross_site')
      const got = await subject.send({ path })
      expect(codeOf(got)).toBe('method_not_allowed')
      expect(got.headers['allow']).toBe('POST')
      const unknown = await post(subject, path, { ...body, other: 1 })
      expect(wireProblemSchema.parse(unknown.json()).parameters).toMatchObject({
        field: 'other',
        problem: 'unknown',
      })
      expect(subject.audited).toEqual([])
    },
  )

  it.each(routes)('needs somebody who is signed in at %s', async (path, body) => {
    await using subject = await shell.start({
      secret,
      verification: callersOf(),
      authenticate: () => undefined,
    })
    expect((await post(subject, path, body)).status).toBe(401)
  })

  it.each<[string, object, string, string]>([
    ['start', {}, 'method', 'missing'],
    ['start', { method: 1 }, 'method', 'not_a_string'],
    ['start', { method: 'sent_code', destination: [] }, 'destination', 'not_a_string'],
    ['answer', { method: 'in_person', document: 'passport' }, 'document', 'malformed'],
    ['answer', { method: 'in_person', proofs: 'x' }, 'proofs', 'malformed'],
    ['answer', { method: 'in_person', proofs: [1] }, 'proofs', 'malformed'],
    ['fail', {}, 'why', 'missing'],
    ['fail', { why: 'x' }, 'why', 'malformed'],
  ])('to %s with %j is refused by the name of the field', async (route, body, field, problem) => {
    await using subject = await shell.start({ secret, verification: callersOf() })
    const reply = await post(subject, `/users/1/${route}-verification`, body)
    expect(reply.status).toBe(400)
    expect(wireProblemSchema.parse(reply.json()).parameters).toMatchObject({ field, problem })
    expect(subject.audited).toEqual([])
  })

  it.each(ofAccounts)(
    'at %s tells a denied operator what it tells of a missing account, and sends nothing',
    async (path, body) => {
      const messages: string[] = []
      await using subject = await shell.start({
        secret,
        verification: callersOf(messages),
        authorize: ({ user }) => user === undefined || user.id !== '1',
      })
      const [existing, missing] = [
        await post(subject, path, body),
        await post(subject, path.replace('/1/', '/0/'), body),
      ]
      expect(existing.status).toBe(404)
      const { date: _one, ...headers } = existing.headers
      const { date: _other, ...others } = missing.headers
      expect([existing.status, existing.text, headers]).toEqual([
        missing.status,
        missing.text,
        others,
      ])
      expect(subject.audited.map(({ type }) => type)).toEqual(['access.denied', 'access.denied'])
      expect(messages).toEqual([])
    },
  )

  it('is counted apart from resets, and stopped at their limit with one event', async () => {
    await using subject = await shell.start({
      secret,
      verification: callersOf(),
      rateLimits: { resetsPerOperator: { limit: 3, windowSeconds: 60 } },
    })
    const statuses: number[] = []
    for (let sent = 0; sent < 5; sent++)
      statuses.push((await post(subject, ...(routes[1] ?? ['', {}]))).status)
    expect(statuses).toEqual([200, 200, 200, 429, 429])
    expect(subject.audited.filter(({ type }) => type === 'access.limited')).toMatchObject([
      { action: 'reset', userId: '1' },
    ])
    expect((await subject.reset('1')).status).toBe(403)
  })

  it('with a proof of an unknown key is told to the log once', async () => {
    const verification = callersOf()
    let foreign = ''
    {
      await using other = await shell.start({
        secret: [{ label: 'other', key: 'cd'.repeat(32) }],
        verification,
      })
      const answered = await post(other, ...(routes[1] ?? ['', {}]))
      foreign = wireAnsweredSchema.parse(answered.json()).proof
    }
    await using subject = await shell.start({ secret, verification: callersOf() })
    for (let sent = 0; sent < 2; sent++) {
      const reply = await subject.reset('1', { proofs: [foreign] })
      expect(wireProblemSchema.parse(reply.json()).parameters).toMatchObject({
        key: 'foreign_proof',
      })
    }
    expect(JSON.stringify(subject.errors)).toContain('other')
    expect(JSON.stringify(subject.errors)).not.toContain(foreign)
    expect(subject.errors).toHaveLength(1)
  })
})
