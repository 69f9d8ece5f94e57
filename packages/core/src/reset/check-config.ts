import { defaultFormat, entropyBits, leastEntropyBits, tooWeak } from '../password/generate.ts'
import { ForceResetError } from '../port/errors.ts'
import type { StoreCapabilities, UserStore } from '../port/user-store.ts'
import type { ForceResetConfig, Operator } from './config.ts'

/** Default of `expiresInSeconds` where the store can expire passwords: one day. */
export const defaultExpirySeconds = 86_400
/** Longest accepted `expiresInSeconds`: a year. */
const longestExpirySeconds = 31_536_000

const callback = 'undefined or function'
const flag = 'undefined or boolean'

/** What `typeof` says of each option. */
const optionTypes: Readonly<Record<string, string>> = {
  store: 'object or function',
  authorize: 'function',
  audit: 'function',
  eligible: callback,
  isSelf: callback,
  revokeSessions: callback,
  onApplied: callback,
  now: callback,
  requireMustChange: flag,
  allowSelfReset: flag,
  allowPrivileged: flag,
}

/**
 * Configurations and formats that were checked. Counting a format takes longer than all the rest of
 * a reset, and many callers write their configuration into the call.
 */
const checked = new WeakSet<object>()

/**
 * Refuses a configuration that cannot work, by name of the option. `forceReset` calls it; a host
 * calls it once at its start, to fail early.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG`, or `ERR_RULES_UNSATISFIABLE` for a format below
 *   60 bits.
 */
export function checkForceResetConfig<O extends Operator>(config: ForceResetConfig<O>): void {
  if (checked.has(config)) return
  for (const [name, types] of Object.entries(optionTypes)) {
    if (!types.split(' or ').includes(typeof Reflect.get(Object(config), name)))
      throw invalid(`${name} must be ${types}`)
  }
  checkWhole(config, 'auditTimeoutMs', 600_000)
  checkWhole(config, 'expiresInSeconds', longestExpirySeconds)
  checkFormat(config)
  if (typeof config.store !== 'function') checkStoreFits(config, config.store)
  checked.add(config)
}

/**
 * @throws {ForceResetError} `ERR_INVALID_CONFIG` when the configuration asks for what the store
 * cannot do.
 */
export function checkStoreFits<O extends Operator>(
  config: ForceResetConfig<O>,
  store: UserStore,
): void {
  const { expiry, mustChange } = capabilitiesOf(store)
  if (expiry === 'none' && typeof config.expiresInSeconds === 'number') {
    throw invalid(
      `expiresInSeconds is set, but the store ${store.name} cannot make a temporary password expire`,
    )
  }
  if (mustChange === 'off' && config.requireMustChange !== false) {
    throw invalid(
      `the store ${store.name} cannot make a user choose a new password; give it a column for that, or set requireMustChange to false`,
    )
  }
}

/**
 * What a store can do, read once.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG` for a value that is not a store.
 */
export function capabilitiesOf(
  store: UserStore,
): Pick<StoreCapabilities, 'expiry' | 'mustChange' | 'survives'> {
  try {
    const { expiry, mustChange, survives } = store.capabilities
    if (typeof store.find === 'function') return { expiry, mustChange, survives: [...survives] }
  } catch {
    // A store that cannot be read is none.
  }
  throw invalid('store must be a UserStore, or choose one')
}

function checkFormat<O extends Operator>({ format = defaultFormat }: ForceResetConfig<O>): void {
  if (typeof format?.fit !== 'function')
    throw invalid('format must be made by grouped(), characters() or passphrase()')
  if (checked.has(format)) return
  const bits = entropyBits(format)
  if (bits < leastEntropyBits) throw tooWeak(bits)
  checked.add(format)
}

function checkWhole<O extends Operator>(
  config: ForceResetConfig<O>,
  name: 'auditTimeoutMs' | 'expiresInSeconds',
  most: number,
): void {
  const whole = config[name] ?? 1
  if (!Number.isInteger(whole) || whole < 1 || whole > most)
    throw invalid(`${name} must be a whole number from 1 to ${most}`)
}

function invalid(message: string): ForceResetError {
  return new ForceResetError('ERR_INVALID_CONFIG', message)
}
