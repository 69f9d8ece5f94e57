import type { WireReceipt } from '../wire/wire.ts'
import type { TroubleCode } from './words/trouble.ts'

/**
 * What the element tells its page, by event name: the `detail` of each. They bubble, also out of
 * shadow trees. None carries the password.
 */
export interface ElementEvents {
  /** A password was replaced. */
  readonly 'force-reset-applied': {
    readonly resetId: string
    readonly userId: string
    readonly receipt: WireReceipt
  }
  /**
   * The account could not be loaded, or the reset did not happen (`outcome_unknown`: or may have).
   */
  readonly 'force-reset-failed': {
    readonly code: TroubleCode
    readonly userId: string
    readonly during: 'load' | 'reset'
  }
  /** The operator has closed the result. */
  readonly 'force-reset-closed': { readonly userId: string }
  /** Nobody is signed in any more: the page may send the operator to its sign-in. */
  readonly 'force-reset-unauthenticated': {
    readonly userId: string
    readonly during: 'load' | 'reset'
  }
}
