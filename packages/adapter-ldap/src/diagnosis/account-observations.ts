import { resettableStatuses, type StoreReason, type StoreRefusal } from '@force-reset/core'
import type { Account, AccountPage, Dialect } from '../dialect/dialect.ts'
import { observed } from '../dialect/finding.ts'
import type { Observation } from '../dialect/observation.ts'
import { precheck } from '../dialect/recheck.ts'

/**
 * The accounts whose status and privilege allow a reset.
 *
 * @example
 * const [sample] = resettable(page)
 */
export function resettable({ accounts }: AccountPage): readonly Account[] {
  return accounts.filter(({ user }) => resettableStatuses.includes(user.status) && !user.privileged)
}

/**
 * The findings that some accounts show for all accounts.
 *
 * @example
 * const observations = accountObservations(page, dialect)
 */
export function accountObservations(page: AccountPage, dialect: Dialect): readonly Observation[] {
  return [
    usersObservation(page),
    ...referralObservations(page),
    privilegedObservation(page),
    policyObservation(page),
    ...mustChangeObservations(resettable(page), dialect),
  ]
}

function usersObservation(page: AccountPage): Observation {
  const { accounts, truncated } = page
  if (accounts.length === 0)
    return {
      check: 'users',
      level: 'problem',
      message: 'No account is found at or below baseDn.',
      cure:
        'Correct baseDn, userFilter or attributes.username; ' +
        'or let the service account read what the guide for this directory names.',
    }
  const unjudged = accounts.filter(({ user }) => user.status === 'unknown').length
  if (unjudged > 0)
    return {
      check: 'users',
      level: 'problem',
      message:
        `The status of ${unjudged} of ${accounts.length} accounts cannot be read. ` +
        'These accounts cannot be reset.',
      cure:
        'Let the service account read the attributes with the status ' +
        'that the guide for this directory names.',
    }
  const ordinary = resettable(page).length
  const message =
    `${truncated ? 'The first ' : ''}${accounts.length} accounts were looked at. ` +
    `${ordinary} of them could be reset; the others are privileged, disabled or expired.`
  if (ordinary > 0) return { check: 'users', level: 'ok', message }
  return {
    check: 'users',
    level: 'warning',
    message,
    cure: 'Check privilegedGroups, and whether the right accounts are below baseDn.',
  }
}

function privilegedObservation({ accounts }: AccountPage): Observation {
  if (accounts.length === 0) return unreached('privileged')
  const privileged = accounts.filter(({ user }) => user.privileged).length
  return {
    check: 'privileged',
    level: 'ok',
    message: `${privileged} of ${accounts.length} accounts are privileged, and are not reset.`,
  }
}

function referralObservations({ referrals = 0 }: AccountPage): readonly Observation[] {
  if (referrals === 0) return []
  return [
    {
      check: 'users',
      level: 'warning',
      message:
        `Parts of the directory below baseDn are on other servers (referrals: ${referrals}). ` +
        'Referrals are not followed, and the accounts there are not listed.',
      cure: 'Give each of these servers a store of its own, or choose a baseDn beside these parts.',
    },
  ]
}

function policyObservation({ accounts }: AccountPage): Observation {
  const unread = new Set(accounts.flatMap(({ policy }) => policy.rules.unread ?? []))
  if (accounts.length === 0) return unreached('policy')
  if (unread.size === 0)
    return {
      check: 'policy',
      level: 'ok',
      message: 'The rules for passwords can be read, and temporary passwords meet them.',
    }
  return {
    check: 'policy',
    level: 'warning',
    message:
      'Some rules for passwords cannot be read, or cannot be met for certain: ' +
      `${[...unread].sort().join(', ')}. A temporary password may be refused.`,
    cure:
      'Let the service account read the password policies, as the guide for this directory says; ' +
      'or configure a format for passwords that meets these rules.',
  }
}

function mustChangeObservations(
  accounts: readonly Account[],
  dialect: Dialect,
): readonly Observation[] {
  const reasons = accounts
    .map((account) => precheck(dialect, account, { mustChange: true, unlock: true }))
    .filter((refusal) => refusal !== undefined)
    .map(reasonOf)
  if (accounts.length === 0) return [unreached('must_change')]
  if (reasons.length === 0)
    return [
      {
        check: 'must_change',
        level: 'ok',
        message: 'After a reset, the users of these accounts would have to choose a new password.',
      },
    ]
  const level = reasons.length === accounts.length ? 'problem' : 'warning'
  return [...Map.groupBy(reasons, ({ what }) => what)].map(([what, alike]) =>
    observed('must_change', level, {
      what: `For ${alike.length} of ${accounts.length} accounts: ${what}`,
      cure: alike[0]?.cure,
    }),
  )
}

function reasonOf({ detail }: StoreRefusal): Pick<StoreReason, 'what' | 'cure'> {
  return detail?.reason === 'store'
    ? detail
    : { what: 'The user would not have to choose a new password.' }
}

/**
 * The finding of a check that an earlier finding kept from being made.
 *
 * @example
 * if (accounts.length === 0) return unreached('policy')
 */
export function unreached(check: Observation['check']): Observation {
  return {
    check,
    level: 'unknown',
    message: 'This check was not made, because of the findings before it.',
    cure: 'See to the other findings first.',
  }
}
