/** What the application stores beside a password hash. */
export interface SignInState {
  /** Whether the password is a temporary one. */
  readonly mustChange: boolean
  /** When the temporary password stops working; `null` or absent when it does not. */
  readonly expiresAt?: Date | null | undefined
}

/**
 * The application's side of "one-time": what to do with a sign-in whose password was right.
 *
 * Ask only after the password has been verified, and show nothing but the change-password form on
 * `change_password`. Clear both fields when the user has chosen a password of their own, or that
 * password would expire too.
 *
 * @param now - Default: the present.
 */
export function signInGate(
  state: SignInState,
  now: Date = new Date(),
): 'open' | 'change_password' | 'expired' {
  // Written so that a date that cannot be read counts as past.
  if (state.expiresAt && !(state.expiresAt.getTime() > now.getTime())) return 'expired'
  return state.mustChange ? 'change_password' : 'open'
}
