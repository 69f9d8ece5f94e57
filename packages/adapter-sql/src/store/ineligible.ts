import type { StoreRefusal, WriteOrder } from '@force-reset/core'
import { conflict, notEligible, refused } from '@force-reset/core/store'
import type { Judgement, WithoutPassword } from '../account/account-judge.ts'
import type { SeenAccount } from '../account/account-reader.ts'
import {
  functionFailed,
  hashIsUnusable,
  reasonsOfStatus,
  type SqlReason,
  signsInElsewhere,
} from './reasons.ts'

/** The part of an order that says for whom and for what the write is. */
type Purpose = Pick<WriteOrder, 'eligible' | 'purpose'>

/** Why the account may not be reset, by what the options say of the account. */
export function ineligible(
  { status, reason, withoutPassword, failure }: Judgement,
  { eligible, purpose }: Purpose,
): StoreRefusal | undefined {
  const failed = failure && refused('not_eligible', functionFailed(failure))
  if (!eligible.includes(status)) {
    if (failed) return failed
    return reason === undefined
      ? notEligible(status)
      : refused('not_eligible', reasonsOfStatus[reason])
  }
  // The end of a temporary password gives nobody a password.
  if (withoutPassword === undefined || (purpose === 'expire' && withoutPassword !== 'no_row'))
    return undefined
  return failed ?? refused('not_eligible', withoutPasswordReasons[withoutPassword])
}

const withoutPasswordReasons: Readonly<Record<WithoutPassword, SqlReason>> = {
  no_row: signsInElsewhere,
  elsewhere: signsInElsewhere,
  unusable_hash: hashIsUnusable,
}

/**
 * Judges the account once more, right before the write. A function of the options may go by the
 * clock. The condition of the write holds everything that the function reads.
 */
export function lapsed(
  { judgement, judgedNow }: SeenAccount,
  purpose: Purpose,
): StoreRefusal | undefined {
  const now = judgedNow()
  const refusal = ineligible(now, purpose)
  if (refusal) return refusal
  return now.status === judgement.status && now.privileged === judgement.privileged
    ? undefined
    : conflict
}
