import type { Receipt } from './client/read-response.ts'
import type { Trouble } from './words/trouble.ts'

/**
 * The events of the element by their names, with the `detail` of each. The events bubble, also out
 * of shadow trees. No event carries the password.
 */
export interface ElementEvents {
  /** A password was replaced. */
  readonly 'force-reset-applied': {
    readonly resetId: string
    readonly userId: string
    readonly receipt: Receipt
  }
  /** The account was not loaded, or the reset did not happen (`outcome_unknown`: or may have). */
  readonly 'force-reset-failed': {
    readonly code: Trouble['code']
    readonly userId: string
    readonly during: 'load' | 'reset' | 'verification'
  }
  /** The operator has closed the result. */
  readonly 'force-reset-closed': { readonly userId: string }
  /** Nobody is signed in any more: the page may send the operator to its sign-in. */
  readonly 'force-reset-unauthenticated': {
    readonly userId: string
    readonly during: 'load' | 'reset' | 'verification'
  }
}
