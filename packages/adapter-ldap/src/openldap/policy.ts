import type { Entry } from '../connection/entry.ts'
import { isTrue, text } from '../connection/entry.ts'
import type { EffectivePolicy } from '../dialect/dialect.ts'
import { present } from '../dialect/search-filter.ts'
import type { SearchStep } from '../plan/request.ts'

/** What is read of a policy (slapo-ppolicy(5)). */
const policyAttributes = [
  ...[
    'pwdMustChange',
    'pwdAllowUserChange',
    'pwdMinLength',
    'pwdMaxLength',
    'pwdCheckQuality',
    'pwdCheckModule',
    'pwdUseCheckModule',
  ],
  ...['pwdLockout', 'pwdMaxFailure', 'pwdLockoutDuration', 'pwdMaxIdle'],
]

/** What is assumed of a policy that cannot be read: nothing. */
export const unreadablePolicy: EffectivePolicy = Object.freeze({
  mustChange: 'unknown',
  userMayChange: true,
  rules: Object.freeze({ unread: Object.freeze(['ppolicy']) }),
  lockAfter: undefined,
})

/**
 * The search for a policy entry. An answer from the cache will do.
 *
 * @example
 * const [policy] = yield* searches([policySearch(dn)])
 */
export function policySearch(dn: string): SearchStep {
  return {
    kind: 'search',
    base: dn,
    scope: 'base',
    filter: present('objectClass'),
    attributes: policyAttributes,
    cached: true,
  }
}

/**
 * A policy entry in the words of every product.
 *
 * @example
 * const { mustChange, rules } = policyOf(entry)
 */
export function policyOf(entry: Entry): EffectivePolicy {
  const quality = numberOf(entry, 'pwdCheckQuality') ?? 0
  const checked = quality > 0
  const ownModule = entry.attributes.has('pwdcheckmodule') || isTrue(entry, 'pwdUseCheckModule')
  return {
    mustChange: isTrue(entry, 'pwdMustChange'),
    // Left out, it is allowed (slapo-ppolicy(5)).
    userMayChange: text(entry, 'pwdAllowUserChange')?.toUpperCase() !== 'FALSE',
    rules: {
      minLength: checked ? numberOf(entry, 'pwdMinLength') : undefined,
      maxLength: checked ? numberOf(entry, 'pwdMaxLength') || undefined : undefined,
      unread: checked && ownModule ? ['pwdCheckModule'] : [],
    },
    lockAfter: isTrue(entry, 'pwdLockout') ? (numberOf(entry, 'pwdMaxFailure') ?? 0) : 0,
  }
}

/**
 * Seconds after which a temporary lock ends by itself; 0 is never.
 *
 * @example
 * const endsAt = since + lockoutSeconds(policyEntry) * 1_000
 */
export function lockoutSeconds(entry: Entry | undefined): number {
  return (entry && numberOf(entry, 'pwdLockoutDuration')) ?? 0
}

/**
 * Seconds for which an account may be unused before slapd refuses it. 0 is for ever; so is every
 * number without `pwdLockout`.
 *
 * @example
 * const allowedMs = idleSeconds(policyEntry) * 1_000
 */
export function idleSeconds(entry: Entry | undefined): number {
  return entry !== undefined && isTrue(entry, 'pwdLockout')
    ? (numberOf(entry, 'pwdMaxIdle') ?? 0)
    : 0
}

function numberOf(entry: Entry, attribute: string): number | undefined {
  const value = text(entry, attribute)
  return value !== undefined && /^\d{1,9}$/.test(value) ? Number(value) : undefined
}
