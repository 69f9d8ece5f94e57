import { leakCheck } from '@force-reset/testing/vitest'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FoundUser, UserStore } from '../../index.ts'
import { forceReset } from '../../index.ts'
import { keysOf, toBase64url } from '../../port/secret.ts'
import { callBack, inPerson, secondPerson, verification } from '../../verification.ts'
import { signed } from '../parts/keys.ts'
import type { Proof } from '../parts/proof.ts'
import { proofText, readProof } from '../parts/proof.ts'
import type { Site } from './site.fixture.ts'
import { codeIn, ito, keyOf, novak, openSite, secret, typesOf } from './site.fixture.ts'

leakCheck()

const keys = keysOf(secret)
const utf8 = new TextEncoder()

/** The parts of a good proof, to be changed and signed again by somebody who has the key. */
async function partsOf(text: string): Promise<Proof> {
  const read = await readProof(keys, text)
  if (read.is !== 'ours') throw new Error(read.is)
  return read.proof
}

describe('a proof', () => {
  it('is good for its operator, account, store and tenant alone', async () => {
    const site = openSite()
    const own = await partsOf(await site.proof())
    const foreign: Readonly<Record<string, Partial<Proof>>> = {
      operator: { operatorId: 'op-ito' },
      account: { userId: '43' },
      store: { store: 'sql' },
      tenant: { scope: 'south' },
    }
    for (const [what, change] of Object.entries(foreign)) {
      const text = await proofText(keys, { ...own, ...change })
      expect([what, keyOf(await site.reset([text]))]).toEqual([what, 'proof_of_another'])
    }
    expect(site.store.writes).toBe(0)
    // The control: nothing but the change is what makes them bad.
    expect(keyOf(await site.reset([await proofText(keys, own)]))).toBe('ok')
  })

  it('of one operator, or for one account, is refused to others at every step', async () => {
    const site = openSite()
    const proof = await site.proof(novak)
    const { version } = await site.user()
    const mine = { userId: '42', version, proofs: [proof] }
    expect(keyOf(await forceReset(site.config, { ...mine, operator: ito }))).toBe(
      'proof_of_another',
    )
    const other = {
      ...mine,
      operator: novak,
      userId: '44',
      version: await otherVersion(site, '44'),
    }
    expect(keyOf(await forceReset(site.config, other))).toBe('proof_of_another')
    expect(keyOf(await forceReset(site.config, { ...mine, operator: novak }))).toBe('ok')
  })

  it('of one tenant is refused in another, also where ids are the same', async () => {
    const site = openSite()
    const store = (): UserStore => site.store
    const tenants = site.another({ config: { store, scope: ({ tenant = 'north' }) => tenant } })
    const proof = await tenants.proof(novak)
    const { version } = await tenants.user()
    const asked = { userId: '42', version, proofs: [proof] }
    const moved = { ...novak, tenant: 'south' }
    expect(keyOf(await forceReset(tenants.config, { ...asked, operator: moved }))).toBe(
      'proof_of_another',
    )
    expect(keyOf(await forceReset(tenants.config, { ...asked, operator: novak }))).toBe('ok')
  })

  it('made with a key that is gone is told apart, and onError hears of each label', async () => {
    const site = openSite()
    const [old, young] = [
      { label: 'old', key: new Uint8Array(32).fill(1) },
      { label: 'young', key: new Uint8Array(32).fill(2) },
    ]
    const before = site.another({ config: { secret: [old] } })
    const rotated = site.another({ config: { secret: [young, old] } })
    const after = site.another({ config: { secret: [young] } })
    const proof = await before.proof()
    const result = await after.reset([proof])
    expect(result).toMatchObject({
      detail: { key: 'foreign_proof', parameters: { keyLabel: 'old' } },
    })
    for (let i = 0; i < 12; i++) await after.reset([proof, `made-up-${i}.x.y`, `made-up-${i}.x.z`])
    expect(after.errors.filter(({ during }) => during === 'verification')).toHaveLength(8)
    expect(after.errors[0]?.message).toContain('label old')
    // A list that still has the key goes on, whichever process made the proof.
    expect(keyOf(await rotated.reset([proof]))).toBe('ok')
  })

  it('cannot be made with another key of the same label, or for another purpose', async () => {
    const site = openSite()
    const own = await partsOf(await site.proof())
    const otherKeys = keysOf('badcafe0'.repeat(8))
    expect(otherKeys[0].label).toBe(keys[0].label)
    expect(keyOf(await site.reset([await proofText(otherKeys, own)]))).toBe('no_proof')
    const text = await proofText(keys, own)
    const fields = JSON.parse(
      atob(text.split('.')[1]?.replaceAll('-', '+').replaceAll('_', '/') ?? ''),
    )
    for (const purpose of ['confirmation', 'sent code', 'vouch code', 'memory'] as const)
      expect(keyOf(await site.reset([await signed(keys, purpose, fields)]))).toBe('no_proof')
    expect(keyOf(await site.reset([await signed(keys, 'proof', fields)]))).toBe('ok')
  })

  it('has one text: no other one stands for the same signature', async () => {
    const site = openSite()
    const proof = await site.proof()
    const last = proof.slice(-1)
    const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    // Two bits of the last character are no part of the signature.
    const first = digits.indexOf(last) & ~3
    const twins = [0, 1, 2, 3].map((i) => digits[first + i] ?? '').filter((one) => one !== last)
    expect(twins).toHaveLength(3)
    for (const twin of twins)
      expect(keyOf(await site.reset([proof.slice(0, -1) + twin]))).toBe('no_proof')
    expect(keyOf(await site.reset([proof]))).toBe('ok')
  })

  it('of an account with another status is refused, also where no version tells', async () => {
    const site = openSite()
    const store: UserStore = {
      ...site.store,
      find: async (id, asking) => {
        const found = await site.store.find(id, asking)
        return found && withFixedVersion(found)
      },
    }
    const hidden = site.another({ config: { store } })
    const proof = await hidden.proof()
    site.store.setStatus('42', 'pending')
    expect(keyOf(await hidden.reset([proof], { version: 'fixed' }))).toBe('account_changed')
  })

  it('of another format is none', async () => {
    const site = openSite()
    const text = await site.proof()
    const fields = JSON.parse(
      atob(text.split('.')[1]?.replaceAll('-', '+').replaceAll('_', '/') ?? ''),
    )
    const [, ...rest] = fields
    for (const odd of [
      [2, ...rest],
      [1, ...rest, null],
      [1, ...rest.slice(1)],
      rest,
      [],
      ['1', ...rest],
    ])
      expect(keyOf(await site.reset([await signed(keys, 'proof', odd)]))).toBe('no_proof')
  })

  it('runs out after ten minutes, and says when', async () => {
    const site = openSite()
    const proof = await site.proof()
    site.later(600)
    const late = await site.proof()
    site.later(1)
    const result = await site.reset([proof])
    expect(result).toMatchObject({
      detail: { key: 'proof_expired', parameters: { at: '2026-10-25T12:10:00.000Z' } },
      message: 'The identification ran out. Nothing was changed. Identify the caller again.',
    })
    expect(keyOf(await site.reset([proof, late]))).toBe('ok')
  })

  it('is valid for as long as validSeconds says', async () => {
    const site = openSite({ verification: { validSeconds: 60 } })
    const proof = await site.proof()
    site.later(60)
    const { version } = await site.user()
    site.later(1)
    expect(keyOf(await site.reset([proof], { version }))).toBe('proof_expired')
  })

  it('from more than a minute ahead is refused', async () => {
    const site = openSite()
    const own = await partsOf(await site.proof())
    const ahead = (ms: number) => proofText(keys, { ...own, atMs: own.atMs + ms })
    expect(keyOf(await site.reset([await ahead(60_001)]))).toBe('clocks_differ')
    expect(keyOf(await site.reset([await ahead(Number.NaN)]))).toBe('proof_expired')
    expect(keyOf(await site.reset([await ahead(60_000)]))).toBe('ok')
  })

  it('is worth nothing where its method is gone, or is worth less now', async () => {
    const site = openSite()
    const own = await partsOf(await site.proof())
    const gone = await proofText(keys, { ...own, method: 'retired' })
    const raised = await proofText(keys, { ...own, standing: 'proven' })
    expect(keyOf(await site.reset([gone]))).toBe('no_proof')
    expect(keyOf(await site.reset([raised]))).toBe('no_proof')
  })
})

/** An account whose version never changes. */
function withFixedVersion(found: FoundUser): FoundUser {
  return {
    user: { ...found.user, version: 'fixed' },
    check: found.check,
    prepare: found.prepare,
    standing: found.standing,
  }
}

async function otherVersion(site: Site, userId: string): Promise<string> {
  const found = await site.store.find(userId)
  return found?.user.version ?? ''
}

describe('a set of two methods', () => {
  const both = () =>
    openSite({ verification: { require: () => [['in_person', 'sent_code'], ['second_person']] } })

  it('wants both, and says after the first that more is needed', async () => {
    const site = both()
    const seen = await site.answer({ method: 'in_person', document: 'staff_badge' })
    if (!seen.ok) throw new Error(seen.message)
    expect(seen.suffices).toBe(false)
    expect(keyOf(await site.reset([seen.proof]))).toBe('not_enough')
    await site.start({ method: 'sent_code', destination: 'mobile' })
    const [answer] = site.messages.map(codeIn)
    const sent = await site.answer({ method: 'sent_code', answer, proofs: [seen.proof] })
    if (!sent.ok) throw new Error(sent.message)
    expect(sent.suffices).toBe(true)
    const result = await site.reset([seen.proof, sent.proof])
    expect(result).toMatchObject({
      identified: { by: [{ method: 'in_person' }, { method: 'sent_code' }] },
    })
  })

  it('is not met by two proofs of one method, or by proofs of two operators', async () => {
    const site = both()
    const [one, two] = [await site.proof(), await site.proof()]
    expect(keyOf(await site.reset([one, two, one]))).toBe('not_enough')
    await site.start({ method: 'sent_code', destination: 'mobile' }, ito)
    const [answer] = site.messages.map(codeIn)
    const sent = await site.answer({ method: 'sent_code', answer }, ito)
    if (!sent.ok) throw new Error(sent.message)
    expect(keyOf(await site.reset([one, sent.proof]))).toBe('proof_of_another')
    expect(site.store.writes).toBe(0)
  })

  it('ends with its oldest proof', async () => {
    const site = both()
    const seen = await site.proof()
    site.later(599)
    await site.start({ method: 'sent_code', destination: 'mobile' })
    const [answer] = site.messages.map(codeIn)
    const sent = await site.answer({ method: 'sent_code', answer })
    if (!sent.ok) throw new Error(sent.message)
    const { version } = await site.user()
    site.later(2)
    expect(keyOf(await site.reset([seen, sent.proof], { version }))).toBe('proof_expired')
  })
})

describe('one proof', () => {
  it('serves once more for the same operator, and the trail says so', async () => {
    const site = openSite()
    const proof = await site.proof()
    expect(await site.reset([proof])).toMatchObject({ identified: { carriedOver: false } })
    site.later(120)
    expect(await site.reset([proof])).toMatchObject({ ok: true, identified: { carriedOver: true } })
    expect(site.events.at(-1)).toMatchObject({
      type: 'reset.applied',
      identified: { carriedOver: true },
    })
    const before = site.events.length
    expect(keyOf(await site.reset([proof]))).toBe('proof_used')
    expect(site.store.writes).toBe(2)
    // Refused before anything is attempted.
    expect(site.events.slice(before)).toMatchObject([{ type: 'reset.refused', why: 'proof_used' }])
  })

  it('is not carried over beyond its ten minutes', async () => {
    const site = openSite()
    const proof = await site.proof()
    site.later(500)
    expect(keyOf(await site.reset([proof]))).toBe('ok')
    site.later(101)
    expect(keyOf(await site.reset([proof]))).toBe('proof_expired')
  })

  it('is worth nothing where somebody else changed the account, before or after', async () => {
    const site = openSite()
    const proof = await site.proof()
    const { version } = await site.user()
    site.store.changePassword('42', 'the own choice of mina')
    // Said in place of a conflict: the operator looked before, and asked who is calling.
    const stale = await site.reset([proof], { version })
    expect(stale).toMatchObject({
      code: 'verification_required',
      message:
        'The account changed after the caller was identified. Nothing was changed. Look at the ' +
        'account again, then identify the caller again.',
    })
    expect(keyOf(await site.reset([proof]))).toBe('account_changed')
    expect(keyOf(await site.reset([proof]))).toBe('account_changed')
    // Without a proof that was good before, an old version is a conflict as ever.
    expect(await site.reset(['nonsense'], { version })).toMatchObject({ code: 'conflict' })

    const second = await site.proof()
    expect(keyOf(await site.reset([second]))).toBe('ok')
    site.store.changePassword('42', 'another choice of mina')
    expect(keyOf(await site.reset([second]))).toBe('account_changed')
  })

  it('is carried over on a store that cannot tell, until the person need not choose', async () => {
    const site = openSite()
    let mustChange: boolean | undefined = true
    const store: UserStore = {
      ...site.store,
      find: async (id, asking) => {
        const found = await site.store.find(id, asking)
        return (
          found && {
            user: { ...found.user, mustChange },
            check: found.check,
            prepare: found.prepare,
            standing: () => ({ now: 'unknown', why: 'no_stamp' }),
          }
        )
      },
    }
    const unclear = site.another({ config: { store } })
    for (const [after, expected] of [
      [true, 'ok'],
      [undefined, 'ok'],
      [false, 'account_changed'],
    ] as const) {
      mustChange = true
      const proof = await unclear.proof()
      expect(keyOf(await unclear.reset([proof]))).toBe('ok')
      mustChange = after
      expect(keyOf(await unclear.reset([proof]))).toBe(expected)
    }
    // Where nobody has to choose, that says nothing.
    const free = site.another({ config: { store, requireMustChange: false } })
    const proof = await free.proof()
    expect(keyOf(await free.reset([proof]))).toBe('ok')
    expect(keyOf(await free.reset([proof]))).toBe('ok')
  })

  it('is worth nothing where the name or status changed', async () => {
    const site = openSite()
    const proof = await site.proof()
    site.store.change('42', { displayName: 'Mina Okafor-Lind' })
    expect(keyOf(await site.reset([proof]))).toBe('account_changed')
    const next = await site.proof()
    site.store.setStatus('42', 'pending')
    expect(keyOf(await site.reset([next]))).toBe('account_changed')
  })

  it('is carried over after a write whose outcome nobody knows', async () => {
    const site = openSite()
    const proof = await site.proof()
    site.store.faults.loseAnswer()
    site.store.faults.failSettle()
    expect(await site.reset([proof])).toMatchObject({ code: 'outcome_unknown' })
    expect(site.events.at(-1)).toMatchObject({
      type: 'reset.unknown',
      identified: { carriedOver: false },
    })
    expect(await site.reset([proof])).toMatchObject({ ok: true, identified: { carriedOver: true } })
  })

  it('is carried over after a write that the store refused', async () => {
    const site = openSite()
    const proof = await site.proof()
    const { version } = await site.user()
    site.store.faults.beforeNextWrite(() => site.store.change('42', { displayName: 'Other' }))
    expect(await site.reset([proof], { version })).toMatchObject({ code: 'conflict' })
    // What the store refused was another one's change.
    expect(keyOf(await site.reset([proof]))).toBe('account_changed')
    const next = await site.proof()
    site.store.faults.beforeNextWrite(() => site.store.setStatus('42', 'suspended'))
    expect(await site.reset([next])).toMatchObject({ code: 'not_eligible' })
    site.store.setStatus('42', 'active')
    expect(await site.reset([next])).toMatchObject({ ok: true, identified: { carriedOver: true } })
  })

  it('waits a minute for a process that died with its write', async () => {
    const site = openSite()
    const proof = await site.proof()
    const hanging = carelessStore(site, () => new Promise(() => undefined))
    void site.another({ config: { store: hanging.store } }).reset([proof])
    while (hanging.writes() === 0) await tick()
    expect(keyOf(await site.reset([proof]))).toBe('proof_under_way')
    site.later(61)
    expect(await site.reset([proof])).toMatchObject({ ok: true, identified: { carriedOver: true } })
  })

  it('serves one of two processes at once', async () => {
    for (let i = 0; i < 20; i++) {
      const site = openSite()
      const proof = await site.proof()
      const { version } = await site.user()
      const processes = [site.another(), site.another(), site.another(), site.another()]
      const results = await Promise.all(processes.map((one) => one.reset([proof], { version })))
      expect(results.filter(({ ok }) => ok)).toHaveLength(1)
      expect(site.store.writes).toBe(1)
    }
  })

  it('serves one of two processes at once, also where the store lets both write', async () => {
    for (let i = 0; i < 20; i++) {
      const site = openSite()
      const proof = await site.proof()
      // Neither is asked to write before both were found good: otherwise the second comes after.
      const careless = carelessStore(site, tick, meeting(2))
      const processes = [0, 1].map(() => site.another({ config: { store: careless.store } }))
      const { version } = await site.user()
      const results = await Promise.all(processes.map((one) => one.reset([proof], { version })))
      expect(results.filter(({ ok }) => ok)).toHaveLength(1)
      expect(careless.writes()).toBe(1)
      const lost = results.find(({ ok }) => !ok)
      expect(['proof_used', 'proof_under_way']).toContain(lost && keyOf(lost))
    }
  })
})

function tick(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** A place where the first ones wait for the last. */
function meeting(count: number): () => Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  let arrived = 0
  return () => {
    arrived += 1
    if (arrived === count) resolve()
    return promise
  }
}

/** A store that takes every write, whatever the version: the proof alone is the guard. */
function carelessStore(
  site: Site,
  wait: () => Promise<void> = tick,
  prepared: () => Promise<void> = tick,
): { readonly store: UserStore; writes(): number } {
  let writes = 0
  const { store } = site
  return {
    writes: () => writes,
    store: {
      name: store.name,
      capabilities: store.capabilities,
      list: store.list,
      find: async (id, asking) => {
        const found = await store.find(id, asking)
        return (
          found && {
            ...found,
            check: found.check,
            standing: found.standing,
            prepare: async (order) => {
              const ready = await found.prepare(order)
              if (ready.outcome !== 'prepared') return ready
              await prepared()
              return {
                ...ready,
                write: async () => {
                  writes += 1
                  await wait()
                  const { mark } = ready
                  const receipt = {
                    mustChange: 'off' as const,
                    expiresAt: null,
                    unlocked: false,
                    sessionsRevoked: null,
                    endpoint: 'careless',
                    survives: [],
                  }
                  return { outcome: 'applied', receipt, mark }
                },
              }
            },
          }
        )
      },
    },
  }
}

describe('ten thousand variations of good proofs', () => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \u{0}é'
  const character = fc.constantFrom(...Array.from(alphabet))

  /** Ways to change a text by hand, each of which has to change the text. */
  const variation = (text: string, other: string): fc.Arbitrary<string> => {
    const place = fc.nat(text.length - 1)
    const parts = text.split('.')
    const otherParts = other.split('.')
    return fc
      .oneof(
        fc.tuple(place, character).map(([at, one]) => text.slice(0, at) + one + text.slice(at + 1)),
        fc.tuple(place, character).map(([at, one]) => text.slice(0, at) + one + text.slice(at)),
        fc.tuple(place, fc.nat(20)).map(([at, n]) => text.slice(0, at) + text.slice(at + n + 1)),
        place.map((at) => text.slice(0, at)),
        place.map((at) => text.slice(at + 1)),
        fc.tuple(place, place).map(([a, b]) => text.slice(0, a) + text.slice(b)),
        // The parts in another order, twice, or mixed with those of another proof.
        fc.shuffledSubarray([...parts, ...otherParts, '', 'default']).map((some) => some.join('.')),
        fc
          .tuple(fc.boolean(), fc.boolean(), fc.boolean())
          .map((mine) => mine.map((own, i) => (own ? parts[i] : otherParts[i])).join('.')),
        fc.constantFrom(
          text.toLowerCase(),
          text.toUpperCase(),
          `${text}.`,
          `.${text}`,
          text + text,
        ),
        // The signature stays, and one field is another.
        fc
          .tuple(fc.nat(15), fc.constantFrom('', '43', 'op-ito', null, 0, 1e15, 'proven'))
          .map(([at, value]) => {
            const fields = JSON.parse(
              atob(parts[1]?.replaceAll('-', '+').replaceAll('_', '/') ?? ''),
            )
            fields[at] = value
            return [parts[0], toBase64url(utf8.encode(JSON.stringify(fields))), parts[2]].join('.')
          }),
      )
      .filter((changed) => changed !== text && changed !== other)
  }

  it('are refused, and audited, and change nothing', async () => {
    const site = openSite()
    const [proof, other] = [await site.proof(), await site.proof()]
    const { version } = await site.user()
    const before = site.events.length
    let tried = 0
    const lots = fc.array(variation(proof, other), { minLength: 5, maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(lots, async (texts) => {
        tried += texts.length
        const result = await forceReset(site.config, {
          operator: novak,
          userId: '42',
          version,
          proofs: texts,
        })
        expect(result).toMatchObject({ ok: false, code: 'verification_required' })
      }),
      { numRuns: 2_000, seed: 20_261_128 },
    )
    expect(tried).toBe(10_000)
    const refused = site.events.slice(before)
    expect(refused).toHaveLength(2_000)
    expect(new Set(typesOf(refused))).toEqual(new Set(['reset.refused']))
    for (const event of refused) expect(event).toMatchObject({ why: expect.any(String) })
    expect(site.store.writes).toBe(0)
    // The control: the proof itself, at last.
    expect(keyOf(await site.reset([proof]))).toBe('ok')
  })
})

describe('the policy', () => {
  const odd: readonly (readonly [string, () => unknown])[] = [
    ['nothing', () => undefined],
    ['no set', () => []],
    ['an empty set', () => [[]]],
    ['an empty set beside a good one', () => [['in_person'], []]],
    ['an unknown name', () => [['in_person'], ['fingerprint']]],
    ['a doubled name', () => [['sent_code', 'sent_code']]],
    ['a name in place of a set', () => ['in_person']],
    ['a name that every object has', () => [['constructor']]],
    ['no text', () => [[1, {}]]],
    ['a promise', async () => [['in_person']]],
    [
      'a throw',
      () => {
        throw new TypeError('planted')
      },
    ],
    ['a set of attested methods that nobody named', () => [['in_person', 'call_back']]],
    [
      'an object that throws',
      () => [
        {
          get length() {
            throw new Error('planted')
          },
        },
      ],
    ],
    ['too many sets', () => Array(51).fill(['in_person'])],
  ]

  it.each(odd)('refuses where it answers %s', async (_, require) => {
    const site = openSite()
    const proof = await site.proof()
    const strange = site.another({ verification: { require: Object(require) } })
    expect(keyOf(await strange.reset([proof]))).toBe('no_policy')
    expect(new Set(strange.errors.map(({ during }) => during))).toEqual(new Set(['require']))
    expect(JSON.stringify(strange.errors)).not.toContain('planted')
    expect(keyOf(await strange.start({ method: 'call_back', destination: 'mobile' }))).toBe(
      'no_policy',
    )
    expect(site.store.writes).toBe(0)
  })

  it('is asked for the account as the reset found it', async () => {
    const asked: unknown[] = []
    const site = openSite({
      verification: {
        require: ({ operator, user, recent }) => {
          asked.push([operator.id, user.status, recent.resets])
          Object.assign(user, { id: '43' })
          return [['in_person']]
        },
      },
    })
    const result = await site.reset([await site.proof()])
    expect(result).toMatchObject({ ok: true, user: { id: '42' } })
    site.store.setStatus('42', 'pending')
    await site.proof()
    expect(asked.at(0)).toEqual(['op-novak', 'active', 0])
    expect(asked.at(-1)).toEqual(['op-novak', 'pending', 1])
  })
})

describe('the options', () => {
  const good = {
    methods: [inPerson()],
    require: () => [['in_person']],
    memory: { count: () => undefined },
  }

  it.each([
    ['methods', { methods: [] }],
    ['methods', { methods: ['in_person'] }],
    ['methods has two of one name', { methods: [inPerson(), inPerson()] }],
    ['require', { require: undefined }],
    ['memory', { memory: {} }],
    ['validSeconds', { validSeconds: 59 }],
    ['validSeconds', { validSeconds: 3_601 }],
    ['override', { override: true }],
    ['a set names a method that is not configured', { attestedSuffices: [['call_back']] }],
    ['requires is no option; did you mean require?', { requires: () => [] }],
  ])('are refused by name: %s', (words, change) => {
    expect(() => verification(Object({ ...good, ...change }))).toThrowError(words)
  })

  it.each([
    ['callBack: numbers', () => callBack(Object({}))],
    ['inPerson: documents', () => inPerson(Object({ documents: ['passport'] }))],
    ['secondPerson: mayVouch', () => secondPerson(Object({ address: 'x' }))],
    [
      'secondPerson: mayVouchs is no option; did you mean mayVouch?',
      () => secondPerson(Object({ mayVouchs: 1 })),
    ],
  ])('of a method are refused by name: %s', (words, make) => {
    expect(make).toThrowError(words)
  })

  it('take no set with a proven method for one that needs permission', () => {
    const mayVouch = () => true
    const methods = [secondPerson({ mayVouch, address: 'x' })]
    const options = Object({ ...good, methods, attestedSuffices: [['second_person']] })
    expect(() => verification(options)).toThrowError('which needs no permission')
  })

  it('want a secret in the configuration, and what verification() made', async () => {
    const site = openSite()
    const { secret: _, ...bare } = site.config
    const asked = { operator: novak, userId: '42', version: 'x' }
    await expect(forceReset(bare, asked)).rejects.toThrowError('secret is missing')
    const strange = { ...site.config, verification: Object({}) }
    await expect(forceReset(strange, asked)).rejects.toThrowError(
      'verification must be made by verification()',
    )
  })
})
