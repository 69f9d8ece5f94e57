import { everyWrongOption, plantedInWrongValues, wrongValues } from '@force-reset/testing'
import { leakCheck } from '@force-reset/testing/vitest'
import { describe, expect, it } from 'vitest'
import type { ForceResetConfig, Operator } from '../index.ts'
import {
  anyVersion,
  checkForceResetConfig,
  ForceResetError,
  forceReset,
  grouped,
  isSameAccount,
  listUsers,
  previewReset,
  viewUser,
} from '../index.ts'
import { memoryPendingResets, memoryUserStore } from '../testing/index.ts'

leakCheck()

const operator = { id: 'op-1' }

/** A verification that refuses. */
const refuse = async () => ({ ok: false, code: 'verification_required' }) as const

/** Every option, with a value that works: an option that is missing here does not compile. */
const working: Required<ForceResetConfig<Operator>> = {
  store: memoryUserStore({ users: [{ id: '1', username: 'kim', password: 'old-password' }] }),
  scope: () => '',
  secret: [{ label: 'one', key: new Uint8Array(32) }],
  authorize: () => true,
  audit: () => undefined,
  auditTimeoutMs: 1_000,
  format: grouped(),
  expiresInSeconds: 3_600,
  requireMustChange: true,
  eligible: () => true,
  isSelf: isSameAccount,
  requireReason: false,
  allowSelfReset: false,
  allowPrivileged: () => false,
  revokeSessions: async () => 1,
  onApplied: () => undefined,
  now: () => 1_000,
  onError: () => undefined,
  pending: memoryPendingResets(),
  verification: { offer: refuse, judge: refuse },
}

/** Every function that takes the configuration. */
const doors: readonly (readonly [string, (config: ForceResetConfig<Operator>) => unknown])[] = [
  ['checkForceResetConfig', (config) => checkForceResetConfig(config)],
  ['forceReset', (config) => forceReset(config, { operator, userId: '1', version: anyVersion })],
  ['previewReset', (config) => previewReset(config, { operator, userId: '1' })],
  ['listUsers', (config) => listUsers(config, { operator })],
  ['viewUser', (config) => viewUser(config, { operator, userId: '1' })],
]

/** What a caller without types may hand over. */
function untyped<T>(value: unknown): T {
  return value as T
}

/** `undefined` where the answer, or the error, is as documented. */
async function faultOf(ask: () => unknown, option: string): Promise<string | undefined> {
  try {
    const answer: unknown = await ask()
    const text = JSON.stringify(answer) ?? ''
    return text.includes(plantedInWrongValues)
      ? `the answer holds a foreign error: ${text}`
      : undefined
  } catch (error) {
    if (!(error instanceof ForceResetError)) return `throws a foreign error: ${String(error)}`
    const isNamed = error.message.startsWith(option) || error.code === 'ERR_RULES_UNSATISFIABLE'
    return isNamed ? undefined : `does not name ${option}: ${error.message}`
  }
}

describe.each(doors)('%s', (_, ask) => {
  it.each(Object.keys(working))(
    'takes a wrong value as documented, or refuses the value by name: %s',
    async (option) => {
      const faults: string[] = []
      const all = everyWrongOption(working).filter(({ path }) => path[0] === option)
      expect(all.length).toBeGreaterThan(20)
      for (const { name, options } of all) {
        const fault = await faultOf(() => ask(untyped(options)), option)
        if (fault !== undefined) faults.push(`${name}: ${fault}`)
      }
      expect(faults).toEqual([])
    },
  )

  it.each(wrongValues)('refuses what is no configuration: $name', async ({ make }) => {
    const refused = async () => await ask(untyped(make()))
    await expect(refused()).rejects.toBeInstanceOf(ForceResetError)
  })
})

it('is a test that finds faults', async () => {
  expect(await faultOf(() => Object(undefined).missing.field, 'store')).toContain('foreign error')
  const unnamed = new ForceResetError('ERR_INVALID_CONFIG', 'something is wrong')
  expect(await faultOf(() => Promise.reject(unnamed), 'store')).toContain('does not name store')
})
