import { resettableStatuses, type StoreRefusal } from '@force-reset/core'
import type { Account, AccountPage, Dialect } from '../dialect/dialect.ts'
import { observed } from '../dialect/finding.ts'
import type { Observation } from '../dialect/observation.ts'
import { precheck } from '../dialect/recheck.ts'

/** The accounts that a reset is not refused for from the start. */
export function resettable({ accounts }: AccountPage): readonly Account[] {
  return accounts.filter(({ user }) => resettableStatuses.includes(user.status) && !user.privileged)
}

/** What a look at some accounts tells about all of them. */
export function accountObservations(page: AccountPage, dialect: Dialect): readonly Observation[] {
  return [
    usersObservation(page),
    ...referralObservations(page),
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
      cure: 'Correct baseDn, userFilter or attributes.username, or let the operator account read what the guide for this directory names.',
    }
  const unjudged = accounts.filter(({ user }) => user.status === 'unknown').length
  if (unjudged > 0)
    return {
      check: 'users',
      level: 'problem',
      message: `Whether an account is disabled cannot be read for ${unjudged} of ${accounts.length} accounts; they cannot be reset.`,
      cure: 'Let the operator account read the attributes with the status that the guide for this directory names.',
    }
  const ordinary = resettable(page).length
  const message = `${truncated ? 'The first ' : ''}${accounts.length} accounts were looked at; ${ordinary} of them could be reset, the others are privileged, disabled or expired.`
  if (ordinary > 0) return { check: 'users', level: 'ok', message }
  return {
    check: 'users',
    level: 'warning',
    message,
    cure: 'Check privilegedGroups, and whether the right accounts are below baseDn.',
  }
}

function referralObservations({ referrals = 0 }: AccountPage): readonly Observation[] {
  if (referrals === 0) return []
  return [
    {
      check: 'users',
      level: 'warning',
      message: `Parts of the directory below baseDn are on other servers (referrals: ${referrals}). They are not followed: who is there is not listed.`,
      cure: 'Give a store of its own to each of these servers, or let baseDn be beside them.',
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
      message: 'The rules for passwords can be read, and are met.',
    }
  return {
    check: 'policy',
    level: 'warning',
    message: `Rules for passwords that cannot be read, or not be met for certain: ${[...unread].sort().join(', ')}. A temporary password may be refused.`,
    cure: 'Let the operator account read the password policies, as the guide for this directory says; or configure a format for passwords that meets these rules.',
  }
}

function mustChangeObservations(
  accounts: readonly Account[],
  dialect: Dialect,
): readonly Observation[] {
  const refusals = accounts
    .map((account) => precheck(dialect, account, { mustChange: true, unlock: true }))
    .filter((refusal) => refusal !== undefined)
  if (accounts.length === 0) return [unreached('must_change')]
  if (refusals.length === 0)
    return [
      {
        check: 'must_change',
        level: 'ok',
        message: 'The users of these accounts would have to choose a new password after a reset.',
      },
    ]
  const level = refusals.length === accounts.length ? 'problem' : 'warning'
  return [...Map.groupBy(refusals, messageOf)].map(([message, alike]) => {
    const observation = observed('must_change', level, {
      code: 'must_change_ineffective',
      key: '',
      message,
    })
    return {
      ...observation,
      message: `For ${alike.length} of ${accounts.length} accounts: ${observation.message}`,
    }
  })
}

function messageOf({ detail }: StoreRefusal): string {
  return (
    (detail?.reason === 'store' && detail.message) ||
    'The user would not have to choose a new password.'
  )
}

/** What could not be looked at because of something before it. */
export function unreached(check: Observation['check']): Observation {
  const message = 'This could not be looked at, because of what was found before it.'
  return { check, level: 'unknown', message, cure: 'See to the other findings first.' }
}
