import type { StatusReason } from '@force-reset/core'
import { bytes, type Entry, isTrue, text } from '../connection/entry.ts'
import type { Account, EffectivePolicy } from '../dialect/dialect.ts'
import {
  type JudgedStatus,
  type PersonAttributes,
  type PersonMoments,
  userOf,
} from '../dialect/person.ts'
import { fileTime } from '../dialect/times.ts'
import type { Reason } from '../explain/explanation.ts'
import type { ActiveDirectoryOptions } from './options.ts'
import { accountFlags, hasFlag } from './privilege/account-flags.ts'
import { guidText } from './privilege/guid.ts'

/** Ways in beside the password: mapped certificates, and keys of Windows Hello and FIDO2. */
const credentialAttributes = ['altSecurityIdentities', 'msDS-KeyCredentialLink'] as const

/** What is read of an account, besides the names. */
export const accountAttributes: readonly string[] = [
  ...['objectGUID', 'isDeleted', 'lastKnownParent', 'whenCreated', 'whenChanged'],
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
  ...credentialAttributes,
]

/** The value of `pwdLastSet` while the password must be changed ([MS-ADTS] 3.1.1.8.1.7). */
export const mustChangeNow = '0'

/**
 * Whether the next sign-in has to choose a new password; `undefined` where that cannot be read. On
 * some accounts `pwdLastSet: 0` demands nothing, and the computed flag tells.
 *
 * @example
 * const enforced = hasToChange(entry) === true
 */
export function hasToChange(entry: Entry): boolean | undefined {
  const lastSet = text(entry, 'pwdLastSet')
  if (lastSet !== mustChangeNow) return lastSet === undefined ? undefined : false
  const computed = 'msDS-User-Account-Control-Computed'
  return hasFlag(entry, computed, accountFlags.passwordExpired) !== false
}

/** What an account is judged by. */
export interface AccountContext {
  readonly attributes: PersonAttributes
  readonly options: ActiveDirectoryOptions
  readonly baseDn: string
  /** Why the account is privileged, if it is. */
  readonly privilege: Reason | undefined
  readonly policy: EffectivePolicy
  /** When the entry came. */
  readonly now: number
}

/**
 * An entry as an account; `undefined` for an entry without a GUID.
 *
 * @example
 * const account = activeDirectoryAccount(entry, context)
 */
export function activeDirectoryAccount(
  entry: Entry,
  { attributes, options, privilege, baseDn, policy, now }: AccountContext,
): Account | undefined {
  const id = idOf(entry)
  if (id === undefined) return undefined
  const judged = judgedStatus(entry, now)
  const user = userOf(entry, attributes, options, {
    id,
    baseDn,
    status: judged.status,
    statusReason: judged.statusReason ?? serviceReason(privilege),
    mustChange: hasToChange(entry),
    locked: hasFlag(entry, 'msDS-User-Account-Control-Computed', accountFlags.lockedOut) === true,
    privileged: privilege !== undefined,
    moments: momentsOf(entry, policy),
    // The key version rises with every password. pwdLastSet alone would not do: it is 0 after each
    // reset.
    generation: [text(entry, 'msDS-KeyVersionNumber'), text(entry, 'pwdLastSet')],
  })
  return {
    user,
    entry,
    policy,
    readAt: now,
    survivors: credentialAttributes.some((name) => text(entry, name) !== undefined)
      ? ['other_credentials']
      : [],
    why: {
      privileged: privilege,
      // A status that the site gave instead has reasons of the site.
      status: user.status === judged.status ? statusWords(judged) : undefined,
    },
  }
}

function momentsOf(entry: Entry, { lockMs }: EffectivePolicy): PersonMoments {
  const at = (attribute: string) => fileTime(text(entry, attribute))
  const lockedAt = at('lockoutTime')
  return {
    passwordSetAt: at('pwdLastSet'),
    lockedUntil: lockedAt && lockMs ? new Date(lockedAt.getTime() + lockMs) : undefined,
    endsOn: at('accountExpires'),
    signIns: [at('lastLogon'), at('lastLogonTimestamp')],
  }
}

function serviceReason(privilege: Reason | undefined): StatusReason | undefined {
  return privilege?.key === 'service_account' ? 'service_account' : undefined
}

function statusWords({ statusReason }: JudgedStatus): Reason | undefined {
  switch (statusReason) {
    case 'disabled':
      return disabled
    case 'ended':
      return expired
    default:
      return undefined
  }
}

const disabled: Reason = {
  key: 'account_disabled',
  what: 'This account is disabled. A reset would not enable it.',
  cure: 'If the person is to sign in again, have an administrator enable the account first.',
}

const expired: Reason = {
  key: 'account_expired',
  what: 'This account has expired: its end date has passed. A reset would not move that date.',
  cure:
    'If the person is to sign in again, have an administrator set a later end date first ' +
    '(accountExpires).',
}

/**
 * The id of an account: its `objectGUID` as text.
 *
 * @example
 * const ids = entries.map(idOf).filter((id) => id !== undefined)
 */
export function idOf(entry: Entry): string | undefined {
  const guid = bytes(entry, 'objectGUID')
  return guid && guidText(guid)
}

/**
 * The status that an entry's own attributes say, at a moment in milliseconds since 1970.
 *
 * @example
 * const { status, statusReason } = judgedStatus(entry, site.now())
 */
export function judgedStatus(entry: Entry, now: number): JudgedStatus {
  if (isTrue(entry, 'isDeleted')) return { status: 'deleted' }
  const disabled = hasFlag(entry, 'userAccountControl', accountFlags.disabled)
  if (disabled === undefined) return { status: 'unknown' }
  if (disabled) return { status: 'suspended', statusReason: 'disabled' }
  const expires = fileTime(text(entry, 'accountExpires'))?.getTime() ?? Number.POSITIVE_INFINITY
  if (now >= expires) return { status: 'suspended', statusReason: 'ended' }
  const isNew = text(entry, 'pwdLastSet') === mustChangeNow && neverSignedIn(entry)
  return { status: isNew ? 'pending' : 'active' }
}

/**
 * `lastLogon` is this controller's own knowledge; `lastLogonTimestamp` is known to every
 * controller, some days late.
 */
function neverSignedIn(entry: Entry): boolean {
  return (
    fileTime(text(entry, 'lastLogon')) === undefined &&
    fileTime(text(entry, 'lastLogonTimestamp')) === undefined
  )
}
