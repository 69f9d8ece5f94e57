import { leakCheck } from '@force-reset/testing/vitest'
import { describe, expect, it } from 'vitest'
import { anyVersion, previewReset, viewUser } from '../../index.ts'
import {
  answerConfirmation,
  callBack,
  failVerification,
  listVouches,
  startVerification,
  vouch,
} from '../../verification.ts'
import {
  began,
  codeIn,
  ito,
  keyOf,
  novak,
  numbers,
  openSite,
  typesOf,
  wrongCode,
} from './site.fixture.ts'

leakCheck()

describe('a reset', () => {
  it('is refused without a proof, and nothing is changed', async () => {
    const site = openSite()
    for (const proofs of [undefined, [], ['nonsense'], Object('text'), Object({ 0: 1 })]) {
      const result = await site.reset(proofs)
      expect(result).toMatchObject({ ok: false, code: 'verification_required' })
      expect(keyOf(result)).toBe('no_proof')
    }
    expect(site.store.writes).toBe(0)
    expect(typesOf(site.events)).toEqual(Array(5).fill('reset.refused'))
  })

  it('goes on with a proof, and every event says how the caller was identified', async () => {
    const site = openSite()
    const answered = await site.answer({ method: 'in_person', document: 'staff_badge' })
    if (!answered.ok) throw new Error(answered.message)
    expect(answered).toMatchObject({ suffices: true, until: new Date(began + 600_000) })
    const result = await site.reset([answered.proof])
    const identified = {
      by: [
        {
          verificationId: answered.identified.verificationId,
          method: 'in_person',
          standing: 'attested',
          at: '2026-10-25T12:00:00.000Z',
          document: 'staff_badge',
        },
      ],
      carriedOver: false,
    }
    expect(result).toMatchObject({ ok: true, identified })
    expect(typesOf(site.events)).toEqual([
      'verification.passed',
      'reset.attempted',
      'reset.applied',
    ])
    for (const event of site.events.slice(1)) expect(event).toMatchObject({ identified })
    expect(site.events[0]).toMatchObject({
      resetId: answered.identified.verificationId,
      standing: 'attested',
      document: 'staff_badge',
      userId: '42',
      username: 'mina',
      store: 'memory',
    })
  })

  it('is refused with anyVersion where verification is configured', async () => {
    const site = openSite()
    const proof = await site.proof()
    expect(keyOf(await site.reset([proof], { version: anyVersion }))).toBe('version')
    expect(site.store.writes).toBe(0)
  })

  it('looks at five proofs at most', async () => {
    const site = openSite()
    const proof = await site.proof()
    const filler = Array(5).fill('nonsense')
    expect(keyOf(await site.reset([...filler, proof]))).toBe('no_proof')
    expect(keyOf(await site.reset([...filler.slice(1), proof]))).toBe('ok')
  })

  it('says before the identification is asked for that an account is not for a reset', async () => {
    const site = openSite()
    const { version } = await site.user()
    expect(await site.reset(undefined, { userId: '50', version })).toMatchObject({
      code: 'conflict',
    })
    site.store.setStatus('42', 'suspended')
    const start = await site.start({ method: 'call_back', destination: 'mobile' })
    expect(start).toMatchObject({ code: 'not_eligible' })
    expect(typesOf(site.events)).toEqual(['reset.refused'])
  })
})

describe('the preview', () => {
  it('says which sets would do, with masked numbers', async () => {
    const site = openSite()
    const view = await viewUser(site.config, { operator: novak, userId: '42' })
    if (!view.ok || !view.reset.allowed) throw new Error('not allowed')
    const { verification } = view.reset
    expect(verification?.sets).toContainEqual(['second_person'])
    expect(verification?.override).toBe(false)
    expect(verification?.methods).toMatchObject([
      {
        name: 'call_back',
        kind: 'call_back',
        standing: 'attested',
        destinations: [
          { name: 'mobile', label: 'Mobile', masked: '…123', of: 'person', closed: false },
          { name: 'ward', masked: '…321', of: 'place' },
          { name: 'manager', masked: '…876', of: 'voucher' },
          { name: 'new', closed: true },
        ],
      },
      { name: 'in_person', documents: ['staff_badge', 'official_document', 'known_by_sight'] },
      { name: 'sent_code', standing: 'proven' },
      { name: 'confirmed' },
      {
        name: 'second_person',
        vouchers: [{ id: '43', name: 'Ravi Patel' }],
        address: 'console.example.org/vouch',
      },
      { name: 'card_reader', kind: 'application', standing: 'proven' },
    ])
    const text = JSON.stringify(view)
    for (const number of Object.values(numbers)) expect(text).not.toContain(number.slice(0, -4))
    expect(site.events).toEqual([])
  })

  it('says why a method cannot be used, and tells onError where a function fails', async () => {
    const site = openSite({
      destinations: () => {
        throw new TypeError('planted')
      },
    })
    const preview = await previewReset(site.config, { operator: novak, userId: '42' })
    if (!preview.allowed) throw new Error(preview.message)
    expect(preview.verification?.methods[0]).toMatchObject({
      name: 'call_back',
      destinations: [],
      unavailable: { key: 'method_unavailable' },
    })
    expect(site.errors[0]).toMatchObject({ during: 'destinations', name: 'TypeError' })
    expect(JSON.stringify(site.errors)).not.toContain('planted')
  })

  it('is as without verification where none is configured', async () => {
    const site = openSite()
    const { verification: _, ...plain } = site.config
    const preview = await previewReset(plain, { operator: novak, userId: '42' })
    expect(preview).toStrictEqual({ allowed: true, survives: [] })
  })
})

describe('call back', () => {
  it('shows the number only after the event, and takes no answer before', async () => {
    const site = openSite()
    const method = 'call_back'
    expect(keyOf(await site.answer({ method, destination: 'mobile' }))).toBe('not_started')
    const started = await site.start({ method, destination: 'mobile' })
    expect(started).toMatchObject({ ok: true, number: numbers.mobile, destination: 'Mobile …123' })
    expect(site.events).toMatchObject([
      { type: 'verification.started', method, destination: 'Mobile …123' },
    ])
    expect(keyOf(await site.answer({ method, destination: 'ward' }))).toBe('not_started')
    const answered = await site.answer({ method, destination: 'mobile' })
    expect(answered).toMatchObject({
      ok: true,
      identified: { method, standing: 'attested', destination: 'Mobile …123' },
    })
    expect(keyOf(await site.answer({ method, destination: 'mobile' }))).toBe('code_used')
  })

  it('shows no number where the event cannot be stored', async () => {
    const site = openSite({ config: { audit: () => Promise.reject(new Error('full')) } })
    const started = await site.start({ method: 'call_back', destination: 'mobile' })
    expect(started).toMatchObject({ ok: false, code: 'audit_unavailable' })
    expect(JSON.stringify(started)).not.toContain('5550123')
    expect(site.remembered).toEqual([])
  })

  it('runs out after a quarter of an hour', async () => {
    const site = openSite()
    await site.start({ method: 'call_back', destination: 'mobile' })
    site.later(901)
    expect(keyOf(await site.answer({ method: 'call_back', destination: 'mobile' }))).toBe(
      'not_started',
    )
  })

  it('refuses a number that is not on file, and one that changed in the last 14 days', async () => {
    const site = openSite()
    expect(keyOf(await site.start({ method: 'call_back', destination: 'home' }))).toBe(
      'destination_unknown',
    )
    expect(keyOf(await site.start({ method: 'call_back', destination: 'new' }))).toBe(
      'destination_changed',
    )
    site.later(14 * 86_400)
    expect(site.events).toEqual([])
  })

  it('shows no number of the operator, or of the account, as that of a voucher', async () => {
    const site = openSite()
    for (const voucherId of ['op-novak', '42', 'MINA@example.org']) {
      const numbers = () => [{ name: 'a', address: '1234567', of: 'voucher' as const, voucherId }]
      const require = () => [['call_back']]
      const own = site.another({
        verification: { methods: [callBack({ numbers })], require, attestedSuffices: require() },
      })
      const started = await own.start({ method: 'call_back', destination: 'a' })
      expect(keyOf(started)).toBe('own_vouch')
    }
    expect(site.events).toEqual([])
  })

  it('names the person who sees the caller, or who vouches at the telephone', async () => {
    const site = openSite()
    const method = 'call_back'
    await site.start({ method, destination: 'ward' })
    const asked = { method, destination: 'ward' }
    expect(keyOf(await site.answer({ ...asked, witnessId: '99' }))).toBe('witnessId')
    expect(keyOf(await site.answer({ ...asked, witnessId: '42' }))).toBe('own_vouch')
    const seen = await site.answer({ ...asked, witnessId: '44' })
    expect(seen).toMatchObject({ ok: true, identified: { secondPersonId: '44' } })
    await site.start({ method, destination: 'manager' })
    const vouched = await site.answer({ method, destination: 'manager' })
    expect(vouched).toMatchObject({ ok: true, identified: { secondPersonId: '43' } })
    await site.start({ method, destination: 'mobile' })
    expect(keyOf(await site.answer({ method, destination: 'mobile', witnessId: '44' }))).toBe(
      'witnessId',
    )
  })
})

describe('a witness', () => {
  it('out of sight looks like a missing one, and leaves the same event', async () => {
    const site = openSite({
      config: { authorize: ({ action, user }) => action !== 'view' || user?.id !== '44' },
    })
    const asked = { method: 'call_back', destination: 'ward' }
    await site.start(asked)
    const before = site.events.length
    const hidden = await site.answer({ ...asked, witnessId: '44' })
    expect(hidden).toEqual(await site.answer({ ...asked, witnessId: 'missing' }))
    expect(site.events.slice(before)).toMatchObject([
      { type: 'access.denied', userId: '44' },
      { type: 'access.denied', userId: 'missing' },
    ])
  })
})

describe('in person', () => {
  it('wants a kind of document from the list', async () => {
    const site = openSite()
    expect(keyOf(await site.answer({ method: 'in_person' }))).toBe('document')
    expect(
      keyOf(await site.answer({ method: 'in_person', document: Object('passport 123') })),
    ).toBe('document')
    expect(keyOf(await site.start({ method: 'in_person' }))).toBe('method_unavailable')
  })
})

describe('a code that is sent', () => {
  it('goes out in a whole sentence, and comes back once', async () => {
    const site = openSite()
    const method = 'sent_code'
    const started = await site.start({ method, destination: 'mobile' })
    expect(started).toMatchObject({
      ok: true,
      destination: 'Mobile …123',
      until: new Date(began + 300_000),
    })
    expect(started).not.toHaveProperty('number')
    const [message] = site.messages
    if (!message) throw new Error('no message')
    const code = codeIn(message)
    expect(message.text).toBe(
      `${code} is your code for the IT help desk of Example Hospital. a.novak asks for it. Read ` +
        'it out only if you rang us just now. If you did not, tell nobody and ring +49 30 5550100.',
    )
    expect(Object.keys(message).sort()).toEqual(['destination', 'kind', 'signal', 'text', 'user'])
    expect(keyOf(await site.answer({ method, answer: '' }))).toBe('answer')
    expect(keyOf(await site.answer({ method, answer: '1234567' }))).toBe('answer')
    const wrong = await site.answer({ method, answer: wrongCode(code) })
    expect(wrong).toMatchObject({ detail: { key: 'wrong_answer', parameters: { triesLeft: 4 } } })
    const right = await site.answer({ method, answer: code.replace(' ', ' - ') })
    expect(right).toMatchObject({
      ok: true,
      identified: { method, standing: 'proven', destination: 'Mobile …123' },
    })
    expect(keyOf(await site.answer({ method, answer: code }))).toBe('code_used')
    expect(typesOf(site.events)).toEqual([
      'verification.started',
      'verification.sent',
      'verification.failed',
      'verification.passed',
    ])
  })

  it('ends with the next code, and after five minutes', async () => {
    const site = openSite()
    const method = 'sent_code'
    await site.start({ method, destination: 'mobile' })
    await site.start({ method, destination: 'mobile' })
    const [first, second] = site.messages.map(codeIn)
    expect(keyOf(await site.answer({ method, answer: first }))).toBe('wrong_answer')
    site.later(301)
    expect(keyOf(await site.answer({ method, answer: second }))).toBe('not_started')
  })

  it('works for the operator alone who asked for it', async () => {
    const site = openSite()
    const method = 'sent_code'
    await site.start({ method, destination: 'mobile' })
    const [code] = site.messages.map(codeIn)
    expect(keyOf(await site.answer({ method, answer: code }, ito))).toBe('not_started')
    await site.start({ method, destination: 'mobile' }, ito)
    expect(keyOf(await site.answer({ method, answer: code }, ito))).toBe('wrong_answer')
  })

  it('goes out three times an hour for an account, whoever asks', async () => {
    const site = openSite()
    const method = 'sent_code'
    await site.start({ method, destination: 'mobile' })
    await site.another().start({ method, destination: 'mobile' }, ito)
    await site.start({ method: 'confirmed' })
    const fourth = await site.start({ method, destination: 'mobile' })
    expect(fourth).toMatchObject({
      detail: { key: 'too_many_starts', parameters: { seconds: 3_600 } },
    })
    expect(keyOf(await site.start({ method: 'confirmed' }, ito))).toBe('too_many_starts')
    // Another way stays open, and the trail has one event of the limit.
    expect(await site.proof()).toBeTypeOf('string')
    expect(site.events.filter(({ type }) => type === 'verification.failed')).toHaveLength(1)
    site.later(3_601)
    expect(keyOf(await site.start({ method, destination: 'mobile' }))).toBe('ok')
  })

  it('is told as not sent where the application does not take it', async () => {
    const site = openSite({
      deliver: () => {
        throw Object.assign(new Error('planted'), { code: 'ECONNREFUSED' })
      },
    })
    expect(keyOf(await site.start({ method: 'sent_code', destination: 'mobile' }))).toBe('not_sent')
    expect(site.events.at(-1)).toMatchObject({ type: 'verification.failed', why: 'not_sent' })
    expect(site.errors).toMatchObject([{ during: 'deliver', cause: { code: 'ECONNREFUSED' } }])
  })

  it('is no code any more where the account has changed', async () => {
    const site = openSite()
    await site.start({ method: 'sent_code', destination: 'mobile' })
    site.store.changePassword('42', 'another one of mina')
    const [answer] = site.messages.map(codeIn)
    expect(keyOf(await site.answer({ method: 'sent_code', answer }))).toBe('account_changed')
  })
})

describe('a question on a device of the person', () => {
  it('identifies the person who confirms', async () => {
    const site = openSite()
    const method = 'confirmed'
    await site.start({ method })
    expect(keyOf(await site.answer({ method }))).toBe('not_confirmed')
    const [question] = site.questions
    if (!question) throw new Error('no question')
    expect(question.text).toContain('a.novak of the IT help desk of Example Hospital')
    expect(
      await answerConfirmation(site.another().config, {
        token: question.token,
        answer: 'confirmed',
      }),
    ).toEqual({ ok: true })
    expect(await site.answer({ method })).toMatchObject({
      ok: true,
      identified: { standing: 'proven' },
    })
    expect(keyOf(await site.answer({ method }))).toBe('code_used')
  })

  it('closes verification of the account for an hour where the person denies', async () => {
    const site = openSite()
    const method = 'confirmed'
    const proof = await site.proof()
    await site.start({ method })
    const [{ token } = { token: '' }] = site.questions
    await answerConfirmation(site.config, { token, answer: 'confirmed' })
    expect(await answerConfirmation(site.config, { token, answer: 'denied' })).toEqual({ ok: true })
    expect(await answerConfirmation(site.config, { token, answer: 'denied' })).toEqual({ ok: true })
    expect(keyOf(await answerConfirmation(site.config, { token, answer: 'confirmed' }))).toBe(
      'denied',
    )
    expect(keyOf(await site.reset([proof]))).toBe('closed')
    expect(keyOf(await site.answer({ method }))).toBe('closed')
    expect(keyOf(await site.start({ method: 'call_back', destination: 'mobile' }, ito))).toBe(
      'closed',
    )
    expect(site.alerts).toMatchObject([{ kind: 'denied', operatorId: 'op-novak', userId: '42' }])
    expect(site.events.filter(({ type }) => type === 'verification.denied')).toMatchObject([
      { operatorId: 'op-novak', userId: '42', store: 'memory', method },
    ])
    const view = await viewUser(site.config, { operator: ito, userId: '42' })
    expect(view).toMatchObject({
      reset: { verification: { closed: { key: 'closed' }, recent: { suspicious: true } } },
    })
    site.later(3_601)
    expect(keyOf(await site.reset([await site.proof()]))).toBe('ok')
  })

  it('takes no answer with a token of another purpose, or an old one', async () => {
    const site = openSite()
    await site.start({ method: 'confirmed' })
    const [{ token } = { token: '' }] = site.questions
    const proof = await site.proof()
    expect(keyOf(await answerConfirmation(site.config, { token: proof, answer: 'denied' }))).toBe(
      'not_started',
    )
    expect(keyOf(await answerConfirmation(site.config, { token, answer: Object('yes') }))).toBe(
      'answer',
    )
    // The question is no proof either.
    expect(keyOf(await site.reset([token]))).toBe('no_proof')
    site.later(301)
    expect(keyOf(await answerConfirmation(site.config, { token, answer: 'confirmed' }))).toBe(
      'not_started',
    )
    // A denial counts for longer.
    expect(keyOf(await answerConfirmation(site.config, { token, answer: 'denied' }))).toBe('ok')
    site.later(3_600)
    expect(keyOf(await answerConfirmation(site.config, { token, answer: 'denied' }))).toBe(
      'not_started',
    )
  })
})

describe('a second person', () => {
  const method = 'second_person'

  it('vouches after the event, for this operator and this request alone', async () => {
    const site = openSite()
    const started = await site.start({ method, voucherId: '43' })
    await site.start({ method, voucherId: '43' }, ito)
    if (!started.ok) throw new Error(started.message)
    const voucher = { id: '43', username: 'ravi' }
    const page = await listVouches(site.another().config, { voucher })
    if (!page.ok) throw new Error(page.message)
    expect(page.vouches).toHaveLength(2)
    expect(page.vouches).toContainEqual({
      verificationId: started.verificationId,
      operator: { id: 'op-novak', name: 'a.novak' },
      user: { username: 'mina', displayName: 'Mina Okafor', place: 'Ward 3B' },
      askedAt: new Date(began),
      until: new Date(began + 600_000),
    })
    expect(await listVouches(site.config, { voucher: { id: '44' } })).toEqual({
      ok: true,
      vouches: [],
    })

    const { verificationId } = started
    const vouched = await vouch(site.another().config, { voucher, verificationId })
    if (!vouched.ok) throw new Error(vouched.message)
    expect(vouched.code).toMatch(/^\d{4} \d{4}$/)
    expect(site.events.at(-1)).toMatchObject({
      type: 'verification.vouched',
      operatorId: 'op-novak',
      userId: '42',
      username: 'mina',
      secondPersonId: '43',
    })
    const again = await vouch(site.config, { voucher, verificationId })
    expect(again).toMatchObject({ code: vouched.code })
    expect(site.events.filter(({ type }) => type === 'verification.vouched')).toHaveLength(1)

    expect(keyOf(await site.answer({ method, answer: vouched.code }, ito))).toBe('wrong_answer')
    const answered = await site.answer({ method, answer: vouched.code })
    expect(answered).toMatchObject({
      ok: true,
      identified: { standing: 'proven', secondPersonId: '43' },
    })
    expect(keyOf(await site.answer({ method, answer: vouched.code }))).toBe('code_used')
  })

  it('is never the operator, never the account, and nobody who may not', async () => {
    const site = openSite()
    expect(keyOf(await site.start({ method }))).toBe('voucherId')
    expect(keyOf(await site.start({ method, voucherId: 'op-novak' }))).toBe('own_vouch')
    expect(keyOf(await site.start({ method, voucherId: 'A.Novak' }))).toBe('own_vouch')
    expect(keyOf(await site.start({ method, voucherId: '42' }))).toBe('own_vouch')
    expect(keyOf(await site.start({ method, voucherId: '44' }))).toBe('may_not_vouch')
    const started = await site.start({ method, voucherId: '43' })
    if (!started.ok) throw new Error(started.message)
    const { verificationId } = started
    const asked = (voucher: { id: string; username?: string; email?: string }) =>
      vouch(site.config, { voucher, verificationId })
    expect(keyOf(await asked({ id: '44' }))).toBe('not_started')
    expect(keyOf(await asked({ id: '43', username: 'A.NOVAK' }))).toBe('own_vouch')
    expect(keyOf(await asked({ id: '43', email: 'mina@example.org' }))).toBe('own_vouch')
    // Who may no longer vouch does not vouch, and the code that was given is worth nothing.
    const vouched = await asked({ id: '43' })
    if (!vouched.ok) throw new Error(vouched.message)
    const stricter = site.another({ mayVouch: () => false })
    expect(keyOf(await vouch(stricter.config, { voucher: { id: '43' }, verificationId }))).toBe(
      'may_not_vouch',
    )
    expect(keyOf(await stricter.answer({ method, answer: vouched.code }))).toBe('may_not_vouch')
  })

  it('shows no code where the event cannot be stored', async () => {
    const site = openSite()
    const started = await site.start({ method, voucherId: '43' })
    if (!started.ok) throw new Error(started.message)
    const full = site.another({ config: { audit: () => Promise.reject(new Error('full')) } })
    const { verificationId } = started
    const vouched = await vouch(full.config, { voucher: { id: '43' }, verificationId })
    expect(vouched).toMatchObject({ ok: false, code: 'audit_unavailable' })
    expect(vouched).not.toHaveProperty('code', expect.stringMatching(/\d/))
  })

  it('with hidden characters in the id is escaped in the trail', async () => {
    const site = openSite({ mayVouch: () => true })
    const voucherId = 'ravi\u{202e}43\n'
    const started = await site.start({ method, voucherId })
    if (!started.ok) throw new Error(started.message)
    const { verificationId } = started
    const vouched = await vouch(site.config, { voucher: { id: voucherId }, verificationId })
    if (!vouched.ok) throw new Error(vouched.message)
    const answered = await site.answer({ method, answer: vouched.code })
    if (!answered.ok) throw new Error(answered.message)
    expect(keyOf(await site.reset([answered.proof]))).toBe('ok')
    expect(JSON.stringify(site.events)).not.toMatch(/\u202e|\\n|\u{202e}/u)
    expect(site.events.at(-1)).toMatchObject({
      identified: { by: [{ secondPersonId: 'ravi\\u{202e}43\\u{a}' }] },
    })
  })

  it('is asked in the tenant of the person alone', async () => {
    const site = openSite()
    const tenants = site.another({
      config: { store: () => site.store, scope: ({ tenant = 'north' }) => tenant },
    })
    const started = await tenants.start({ method, voucherId: '43' })
    if (!started.ok) throw new Error(started.message)
    const voucher = { id: '43' }
    expect(keyOf(await listVouches(tenants.config, { voucher }))).toBe('scope')
    expect(await listVouches(tenants.config, { voucher, scope: 'south' })).toEqual({
      ok: true,
      vouches: [],
    })
    const { verificationId } = started
    expect(keyOf(await vouch(tenants.config, { voucher, scope: 'south', verificationId }))).toBe(
      'not_started',
    )
    const vouched = await vouch(tenants.config, { voucher, scope: 'north', verificationId })
    if (!vouched.ok) throw new Error(vouched.message)
    expect(keyOf(await tenants.answer({ method, answer: vouched.code }))).toBe('ok')
  })

  it('sees the ten latest requests, the latest first', async () => {
    const site = openSite()
    for (let i = 0; i < 12; i++) {
      const asked = { operator: { id: `op-${i}` }, userId: i < 6 ? '42' : '44' }
      await startVerification(site.config, { ...asked, method, voucherId: '43' })
      site.later(1)
    }
    const page = await listVouches(site.config, { voucher: { id: '43' } })
    if (!page.ok) throw new Error(page.message)
    const expected = [11, 10, 9, 8, 7, 6, 5, 4, 3, 2].map((i) => `op-${i}`)
    expect(page.vouches.map(({ operator }) => operator.id)).toEqual(expected)
  })

  it('is asked for ten times an hour for an account', async () => {
    const site = openSite()
    for (let i = 0; i < 10; i++)
      expect(keyOf(await site.start({ method, voucherId: '43' }))).toBe('ok')
    expect(keyOf(await site.start({ method, voucherId: '43' }, ito))).toBe('too_many_starts')
  })
})

describe('a method of the application', () => {
  it('identifies with exactly true', async () => {
    const site = openSite()
    const method = 'card_reader'
    expect(keyOf(await site.answer({ method }))).toBe('answer')
    expect(keyOf(await site.answer({ method, answer: 'card-of-lea' }))).toBe('wrong_answer')
    expect(await site.answer({ method, answer: 'card-of-mina' })).toMatchObject({
      ok: true,
      identified: { method, standing: 'proven' },
    })
    for (const verify of [
      () => 1,
      () => 'true',
      () => ({}),
      () => undefined,
      () => Promise.reject(new Error('x')),
    ]) {
      const odd = openSite({ verify })
      expect(keyOf(await odd.answer({ method, answer: 'card-of-mina' }))).toBe('wrong_answer')
    }
  })
})

describe('a caller who could not be identified', () => {
  it('is recorded, and the next operator and the policy know', async () => {
    const seen: unknown[] = []
    const site = openSite({
      verification: {
        require: ({ recent }) => {
          seen.push(recent)
          return recent.suspicious ? [['sent_code', 'second_person']] : [['in_person']]
        },
      },
    })
    const odd = { operator: novak, userId: '42', why: Object('other') }
    expect(keyOf(await failVerification(site.config, odd))).toBe('why')
    expect(
      await failVerification(site.config, {
        operator: novak,
        userId: '42',
        why: 'gave_up',
        method: 'call_back',
      }),
    ).toEqual({ ok: true })
    const proof = await site.proof()
    site.later(60)
    await failVerification(site.config, { operator: ito, userId: '42', why: 'somebody_else' })
    const view = await viewUser(site.config, { operator: novak, userId: '42' })
    expect(view).toMatchObject({
      reset: {
        verification: {
          sets: [['sent_code', 'second_person']],
          recent: {
            resets: 0,
            notIdentified: 2,
            suspicious: true,
            lastNotIdentified: {
              at: '2026-10-25T12:01:00.000Z',
              operatorId: 'op-ito',
              why: 'somebody_else',
            },
          },
        },
      },
    })
    expect(site.events.filter(({ type }) => type !== 'verification.passed')).toMatchObject([
      { type: 'verification.failed', why: 'gave_up', method: 'call_back' },
      { type: 'verification.suspicious', operatorId: 'op-ito' },
    ])
    expect(site.alerts).toMatchObject([{ kind: 'suspicious', operatorId: 'op-ito', userId: '42' }])
    // The stricter rule counts at once, for a proof from before too.
    expect(keyOf(await site.reset([proof]))).toBe('not_enough')
    expect(seen.length).toBeGreaterThan(2)
  })
})
