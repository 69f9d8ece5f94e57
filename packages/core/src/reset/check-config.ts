import { defaultFormat, entropyBits, leastEntropyBits, tooWeak } from '../password/generate.ts'
import type { OptionRule } from '../port/check-options.ts'
import {
  aFlag,
  aFunction,
  checkOptions,
  optional,
  readable,
  wholeNumber,
} from '../port/check-options.ts'
import { ForceResetError } from '../port/errors.ts'
import { keysOf } from '../port/secret.ts'
import type { StoreCapabilities, UserStore } from '../port/user-store.ts'
import { attempt } from '../port/within.ts'
import type { ForceResetConfig, Operator } from './config.ts'
import { operatorsAreNoUsers } from './own-account.ts'

/** Default of `expiresInSeconds` where the store can expire passwords: one day. */
export const defaultExpirySeconds = 86_400
/** Longest accepted `expiresInSeconds`: a year. */
const longestExpirySeconds = 31_536_000

const callback = optional(aFunction)
const flag = optional(aFlag)
const expiry = wholeNumber(1, longestExpirySeconds)

const optionRules = {
  store: {
    wanted: 'a UserStore, or a function that chooses one',
    fits: (store) => typeof store === 'function' || capabilitiesOf(store) !== undefined,
  },
  scope: callback,
  secret: optional({
    wanted: 'at least 32 random bytes, or a list of { label, key }',
    fits: (secret) => typeof secret === 'string' || typeof Object(secret).length === 'number',
  }),
  authorize: aFunction,
  audit: aFunction,
  pending: optional({
    wanted: 'made by sqlPendingResets(), or another PendingResets',
    fits: (pending) => typeof Object(pending).open === 'function',
  }),
  auditTimeoutMs: optional(wholeNumber(1, 600_000)),
  format: optional({
    wanted: 'made by grouped(), characters() or passphrase()',
    fits: (format) => typeof Object(format).fit === 'function',
  }),
  expiresInSeconds: optional({
    wanted: `${expiry.wanted}, or null`,
    fits: (seconds) => seconds === null || expiry.fits(seconds),
  }),
  eligible: callback,
  isSelf: optional({
    wanted: 'a function or operatorsAreNoUsers',
    fits: (isSelf) => typeof isSelf === 'function' || isSelf === operatorsAreNoUsers,
  }),
  verification: optional({
    wanted: 'made by verification()',
    fits: (verification) => typeof Object(verification).judge === 'function',
  }),
  revokeSessions: callback,
  onApplied: callback,
  now: callback,
  onError: callback,
  requireMustChange: flag,
  requireReason: optional({
    wanted: 'true, false or a pattern',
    fits: (wish) => aFlag.fits(wish) || wish instanceof RegExp,
  }),
  allowSelfReset: flag,
  allowPrivileged: optional({
    wanted: 'true, false or a function',
    fits: (wish) => aFlag.fits(wish) || aFunction.fits(wish),
  }),
} satisfies Readonly<Record<keyof ForceResetConfig<Operator>, OptionRule>>

/**
 * Configurations and formats that were checked. Counting the passwords of a format takes longer
 * than the rest of a reset, and many callers write their configuration into the call.
 */
const checked = new WeakSet<object>()

/** {@link checkForceResetConfig} without the keys, which a reset has no use for. */
export function checkConfig<O extends Operator>(
  config: ForceResetConfig<O>,
  further?: Readonly<Record<string, OptionRule>>,
): void {
  if (!further && checked.has(config)) return
  checkOptions(config, { ...further, ...optionRules })
  if (typeof config.store === 'function' && config.scope === undefined) {
    throw invalid(
      'scope is missing, and store is a function; give a function that names the tenant of an ' +
        'operator',
    )
  }
  if (config.verification && config.secret === undefined) {
    throw invalid('secret is missing, and verification is given; give all processes one secret')
  }
  checkStrength(config.format)
  if (typeof config.store !== 'function') checkStoreFits(config, config.store)
  checked.add(config)
}

/**
 * Refuses a configuration that cannot work, by name of the option. `listUsers` calls it. A reset
 * needs no `secret` and checks all but that. A host calls this function once at its start, to fail
 * early.
 *
 * @param further - Rules of options beside those of core, where one object holds both. Default:
 *   none, so that any other option is refused.
 * @throws {ForceResetError} `ERR_INVALID_CONFIG`, or `ERR_RULES_UNSATISFIABLE` for a format below
 *   60 bits.
 * @example
 * checkForceResetConfig(config)
 */
export function checkForceResetConfig<O extends Operator>(
  config: ForceResetConfig<O>,
  further?: Readonly<Record<string, OptionRule>>,
): void {
  checkConfig(config, further)
  keysOf(config.secret)
}

/**
 * @throws {ForceResetError} `ERR_INVALID_CONFIG` when the configuration asks for more than the
 *   store can do.
 */
export function checkStoreFits<O extends Operator>(
  config: ForceResetConfig<O>,
  store: UserStore,
): void {
  const [expiry, mustChange, ownIds] = readable('store', () => {
    const can = capabilitiesOf(store)
    return [can?.expiry, can?.mustChange, can?.ownIds]
  })
  if (expiry === 'none' && config.expiresInSeconds) {
    throw invalid(
      `expiresInSeconds is set, but the store ${store.name} ` +
        'cannot make a temporary password expire',
    )
  }
  if (mustChange === 'off' && config.requireMustChange !== false) {
    throw invalid(
      `the store ${store.name} cannot make a user choose a new password; ` +
        'give it a column for that, or set requireMustChange to false',
    )
  }
  if (ownIds && config.isSelf === undefined && config.allowSelfReset !== true) {
    throw invalid(
      `isSelf is missing, and the ids of the store ${store.name} are never an operator's; ` +
        'give isSameAccount, a function, or operatorsAreNoUsers',
    )
  }
}

/** The capabilities of a store; `undefined` for a value that is no store. */
export function capabilitiesOf(store: unknown): StoreCapabilities | undefined {
  return attempt(() => {
    // The name is only read: one that throws would throw later, perhaps after a write.
    const { find, capabilities, name: _ }: UserStore = Object(store)
    const fits = typeof find === 'function' && Array.isArray(capabilities.survives)
    return fits ? capabilities : undefined
  })
}

function checkStrength(format = defaultFormat): void {
  if (checked.has(format)) return
  const bits = readable('format', () => entropyBits(format))
  if (bits < leastEntropyBits) throw tooWeak(bits)
  checked.add(format)
}

function invalid(message: string): ForceResetError {
  return new ForceResetError('ERR_INVALID_CONFIG', message)
}
