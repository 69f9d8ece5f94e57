import type { ForceResetConfig, Operator } from './config.ts'
import { ForceResetError } from './errors.ts'
import { entropyBits, leastEntropyBits } from './generate.ts'
import type { UserStore } from './user-store.ts'

/** Default of `expiresInSeconds` where the store can expire passwords: one day. */
export const defaultExpirySeconds = 86_400
/** Longest accepted `expiresInSeconds`: a year. */
const longestExpirySeconds = 31_536_000

const checked = new WeakSet<object>()

/**
 * Refuses a configuration that cannot work, by name of the option. `forceReset` calls it; a host calls it once at its start, to fail early.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG`, or `ERR_RULES_UNSATISFIABLE` for a format below 60 bits.
 */
export function checkForceResetConfig<O extends Operator>(config: ForceResetConfig<O>): void {
  if (checked.has(config)) return
  if (config === null || typeof config !== 'object') fail('config', 'an object')
  for (const name of ['authorize', 'audit'] as const) if (typeof config[name] !== 'function') fail(name, 'a function')
  for (const name of ['eligible', 'isSelf', 'revokeSessions', 'onApplied', 'now'] as const) {
    if (config[name] !== undefined && typeof config[name] !== 'function') fail(name, 'a function')
  }
  for (const name of ['requireMustChange', 'allowSelfReset', 'allowPrivileged'] as const) {
    if (config[name] !== undefined && typeof config[name] !== 'boolean') fail(name, 'true or false')
  }
  checkWhole('auditTimeoutMs', config.auditTimeoutMs ?? 1, 600_000)
  checkWhole('expiresInSeconds', config.expiresInSeconds ?? 1, longestExpirySeconds)
  checkFormat(config)
  if (typeof config.store === 'object' && config.store !== null) checkStoreFits(config, config.store)
  else if (typeof config.store !== 'function') fail('store', 'a UserStore or a function that answers one')
  checked.add(config)
}

/** @throws {ForceResetError} `ERR_INVALID_CONFIG` when the configuration asks for what the store cannot do. */
export function checkStoreFits<O extends Operator>(config: ForceResetConfig<O>, store: UserStore): void {
  const { expiry, mustChange } = store.capabilities
  if (!expiry && typeof config.expiresInSeconds === 'number') {
    throw new ForceResetError(
      'ERR_INVALID_CONFIG',
      `expiresInSeconds is set, but the store ${store.name} cannot make a temporary password expire`,
    )
  }
  if (mustChange === 'none' && config.requireMustChange !== false) {
    throw new ForceResetError(
      'ERR_INVALID_CONFIG',
      `the store ${store.name} cannot make a user choose a new password; give it a column for that, or set requireMustChange to false`,
    )
  }
}

function checkFormat<O extends Operator>({ format }: ForceResetConfig<O>): void {
  if (format !== undefined && typeof format?.fit !== 'function') fail('format', 'made by grouped(), characters() or passphrase()')
  const bits = entropyBits(format)
  if (bits < leastEntropyBits) {
    throw new ForceResetError(
      'ERR_RULES_UNSATISFIABLE',
      `format has ${bits.toFixed(1)} bits of entropy; at least ${leastEntropyBits} are needed`,
    )
  }
}

function checkWhole(name: string, value: number, most: number): void {
  if (!Number.isInteger(value) || value < 1 || value > most) fail(name, `a whole number from 1 to ${most}`)
}

function fail(name: string, wanted: string): never {
  throw new ForceResetError('ERR_INVALID_CONFIG', `${name} must be ${wanted}`)
}
