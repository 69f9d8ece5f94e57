import { ForceResetError } from '../port/errors.ts'
import type { SafeError } from '../port/safe-error.ts'
import { safeError } from '../port/safe-error.ts'

/**
 * What failed: a function of the configuration, by the name of its option, or a step of the store.
 *
 * `store` is the function that chooses the store. `find`, `list`, `check`, `prepare`, `write` and
 * `settle` are steps of the store itself; a hasher fails during `prepare`. `verification` tells of
 * a proof with a foreign key, and of what fails there outside of a function with a name.
 */
export type FailedStep =
  | 'allow_privileged'
  | 'audit'
  | 'authorize'
  | 'check'
  | 'deliver'
  | 'destinations'
  | 'eligible'
  | 'find'
  | 'format'
  | 'is_self'
  | 'list'
  | 'may_vouch'
  | 'memory'
  | 'now'
  | 'on_alert'
  | 'on_applied'
  | 'operator_name'
  | 'override'
  | 'pending'
  | 'prepare'
  | 'require'
  | 'require_reason'
  | 'revoke_sessions'
  | 'scope'
  | 'settle'
  | 'store'
  | 'verification'
  | 'verify'
  | 'vouchers'
  | 'write'

/** A failure for a log: what failed, and the parts of its error that may be told. */
export interface ReportedError extends SafeError {
  readonly during: FailedStep
}

/** The part of a configuration that hears of failures. */
export interface Hears {
  onError?(error: ReportedError): void
}

/** Tells `onError`. A failure of `onError` itself is forgotten, also one that comes later. */
export function tell(config: Hears, during: FailedStep, told: SafeError): void {
  try {
    const logged: unknown = config.onError?.({ during, ...told })
    Promise.resolve(logged).catch(() => undefined)
  } catch {
    // A log that fails must not cost the host its process.
  }
}

/**
 * The answer of a function that answers at once; `undefined` where the function throws.
 *
 * @param fits - Whether the answer is of the right type. Any other answer is a failure too.
 */
export function heard<T>(
  config: Hears,
  during: FailedStep,
  ask: () => T,
  fits: (answer: unknown) => boolean,
): T | undefined {
  try {
    const answer = ask()
    if (fits(answer)) return answer
    // A promise that is rejected later would end the process.
    void heardLater(config, during, async () => {
      await answer
      throw new ForceResetError('ERR_INVALID_CONFIG', `a value has a wrong type (${typeof answer})`)
    })
  } catch (error) {
    tell(config, during, safeError(error))
  }
  return undefined
}

/** The same for a function that may return a promise. */
export async function heardLater<T>(
  config: Hears,
  during: FailedStep,
  ask: () => T | PromiseLike<T>,
): Promise<T | undefined> {
  try {
    return await ask()
  } catch (error) {
    tell(config, during, safeError(error))
    return undefined
  }
}
