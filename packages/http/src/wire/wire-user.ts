import type { ResetReceipt, User } from '@force-reset/core'
import type { WireReceipt, WireUser } from './wire.ts'

/** An account for the wire, field by field: whatever else a store's object holds stays here. */
export function wireUser(user: User): WireUser {
  return {
    id: user.id,
    username: user.username,
    email: user.email,
    displayName: user.displayName,
    status: user.status,
    // As core reads them: only a plain `false` is not privileged.
    privileged: user.privileged !== false,
    version: user.version,
    locked: user.locked === undefined ? undefined : user.locked === true,
    createdAt: isoOf(user.createdAt),
    updatedAt: isoOf(user.updatedAt),
  }
}

/** A receipt for the wire, field by field. */
export function wireReceipt(receipt: ResetReceipt): WireReceipt {
  return {
    mustChange: receipt.mustChange,
    expiresAt: isoOf(receipt.expiresAt) ?? null,
    unlocked: receipt.unlocked,
    sessionsRevoked: receipt.sessionsRevoked,
    endpoint: receipt.endpoint,
    survives: receipt.survives,
    unreadRules: receipt.unreadRules,
    auditComplete: receipt.auditComplete,
  }
}

/**
 * `undefined` for a date that is none (a driver's `0000-00-00`, or text), which must not cost an
 * operator the password that is already valid.
 */
function isoOf(date: unknown): string | undefined {
  return date instanceof Date && !Number.isNaN(date.getTime()) ? date.toISOString() : undefined
}
