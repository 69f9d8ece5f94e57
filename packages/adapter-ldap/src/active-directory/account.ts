import type { AccountStatus } from '@force-reset/core'
import { bytes, type Entry, isTrue, text } from '../connection/entry.ts'
import type { Account, EffectivePolicy } from '../dialect/dialect.ts'
import { type PersonAttributes, userOf } from '../dialect/person.ts'
import { fileTime } from '../dialect/times.ts'
import { accountFlags, hasFlag } from './account-flags.ts'
import { guidText } from './guid.ts'
import type { ActiveDirectoryOptions } from './options.ts'

/** What is read of an account, besides the names. */
export const accountAttributes: readonly string[] = [
  ...[
    'objectGUID',
    'objectSid',
    'isDeleted',
    'lastKnownParent',
    'isCriticalSystemObject',
    'whenCreated',
    'whenChanged',
  ],
  ...[
    'userAccountControl',
    'msDS-User-Account-Control-Computed',
    'accountExpires',
    'lockoutTime',
    'badPwdCount',
  ],
  ...[
    'pwdLastSet',
    'msDS-KeyVersionNumber',
    'msDS-ResultantPSO',
    'lastLogon',
    'lastLogonTimestamp',
    'sAMAccountName',
    'displayName',
  ],
]

/** What an account is judged by. */
export interface AccountContext {
  readonly attributes: PersonAttributes
  readonly options: ActiveDirectoryOptions
  readonly privileged: boolean
  readonly policy: EffectivePolicy
  /** When the entry came. */
  readonly now: number
}

/** An entry as an account; `undefined` for one without a GUID. */
export function activeDirectoryAccount(
  entry: Entry,
  { attributes, options, privileged, policy, now }: AccountContext,
): Account | undefined {
  const id = idOf(entry)
  if (id === undefined) return undefined
  const user = userOf(entry, attributes, options, {
    id,
    status: statusOf(entry, now),
    locked: hasFlag(entry, 'msDS-User-Account-Control-Computed', accountFlags.lockedOut) === true,
    privileged,
    // The key version rises with every password; pwdLastSet is 0 after each reset, so it alone
    // would not do.
    generation: [text(entry, 'msDS-KeyVersionNumber'), text(entry, 'pwdLastSet')],
  })
  return { user, entry, policy, readAt: now }
}

export function idOf(entry: Entry): string | undefined {
  const guid = bytes(entry, 'objectGUID')
  return guid && guidText(guid)
}

export function statusOf(entry: Entry, now: number): AccountStatus {
  if (isTrue(entry, 'isDeleted')) return 'deleted'
  const disabled = hasFlag(entry, 'userAccountControl', accountFlags.disabled)
  if (disabled === undefined) return 'unknown'
  const expires = fileTime(text(entry, 'accountExpires'))?.getTime() ?? Number.POSITIVE_INFINITY
  if (disabled || now >= expires) return 'suspended'
  return text(entry, 'pwdLastSet') === '0' && neverSignedIn(entry) ? 'pending' : 'active'
}

/**
 * `lastLogon` is this controller's own knowledge; `lastLogonTimestamp` is everybody's, some days
 * late.
 */
function neverSignedIn(entry: Entry): boolean {
  return (
    fileTime(text(entry, 'lastLogon')) === undefined &&
    fileTime(text(entry, 'lastLogonTimestamp')) === undefined
  )
}
