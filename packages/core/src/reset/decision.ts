const denied: unique symbol = Symbol('denied')

/** A refusal with words for the operator, made by {@link deny}. */
export interface Denial {
  readonly [denied]: true
  readonly message: string
  /** Whether the operator may learn that the account exists. */
  readonly visible: boolean
}

/**
 * An answer to an authorization question. Exactly `true` allows; everything else denies. A function
 * that forgets its `return` does not compile. Without types it denies.
 */
export type Decision = boolean | Denial

/**
 * Denies with words of your own.
 *
 * @param message - Shown to the operator when the denial is visible, or concerns the action as a
 *   whole.
 * @param options - `visible: true` lets the operator learn that the account exists; by default a
 *   denial for one account looks like "not found".
 * @example
 * const authorize = ({ operator, action }: AuthorizationQuestion<MyOperator>) =>
 *   action !== 'reset' || operator.roles.includes('helpdesk') || deny('Ask the help desk.')
 */
export function deny(message: string, options: { readonly visible?: boolean } = {}): Denial {
  return Object.freeze({ [denied]: true as const, message, visible: options.visible === true })
}

export function isDenial(decision: unknown): decision is Denial {
  return denied in Object(decision)
}
