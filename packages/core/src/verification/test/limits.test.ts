import { leakCheck } from '@force-reset/testing/vitest'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { forceReset, previewReset } from '../../index.ts'
import type { VerificationMemory } from '../../verification.ts'
import {
  answerVerification,
  callBack,
  failVerification,
  listVouches,
  startVerification,
  vouch,
} from '../../verification.ts'
import type { Agent, Site } from './site.fixture.ts'
import { codeIn, ito, keyOf, novak, openSite, typesOf, wrongCode } from './site.fixture.ts'

leakCheck()

const method = 'sent_code'

/** Sends a code and answers the code. */
async function sentTo(site: Site, operator: Agent = novak): Promise<string> {
  await site.start({ method, destination: 'mobile' }, operator)
  return site.messages.map(codeIn).at(-1) ?? ''
}

describe('wrong answers', () => {
  it('are five in a quarter of an hour for operator and account, across processes', async () => {
    const site = openSite()
    const code = await sentTo(site)
    const wrong = wrongCode(code)
    const processes = [site.another(), site.another(), site.another(), site.another()]
    const guesses = Array.from({ length: 40 }, (_, i) =>
      processes[i % 4]?.answer({ method, answer: wrong }),
    )
    const keys = (await Promise.all(guesses)).map((one) => one && keyOf(one))
    expect(keys.filter((key) => key === 'wrong_answer')).toHaveLength(4)
    expect(keys.filter((key) => key === 'too_many_answers')).toHaveLength(36)
    const failed = site.events.flatMap((event) =>
      event.type === 'verification.failed' ? [event.why] : [],
    )
    expect(failed.filter((why) => why === 'wrong_answer')).toHaveLength(5)
    expect(failed.filter((why) => why === 'too_many_answers')).toHaveLength(1)
    // The right code comes too late.
    const late = await site.answer({ method, answer: code })
    expect(late).toMatchObject({
      detail: { key: 'too_many_answers', parameters: { seconds: 900 } },
    })

    // Another operator's way stays open, and another way of the same operator.
    expect(keyOf(await site.answer({ method, answer: await sentTo(site, ito) }, ito))).toBe('ok')
    expect(keyOf(await site.answer({ method: 'card_reader', answer: 'card-of-mina' }))).toBe('ok')
    expect(await site.proof()).toBeTypeOf('string')
    site.later(901)
    expect(keyOf(await site.answer({ method, answer: await sentTo(site) }))).toBe('ok')
  })

  it('are twenty for an account, whoever guesses', async () => {
    const site = openSite()
    let guessed = 0
    for (let i = 0; i < 30; i++) {
      const operator = { id: `op-${i}` }
      const result = await site.answer({ method: 'card_reader', answer: 'wrong' }, operator)
      if (keyOf(result) === 'wrong_answer') guessed += 1
    }
    // The twentieth is told that it was the last.
    expect(guessed).toBe(19)
    expect(keyOf(await site.answer({ method: 'card_reader', answer: 'card-of-mina' }, ito))).toBe(
      'too_many_answers',
    )
    expect(await site.proof(ito)).toBeTypeOf('string')
    site.later(901)
    expect(keyOf(await site.answer({ method: 'card_reader', answer: 'card-of-mina' }, ito))).toBe(
      'ok',
    )
  })

  it('of a voucher’s code are counted too', async () => {
    const site = openSite()
    const started = await site.start({ method: 'second_person', voucherId: '43' })
    if (!started.ok) throw new Error(started.message)
    const { verificationId } = started
    const vouched = await vouch(site.config, { voucher: { id: '43' }, verificationId })
    if (!vouched.ok) throw new Error(vouched.message)
    const asked = { method: 'second_person' }
    for (let i = 0; i < 4; i++)
      expect(keyOf(await site.answer({ ...asked, answer: wrongCode(vouched.code) }))).toBe(
        'wrong_answer',
      )
    for (const answer of [wrongCode(vouched.code), vouched.code])
      expect(keyOf(await site.answer({ ...asked, answer }))).toBe('too_many_answers')
  })

  it('are none where the text is no code', async () => {
    const site = openSite()
    const code = await sentTo(site)
    for (let i = 0; i < 10; i++)
      expect(keyOf(await site.answer({ method, answer: '123' }))).toBe('answer')
    expect(keyOf(await site.answer({ method, answer: code }))).toBe('ok')
  })
})

describe('a denied operator', () => {
  it('gets the answer of a missing account at every step, and starts no message', async () => {
    const site = openSite()
    const denied = site.another({
      config: { authorize: ({ user }) => user?.id !== '42' },
    })
    const shapes = async (userId: string) => {
      const asked = { operator: novak, userId }
      const results = [
        await startVerification(denied.config, { ...asked, method, destination: 'mobile' }),
        await startVerification(denied.config, { ...asked, method: 'nonsense' }),
        await answerVerification(denied.config, { ...asked, method, answer: '12345678' }),
        await answerVerification(denied.config, {
          ...asked,
          method: 'in_person',
          document: 'staff_badge',
        }),
        await failVerification(denied.config, { ...asked, why: 'gave_up' }),
      ]
      return results
    }
    const hidden = await shapes('42')
    const before = site.remembered.length
    expect(hidden).toEqual(await shapes('missing'))
    expect(hidden.map(keyOf)).toEqual(Array(5).fill('user_not_found'))
    expect(denied.messages).toEqual([])
    expect(before).toBe(0)
    expect(new Set(typesOf(site.events))).toEqual(new Set(['access.denied']))
    expect(site.events).toHaveLength(10)
  })
})

describe('an override', () => {
  const byNovak = { verification: { override: ({ id }: Agent) => id === 'op-novak' } }

  it('is refused to everybody unless the configuration says otherwise', async () => {
    const site = openSite()
    const result = await site.reset(undefined, { override: true, reason: 'Theatre 2 waits' })
    expect(keyOf(result)).toBe('override_refused')
    expect(site.store.writes).toBe(0)
  })

  it('wants a reason, works for two hours, and is told before the write', async () => {
    const site = openSite(byNovak)
    expect(keyOf(await site.reset(undefined, { override: true }))).toBe('override_refused')
    expect(keyOf(await site.reset(undefined, { override: true, reason: ' \u2800 ' }))).toBe(
      'override_refused',
    )
    const other = { override: true, reason: 'Theatre 2 waits', operator: ito }
    expect(keyOf(await site.reset(undefined, other))).toBe('override_refused')
    const before = site.events.length
    const result = await site.reset(undefined, { override: true, reason: 'Theatre 2 waits' })
    expect(result).toMatchObject({
      ok: true,
      identified: { by: [], carriedOver: false },
      receipt: { expiresAt: new Date(Date.UTC(2026, 9, 25, 14)) },
    })
    expect(site.events.slice(before)).toMatchObject([
      { type: 'verification.overridden', reason: 'Theatre 2 waits', userId: '42' },
      { type: 'reset.attempted', identified: { by: [] } },
      { type: 'reset.applied', identified: { by: [] } },
    ])
    expect(site.alerts).toMatchObject([
      { kind: 'overridden', operatorId: 'op-novak', userId: '42' },
    ])
  })

  it('does not make a shorter validity longer', async () => {
    const site = openSite({ ...byNovak, config: { expiresInSeconds: 600 } })
    const short = await site.reset(undefined, { override: true, reason: 'x' })
    expect(short).toMatchObject({ receipt: { expiresAt: new Date(Date.UTC(2026, 9, 25, 12, 10)) } })
    const endless = site.another({ ...byNovak, config: { expiresInSeconds: null } })
    const ended = await endless.reset(undefined, { override: true, reason: 'x' })
    expect(ended).toMatchObject({ receipt: { expiresAt: new Date(Date.UTC(2026, 9, 25, 14)) } })
  })

  it('changes nothing where its event cannot be stored', async () => {
    const site = openSite({
      ...byNovak,
      config: {
        audit: ({ type }) => {
          if (type === 'verification.overridden') throw new Error('full')
        },
      },
    })
    const result = await site.reset(undefined, { override: true, reason: 'x' })
    expect(result).toMatchObject({ code: 'audit_unavailable' })
    expect(site.store.writes).toBe(0)
  })

  it('is refused where the function answers anything but true', async () => {
    for (const override of [
      () => 1,
      () => 'yes',
      async () => true,
      () => {
        throw new Error('x')
      },
    ]) {
      const site = openSite({ verification: { override: Object(override) } })
      expect(keyOf(await site.reset(undefined, { override: true, reason: 'x' }))).toBe(
        'override_refused',
      )
    }
  })
})

/** A promise that is never settled. */
const never = () => new Promise<never>(() => undefined)

describe('a memory that fails', () => {
  type Fault = (right: () => Promise<unknown>) => unknown
  const faults: readonly (readonly [string, Fault])[] = [
    [
      'throws',
      () => {
        throw new TypeError('planted')
      },
    ],
    ['rejects', () => Promise.reject(new TypeError('planted'))],
    [
      'rejects after its work',
      async (right) => {
        await right()
        throw new TypeError('planted')
      },
    ],
    ['answers null', async () => null],
    ['answers an empty object', async () => ({})],
    ['answers nonsense', async () => ({ count: '1', text: 1, endsInSeconds: 'x' })],
    ['answers a count of none', async () => ({ count: 0, endsInSeconds: 10 })],
    ['answers half a count', async () => ({ count: 0.5, endsInSeconds: 10 })],
    ['answers a count that is no number', async () => ({ count: Number.NaN, endsInSeconds: 10 })],
  ]
  const functions = ['count', 'counted', 'keep', 'kept'] as const
  const cases = functions.flatMap((name) =>
    faults
      // What `keep` answers is of no meaning.
      .filter(([what]) => name !== 'keep' || /throws|rejects/.test(what))
      .map(([what, fault]) => [name, what, fault] as const),
  )

  it.each(cases)('in %s, because it %s, lets no reset through', async (name, _, fault) => {
    const site = openSite()
    const proof = await site.proof()
    const { version } = await site.user()
    const asked = { operator: novak, userId: '42', version, proofs: [proof] }
    // The memory of the help desk, behind the fault.
    const { memory: right } = site
    const spoiled = (...parts: readonly unknown[]) =>
      fault(() => Reflect.apply(right[name], right, parts))
    const memory: VerificationMemory = { ...right, [name]: spoiled }
    const broken = site.another({ verification: { memory } })
    const result = await forceReset(broken.config, asked)
    expect(result).toMatchObject({ ok: false, code: 'verification_required' })
    expect(['memory_failed', 'proof_used']).toContain(keyOf(result))
    expect(broken.errors.some(({ during }) => during === 'memory')).toBe(true)
    expect(JSON.stringify([result, broken.errors])).not.toContain('planted')
    expect(site.store.writes).toBe(0)
    expect(broken.store).toBe(site.store)
  })
})

describe('functions of the application that hang', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
  afterEach(() => void vi.useRealTimers())

  /** The answer of a question, while the timers run on. */
  async function inTime<T>(ask: Promise<T>): Promise<T> {
    let done = false
    const settled = ask.finally(() => {
      done = true
    })
    while (!done) await vi.advanceTimersByTimeAsync(1_000)
    return settled
  }

  it('refuse after ten seconds, and their signal is aborted', async () => {
    const signals: AbortSignal[] = []
    const site = openSite({
      deliver: ({ signal }) => {
        signals.push(signal)
        return never()
      },
      mayVouch: never,
      verify: never,
    })
    expect(keyOf(await inTime(site.start({ method, destination: 'mobile' })))).toBe('not_sent')
    expect(signals.map(({ aborted }) => aborted)).toEqual([true])
    expect(keyOf(await inTime(site.start({ method: 'second_person', voucherId: '43' })))).toBe(
      'may_not_vouch',
    )
    expect(
      keyOf(await inTime(site.answer({ method: 'card_reader', answer: 'card-of-mina' }))),
    ).toBe('wrong_answer')
    expect(site.errors.map(({ during, name }) => [during, name])).toEqual([
      ['deliver', 'DeadlineError'],
      ['may_vouch', 'DeadlineError'],
      ['verify', 'DeadlineError'],
    ])
  })

  it.each(['count', 'counted', 'keep', 'kept'] as const)(
    'refuse where %s of the memory hangs',
    async (name) => {
      const site = openSite()
      const proof = await inTime(site.proof())
      const { version } = await inTime(site.user())
      const memory = { ...site.memory, [name]: never }
      const hung = site.another({ verification: { memory } })
      const asked = { operator: novak, userId: '42', version, proofs: [proof] }
      expect(keyOf(await inTime(forceReset(hung.config, asked)))).toBe('memory_failed')
      expect(hung.errors.at(-1)).toMatchObject({ during: 'memory', name: 'DeadlineError' })
      expect(site.store.writes).toBe(0)
    },
  )

  it('do not hold a reset back where the alert hangs', async () => {
    const site = openSite({ verification: { override: () => true, onAlert: never } })
    const result = await inTime(site.reset(undefined, { override: true, reason: 'x' }))
    expect(keyOf(result)).toBe('ok')
    expect(site.errors).toMatchObject([{ during: 'on_alert', name: 'DeadlineError' }])
  })
})

describe('functions of the application that answer nonsense', () => {
  it.each([
    ['nothing', undefined],
    ['text', 'yes'],
    ['1', 1],
    ['an object', {}],
    ['false', false],
  ])('let nobody vouch: %s', async (_, answer) => {
    const site = openSite({ mayVouch: () => answer })
    expect(keyOf(await site.start({ method: 'second_person', voucherId: '43' }))).toBe(
      'may_not_vouch',
    )
    expect(typesOf(site.events)).toEqual([])
  })

  it.each([
    ['no list', undefined],
    ['no destinations', ['+49 30 1']],
    ['a number without a name', [{ address: '+49' }]],
    [
      'two of one name',
      [
        { name: 'a', address: '1234567' },
        { name: 'a', address: '7654321' },
      ],
    ],
    ['a voucher without an id', [{ name: 'a', address: '1234567', of: 'voucher' }]],
    ['an odd kind', [{ name: 'a', address: '1234567', of: 'friend' }]],
    ['an address of 201 characters', [{ name: 'a', address: '1'.repeat(201) }]],
  ])('show no number: %s', async (_, answer) => {
    const site = openSite()
    const strange = site.another({
      verification: {
        methods: [callBack({ numbers: () => Object(answer) })],
        require: () => [['call_back']],
        attestedSuffices: [['call_back']],
      },
    })
    const started = await strange.start({ method: 'call_back', destination: 'a' })
    expect(keyOf(started)).toBe('method_unavailable')
    expect(strange.errors).toMatchObject([{ during: 'destinations' }])
    const preview = await previewReset(strange.config, { operator: novak, userId: '42' })
    expect(preview).toMatchObject({
      allowed: true,
      verification: { methods: [{ unavailable: { key: 'method_unavailable' } }] },
    })
  })

  it('close a number whose change cannot be read', async () => {
    const site = openSite()
    const numbers = () => [{ name: 'a', address: '1234567', changedAt: new Date(Number.NaN) }]
    const strange = site.another({
      verification: {
        methods: [callBack({ numbers })],
        require: () => [['call_back']],
        attestedSuffices: [['call_back']],
      },
    })
    expect(keyOf(await strange.start({ method: 'call_back', destination: 'a' }))).toBe(
      'destination_changed',
    )
  })

  it('refuse a request that is none', async () => {
    const site = openSite()
    for (const odd of [undefined, null, 5, 'text', {}, { method: 5 }, { method: 'x'.repeat(65) }]) {
      expect((await startVerification(site.config, Object(odd))).ok).toBe(false)
      expect((await failVerification(site.config, Object(odd))).ok).toBe(false)
      expect((await listVouches(site.config, Object(odd))).ok).toBe(false)
      expect((await vouch(site.config, Object(odd))).ok).toBe(false)
    }
  })
})
