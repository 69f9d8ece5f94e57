import { expect, it } from 'vitest'
import type { ForceResetConfig, Operator } from '../index.ts'
import { checkForceResetConfig, forceReset, previewReset } from '../index.ts'
import { memoryUserStore } from '../testing/index.ts'

const operator = { id: 'help-desk' }

function setUp(requireReason: ForceResetConfig<Operator>['requireReason']) {
  const store = memoryUserStore({ users: [{ id: '1', username: 'kim' }] })
  const config = { store, authorize: () => true, audit: () => undefined, requireReason }
  const reset = async (reason: string | undefined) => {
    const version = (await store.find('1'))?.user.version ?? ''
    const result = await forceReset(config, { operator, userId: '1', version, reason })
    if (!result.ok) return result.detail?.reason === 'field' ? result.detail.problem : result.code
    result.temporaryPassword.dispose()
    return 'reset'
  }
  return { store, config, reset }
}

it.each<[ForceResetConfig<Operator>['requireReason'], string | undefined, string]>([
  [false, undefined, 'reset'],
  [true, undefined, 'missing'],
  [true, '', 'missing'],
  [true, ' \t\u00a0', 'missing'],
  [true, '\u200b\u2800\u3164\u202e', 'missing'],
  [true, 'forgot it', 'reset'],
  [/^INC-\d+$/, undefined, 'missing'],
  [/^INC-\d+$/, 'forgot it', 'malformed'],
  [/^INC-\d+$/, ' INC-4711 ', 'reset'],
  [/^INC-\d+$/, 'x'.repeat(501), 'too_long'],
])('with requireReason %s, a reset for the reason %j is: %s', async (required, reason, outcome) => {
  const { store, reset } = setUp(required)
  expect(await reset(reason)).toBe(outcome)
  expect(store.writes).toBe(outcome === 'reset' ? 1 : 0)
})

it('matches a pattern with the flags g and y each time alike', async () => {
  const { reset } = setUp(/INC-\d+/gy)
  for (let time = 0; time < 3; time += 1) expect(await reset('INC-4711')).toBe('reset')
})

it('is asked of a reset alone: a preview needs no reason', async () => {
  const { config } = setUp(true)
  expect(await previewReset(config, { operator, userId: '1' })).toMatchObject({ allowed: true })
})

it('has to be true, false or a pattern', () => {
  const { config } = setUp(true)
  expect(() => checkForceResetConfig({ ...config, requireReason: JSON.parse('"^INC"') })).toThrow(
    'requireReason must be true, false or a pattern (string)',
  )
})
