import type { OptionRule } from '../port/check-options.ts'
import { keysOf } from '../port/secret.ts'
import { checkConfig } from './check-config.ts'
import type { ForceResetConfig, Operator } from './config.ts'

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
