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
    privileged: user.privileged,
    version: user.version,
    locked: user.locked,
    createdAt: user.createdAt && isoOf(user.createdAt),
    updatedAt: user.updatedAt && isoOf(user.updatedAt),
  }
}

/** A receipt for the wire, field by field. */
export function wireReceipt(receipt: ResetReceipt): WireReceipt {
  return {
    mustChange: receipt.mustChange,
    expiresAt: (receipt.expiresAt && isoOf(receipt.expiresAt)) ?? null,
    unlocked: receipt.unlocked,
    sessionsRevoked: receipt.sessionsRevoked,
    endpoint: receipt.endpoint,
    survives: receipt.survives,
    unreadRules: receipt.unreadRules,
    auditComplete: receipt.auditComplete,
  }
}

/** `undefined` for the date that is none (a driver's `0000-00-00`), which must not cost an operator the password that is already valid. */
function isoOf(date: Date): string | undefined {
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString()
}
