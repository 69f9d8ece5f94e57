import type { Mark, StoreReceipt, StoreRefusal, WriteOrder } from '@force-reset/core'
import { StoreError } from '@force-reset/core'
import { conflict, refused, userNotFound } from '@force-reset/core/store'
import type { SeenAccount } from '../account/account-reader.ts'
import type { AppliedWrite } from '../options/options.ts'
import { ineligible, lapsed } from './ineligible.ts'
import {
  accountLock,
  endedRows,
  hashIsReplaced,
  type NewPassword,
  newHashIsThere,
  passwordWrite,
} from './password-write.ts'
import { ask, look, type StoreParts } from './read-accounts.ts'
import { matchedNothing, notConfirmed, type SqlReason } from './reasons.ts'
import { receiptOf } from './receipt.ts'
import { runWrite } from './run-write.ts'

/** One write that is ready: the new password, and the account that it is for, as it was seen. */
export interface PlannedWrite {
  /** What is told of the write: to the functions of columns, and to `inTransaction`. */
  readonly told: AppliedWrite
  readonly eligible: WriteOrder['eligible']
  readonly purpose: WriteOrder['purpose']
  readonly seen: SeenAccount
  readonly password: NewPassword
  readonly mark: Mark
}

/** The password is stored. */
interface Applied {
  readonly outcome: 'applied'
  readonly receipt: StoreReceipt
  readonly mark: Mark
}

/** The write may have happened, or may still happen. */
interface Unknown {
  readonly outcome: 'unknown'
  readonly detail: SqlReason
}

/** The outcome of one conditional write, before anybody settles an unknown one. */
export type SentOutcome = Applied | StoreRefusal | Unknown

/**
 * Sends the one conditional write. Sent again, the write has the same outcome.
 *
 * @throws {StoreError} where the write matched nothing, and the look for the reason failed.
 */
export async function sendWrite(parts: StoreParts, planned: PlannedWrite): Promise<SentOutcome> {
  const { dialect, options } = parts
  const { told, seen, password, mark } = planned
  const { id } = seen.user
  const result = await runWrite(parts, {
    lock: accountLock(dialect, options, id),
    lapsed: () => lapsed(seen, planned),
    statements: passwordWrite(dialect, options, seen, password),
    ended: endedRows(dialect, options, id),
    happened: hashIsReplaced(dialect, options, { seen, password }),
    applied: told,
  })
  switch (result.kind) {
    case 'written':
      return { outcome: 'applied', receipt: receiptOf(parts, planned, result.ended), mark }
    case 'missed':
      return await whyMissed(parts, planned)
    case 'lapsed':
      return result.refusal
    case 'failed': {
      const { code, detail } = result.failure
      if (!result.certain) return { outcome: 'unknown', detail }
      // An error is no proof that the row is as it was. SQLite keeps what a statement has changed
      // before a trigger fails it (ON CONFLICT FAIL). On MariaDB and MySQL some statements of the
      // application commit by themselves. A COMMIT can succeed and its ROLLBACK fail.
      const happened = result.sent ? await whatHappened(parts, planned) : undefined
      return happened ?? refused(code, detail)
    }
    default:
      return result satisfies never
  }
}

/**
 * Asks the database for the new hash before anybody is told that the account is as it was.
 * `undefined` only if the database answered that the new hash is not there.
 */
export async function whatHappened(
  parts: StoreParts,
  planned: PlannedWrite,
): Promise<Applied | Unknown | undefined> {
  const { dialect, options } = parts
  try {
    const there = await ask(parts, newHashIsThere(dialect, options, planned.seen, planned.password))
    if (there.length === 0) return undefined
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    const { detail } = error
    return {
      outcome: 'unknown',
      detail: notConfirmed(detail?.reason === 'store' ? detail.cause : undefined),
    }
  }
  return { outcome: 'applied', receipt: receiptOf(parts, planned, null), mark: planned.mark }
}

/** Nothing matched: somebody was faster, or this very write was and only its answer was lost. */
async function whyMissed(parts: StoreParts, planned: PlannedWrite): Promise<SentOutcome> {
  const happened = await whatHappened(parts, planned)
  if (happened) return happened
  const { seen } = planned
  const now = await look(parts, seen.user.id)
  if (now === undefined) return userNotFound
  const refusal = ineligible(now.judgement, planned)
  if (refusal) return refusal
  return isAsSeen(now, seen) ? refused('store_unavailable', matchedNothing) : conflict
}

/** Whether all that the write depends on is still, or again, as it was seen. */
function isAsSeen(now: SeenAccount, seen: SeenAccount): boolean {
  return now.columns.every(({ text }, i) => text === seen.columns[i]?.text)
}
