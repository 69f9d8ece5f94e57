import { describe, expect, it } from 'vitest'
import type { AppliedReset, AuditEvent, ForceResetConfig, Operator } from '../index.ts'
import { forceReset, previewReset } from '../index.ts'
import type { MemoryUserStore } from '../testing/index.ts'
import { memoryUserStore } from '../testing/index.ts'

const operator = { id: 'help-desk' }

/** What TypeScript would not let a store answer. */
function untyped(value: unknown): never {
  return value as never
}

function throwing(): never {
  throw new Error('closed')
}

function accounts(): MemoryUserStore {
  return memoryUserStore({
    users: [{ id: '1', username: 'kim', password: 'old-password' }],
    survives: ['sessions', 'api_keys'],
  })
}

/** A reset by a store whose answers to the write are changed on their way to core. */
async function resetWith(
  change: (outcome: object) => object,
  more: Partial<ForceResetConfig<Operator>> = {},
) {
  const memory = accounts()
  const store = {
    ...memory,
    find: async (id: string) => {
      const found = await memory.find(id)
      return (
        found && {
          ...found,
          prepare: async (order: Parameters<typeof found.prepare>[0]) => {
            const prepared = await found.prepare(order)
            return prepared.outcome === 'prepared'
              ? { ...prepared, write: async () => untyped(change(await prepared.write())) }
              : prepared
          },
        }
      )
    },
  }
  const events: AuditEvent[] = []
  const audit = (event: AuditEvent) => void events.push(event)
  const config = { store, authorize: () => true, audit, ...more }
  const version = (await memory.find('1'))?.user.version ?? ''
  const result = await forceReset(config, { operator, userId: '1', version })
  if (result.ok) result.temporaryPassword.dispose()
  return { memory, result, types: events.map(({ type }) => type) }
}

describe('an answer to the write that cannot be read', () => {
  it.each<[string, (outcome: object) => object]>([
    ['an outcome', () => Object.defineProperty({}, 'outcome', { get: throwing })],
    ['a mark', (outcome) => Object.defineProperty({ ...outcome }, 'mark', { get: throwing })],
    ['a receipt', (outcome) => Object.defineProperty({ ...outcome }, 'receipt', { get: throwing })],
    [
      'the code of a refusal',
      () => Object.defineProperty({ outcome: 'refused' }, 'code', { get: throwing }),
    ],
    [
      'the detail of a refusal',
      () =>
        Object.defineProperty({ outcome: 'refused', code: 'busy' }, 'detail', { get: throwing }),
    ],
  ])('leaves the outcome unknown, with an event (%s)', async (_, change) => {
    const { memory, result, types } = await resetWith(change)
    expect(result).toMatchObject({ ok: false, code: 'outcome_unknown' })
    expect(types).toEqual(['reset.attempted', 'reset.unknown'])
    expect(memory.writes).toBe(1)
  })

  it.each<[string, unknown, object]>([
    ['survives', ['sessions', null, { a: 1 }, 1n], { survives: ['sessions'] }],
    ['unreadRules', [1n, 'length'], { unreadRules: ['length'] }],
    ['expiresAt', new Date('nonsense'), { expiresAt: null }],
    ['sessionsRevoked', Number.NaN, { sessionsRevoked: null }],
    ['endpoint', Symbol('sql'), { endpoint: '' }],
  ])('is the least that a receipt can claim (%s of another type)', async (name, value, least) => {
    const { result } = await resetWith((outcome) =>
      Object.assign({}, outcome, { receipt: { ...Object(outcome).receipt, [name]: value } }),
    )
    expect(result).toMatchObject({ ok: true, receipt: least })
    expect(JSON.parse(JSON.stringify(result.ok && result.receipt))).toMatchObject(least)
  })

  it.each(['mustChange', 'expiresAt', 'unlocked', 'sessionsRevoked', 'endpoint', 'survives'])(
    'is a reset all the same (%s of the receipt throws)',
    async (name) => {
      const { memory, result, types } = await resetWith((outcome) => {
        const receipt = Object.defineProperty({ ...Object(outcome).receipt }, name, {
          get: throwing,
        })
        return { ...outcome, receipt }
      })
      expect(result).toMatchObject({ ok: true })
      expect(types).toEqual(['reset.attempted', 'reset.applied'])
      expect(memory.signIn('kim', 'old-password')).not.toBe('open')
    },
  )
})

describe('an account that cannot be read', () => {
  it.each(['id', 'username', 'status', 'privileged', 'version', 'displayName', 'email'])(
    'is refused with an event, before anything is attempted (%s)',
    async (name) => {
      const memory = accounts()
      const found = await memory.find('1')
      if (!found) throw new Error('The account is not found.')
      const user = Object.defineProperty({ ...found.user }, name, {
        get: throwing,
        enumerable: true,
      })
      const store = { ...memory, find: async () => ({ ...found, user }) }
      const events: AuditEvent[] = []
      const audit = (event: AuditEvent) => void events.push(event)
      const config = { store, authorize: () => true, audit }
      const { version } = found.user
      expect(await forceReset(config, { operator, userId: '1', version })).toMatchObject({
        code: 'store_unavailable',
      })
      expect(events).toMatchObject([{ type: 'reset.refused', code: 'store_unavailable' }])
      expect(memory.writes).toBe(0)
    },
  )
})

describe('a function of the application that changes what it is given', () => {
  const spoil = ({ receipt }: { readonly receipt: object }) => {
    Object(receipt).survives.length = 0
    Object(receipt).unreadRules.push('nothing')
    Object(receipt).expiresAt?.setTime(0)
    Object.assign(receipt, { endpoint: 'elsewhere' })
  }

  it.each<[string, Partial<ForceResetConfig<Operator>>]>([
    ['audit', { audit: (event) => (event.type === 'reset.applied' ? spoil(event) : undefined) }],
    [
      'onApplied',
      {
        onApplied: (applied: AppliedReset<Operator>) => {
          spoil(applied)
          Object.assign(applied.user, { username: 'lee' })
        },
      },
    ],
  ])('changes neither the receipt of the operator nor the store (%s)', async (_, more) => {
    const { memory, result } = await resetWith((outcome) => outcome, more)
    const { survives } = accounts().capabilities
    expect(result).toMatchObject({
      ok: true,
      user: { username: 'kim' },
      receipt: { survives, unreadRules: [], endpoint: expect.not.stringContaining('elsewhere') },
    })
    expect(result.ok && Number(result.receipt.expiresAt)).toBeGreaterThan(0)
    const config = { store: memory, authorize: () => true, audit: () => undefined }
    expect(await previewReset(config, { operator, userId: '1' })).toMatchObject({ survives })
  })
})

describe('words of the application that are empty', () => {
  it('give way to the sentence of the code', async () => {
    const { result } = await resetWith((outcome) => outcome, { eligible: () => '' })
    expect(result).toMatchObject({ code: 'not_eligible', message: 'This account cannot be reset.' })
  })
})
