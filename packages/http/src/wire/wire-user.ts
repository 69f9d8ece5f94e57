import type { ResetReceipt, User } from '@force-reset/core'
import type { WireReceipt, WireUser } from './wire.ts'

// Whatever else a store's object holds stays here. A field that is not what its type says is left
// out: the field must not cost an operator a password that is already valid.

/** An account for the wire, field by field. */
export function wireUser(user: User): WireUser {
  return {
    id: user.id,
    username: user.username,
    email: textOf(user.email),
    displayName: textOf(user.displayName),
    place: textOf(user.place),
    facts: factsOf(user.facts),
    status: user.status,
    statusReason: textOf(user.statusReason),
    // As core reads the field: only a plain `false` is not privileged.
    privileged: user.privileged !== false,
    version: user.version,
    locked: flagOf(user.locked),
    mustChange: flagOf(user.mustChange),
    createdAt: isoOf(user.createdAt),
    updatedAt: isoOf(user.updatedAt),
    passwordSetAt: isoOf(user.passwordSetAt),
    lockedUntil: isoOf(user.lockedUntil),
    endsOn: isoOf(user.endsOn),
    lastSignIn: isoOf(user.lastSignIn),
  } satisfies Record<keyof WireUser, unknown>
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

function textOf<T extends string>(value: T | undefined): T | undefined {
  return typeof value === 'string' ? value : undefined
}

function factsOf(facts: unknown): WireUser['facts'] {
  if (!Array.isArray(facts)) return undefined
  return facts.flatMap((fact: unknown) => {
    const { name, value }: { readonly name?: unknown; readonly value?: unknown } = Object(fact)
    return typeof name === 'string' && typeof value === 'string' ? [{ name, value }] : []
  })
}

function flagOf(value: boolean | undefined): boolean | undefined {
  return value === undefined ? undefined : value === true
}

/** `undefined` for a date that is none: a driver's `0000-00-00`, or text. */
function isoOf(date: unknown): string | undefined {
  return date instanceof Date && !Number.isNaN(date.getTime()) ? date.toISOString() : undefined
}
