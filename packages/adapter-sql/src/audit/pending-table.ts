/** The table of pending resets; `sqlPendingResetsMigration` makes it. */
export const pendingTable = 'force_reset_pending'

/**
 * A column of the table. Moments are milliseconds since 1970, UTC: several processes compare them,
 * and no time zone of a driver comes in between.
 */
export type PendingColumn =
  | 'reset_id'
  | 'store'
  | 'scope'
  | 'user_id'
  | 'operator_id'
  | 'attempted_at_ms'
  | 'mark'
  | 'state'
  | 'expires_at_ms'
  | 'throwaway_mark'
  /** Until then no other caller is handed the reset. */
  | 'claimed_until_ms'
