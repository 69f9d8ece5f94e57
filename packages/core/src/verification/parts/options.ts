import { ForceResetError } from '../../port/errors.ts'
import type { User } from '../../port/user.ts'
import type { RecentVerifications, VerificationMemory } from '../../port/verification.ts'
import type { ForceResetConfig, Operator, Verification } from '../../reset/config.ts'
import type { VerificationMethod } from './methods.ts'

/** A question to the policy. */
export interface RequireQuestion<O extends Operator> {
  readonly operator: O
  /** The account as the reset found it. */
  readonly user: User
  readonly recent: RecentVerifications
}

/** Something that somebody has to look at. */
export interface VerificationAlert {
  readonly kind: 'denied' | 'suspicious' | 'overridden'
  readonly operatorId: string
  readonly userId: string
  readonly at: Date
}

/** Options of {@link verification}. */
export interface VerificationOptions<O extends Operator> {
  readonly methods: readonly VerificationMethod<O>[]
  /**
   * The sets of methods any of which suffices, by their names: `[['call_back', 'second_person'],
   * ['in_person']]`. Asked inside the reset, so a stricter rule counts at once. No set, an empty
   * set, an unknown or a doubled name, or a throw refuses. There is no default.
   */
  readonly require: (question: RequireQuestion<O>) => readonly (readonly string[])[]
  /**
   * The sets of attested methods that suffice alone: a record, and no proof. A set that `require`
   * answers and that holds no proven method has to stand here. Default: none.
   */
  readonly attestedSuffices?: readonly (readonly string[])[] | undefined
  /** Shared by all processes. */
  readonly memory: VerificationMemory
  /** How long a proof is good, in seconds, 60 to 3,600. Default 600. */
  readonly validSeconds?: number | undefined
  /**
   * Whether this operator may reset this account without identification. Exactly `true` allows.
   * The reset wants a reason, and the temporary password works for two hours: a store that cannot
   * make a password expire refuses. Where the person has denied the call, there is no override.
   * Default: nobody may.
   */
  readonly override?: ((operator: O, user: User) => boolean) | undefined
  /** The name of an operator for the person who is called. Default: `username`, or `id`. */
  readonly operatorName?: ((operator: O) => string) | undefined
  /** Told of a denial, a suspicion and an override, at once. May take 10 seconds. */
  readonly onAlert?: ((alert: VerificationAlert) => void | Promise<void>) | undefined
}

/** Everything that verification was configured with, checked. */
export interface Settings<O extends Operator> extends VerificationOptions<O> {
  readonly validSeconds: number
  readonly attestedSuffices: readonly (readonly string[])[]
  /** Labels of foreign keys that `onError` has been told of. */
  readonly toldLabels: Set<string>
}

const settings: unique symbol = Symbol('settings')

/** What `verification()` answers. */
export interface CallerVerification<O extends Operator> extends Verification<O> {
  /** The sets of attested methods that suffice alone. A start that prints them hides nothing. */
  readonly attestedSuffices: readonly (readonly string[])[]
  readonly [settings]: Settings<O>
}

/** Puts the settings where {@link settingsOf} finds them. */
export function withSettings<O extends Operator>(
  parts: Verification<O>,
  made: Settings<O>,
): CallerVerification<O> {
  const { attestedSuffices } = made
  return Object.freeze({ ...parts, attestedSuffices, [settings]: made })
}

/**
 * The settings of a configuration.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG` where the configuration has no verification.
 */
export function settingsOf<O extends Operator>(config: ForceResetConfig<O>): Settings<O> {
  const parts: Partial<CallerVerification<O>> = Object(config.verification)
  const found = parts[settings]
  if (found) return found
  throw new ForceResetError('ERR_INVALID_CONFIG', 'verification must be made by verification()')
}
