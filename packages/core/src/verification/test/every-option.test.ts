import { everyWrongOption, plantedInWrongValues, wrongValues } from '@force-reset/testing'
import { leakCheck } from '@force-reset/testing/vitest'
import { describe, expect, it } from 'vitest'
import type { Operator } from '../../index.ts'
import { ForceResetError, forceReset, previewReset } from '../../index.ts'
import {
  application,
  callBack,
  confirmed,
  inPerson,
  memoryForOneProcess,
  secondPerson,
  sentCode,
  verification,
} from '../../verification.ts'
import { keyOf, novak, openSite } from './site.fixture.ts'

leakCheck()

/** What a caller without types may hand over. */
function untyped<T>(value: unknown): T {
  return value as T
}

const words = { helpDesk: 'the help desk', contact: '+49 30 5550100' }

/** Every option of every function, with a value that works. */
const makers: readonly (readonly [string, object, (options: object) => unknown])[] = [
  ['callBack', { numbers: () => [] }, (options) => callBack<Operator>(untyped(options))],
  ['inPerson', { documents: ['staff_badge'] }, (options) => inPerson(untyped(options))],
  [
    'sentCode',
    {
      ...words,
      destinations: () => [],
      deliver: () => undefined,
      template: '{code} {helpDesk} {operator} {contact}',
    },
    (options) => sentCode<Operator>(untyped(options)),
  ],
  [
    'confirmed',
    { ...words, ask: () => undefined, template: '{helpDesk} {operator} {contact}' },
    (options) => confirmed(untyped(options)),
  ],
  [
    'secondPerson',
    { mayVouch: () => true, vouchers: () => [], address: 'example.org/vouch' },
    (options) => secondPerson<Operator>(untyped(options)),
  ],
  [
    'application',
    { name: 'card_reader', standing: 'proven', verify: () => true },
    (options) => application<Operator>(untyped(options)),
  ],
  [
    'memoryForOneProcess',
    { mostEntries: 1_000, now: () => 0 },
    (options) => memoryForOneProcess(untyped(options)),
  ],
  [
    'verification',
    {
      methods: [inPerson()],
      require: () => [['in_person']],
      attestedSuffices: [['in_person']],
      memory: memoryForOneProcess(),
      validSeconds: 600,
      override: () => false,
      operatorName: () => 'Kim',
      onAlert: () => undefined,
    },
    (options) => verification<Operator>(untyped(options)),
  ],
]

describe.each(makers)('%s', (name, working, make) => {
  it('takes its options', () => {
    expect(() => make(working)).not.toThrow()
  })

  it('takes a wrong value as documented, or refuses the value by name', () => {
    const faults: string[] = []
    const all = everyWrongOption(working)
    expect(all.length).toBeGreaterThan(20)
    for (const { name: wrong, options } of all) {
      try {
        make(options)
      } catch (error) {
        const isOurs = error instanceof ForceResetError && error.message.startsWith(`${name}: `)
        if (!isOurs) faults.push(`${wrong}: ${String(error)}`)
      }
    }
    expect(faults).toEqual([])
  })

  it.each(wrongValues)('takes what is no object for no options: $name', ({ make: value }) => {
    try {
      make(untyped(value()))
    } catch (error) {
      expect(error).toBeInstanceOf(ForceResetError)
      expect(String(error)).not.toContain(plantedInWrongValues)
    }
  })
})

describe('a reset and a preview', () => {
  it('refuse with every wrong method, policy or memory that was taken', async () => {
    const site = openSite()
    const proof = await site.proof()
    const { version } = await site.user()
    const asked = { operator: novak, userId: '42', version, proofs: ['nonsense', proof] }
    const working = makers.find(([name]) => name === 'verification')?.[1] ?? {}
    let taken = 0
    for (const { options } of everyWrongOption(working)) {
      let made: ReturnType<typeof verification>
      try {
        made = verification(untyped(options))
      } catch {
        continue
      }
      taken += 1
      const config = { ...site.config, verification: untyped<never>(made) }
      const result = await forceReset(config, { ...asked, proofs: ['nonsense'] })
      expect(result.ok).toBe(false)
      expect(JSON.stringify([result, await previewReset(config, asked)])).not.toContain(
        plantedInWrongValues,
      )
    }
    expect(taken).toBeGreaterThan(5)
    expect(site.store.writes).toBe(0)
    expect(keyOf(await forceReset(site.config, { ...asked, proofs: [proof] }))).toBe('ok')
  })
})
