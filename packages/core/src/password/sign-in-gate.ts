/** The values that the application stores beside a password hash. */
export interface SignInState {
  /** Whether the password is a temporary one. */
  readonly mustChange: boolean
  /** When the temporary password stops working; `null` or absent when it does not. */
  readonly expiresAt?: Date | null | undefined
}

/**
 * The application's side of "one-time": whether a sign-in with the right password may go on.
 *
 * Ask only after the password has been verified. On `change_password` show nothing but the form for
 * a new password. Clear both fields when the user has chosen a password, or that password would
 * expire too.
 *
 * @param now - Default: the present.
 * @example
 * const state = { mustChange: row.must_change, expiresAt: row.password_expires_at }
 * if (signInGate(state) !== 'open') return refuseOrAskForNewPassword(state)
 */
export function signInGate(
  state: SignInState,
  now: Date = new Date(),
): 'open' | 'change_password' | 'expired' {
  // Written so that a date that cannot be read counts as past.
  if (state.expiresAt && !(state.expiresAt.getTime() > now.getTime())) return 'expired'
  return state.mustChange ? 'change_password' : 'open'
}
