import type { Mark, Standing } from '@force-reset/core'
import { type Entry, text } from '../connection/entry.ts'
import type { Account, ResetOrder } from '../dialect/dialect.ts'
import {
  fieldsOf,
  foreignMark,
  markWith,
  noStamp,
  replacedBy,
  unreadableNow,
} from '../dialect/marks.ts'
import { hasToChange, mustChangeNow } from './account.ts'

const format = 'ad1'

/**
 * What tells our own write from another one. `stamp`: the stamp attribute. `counted`: the key
 * version, as it was read right after the write.
 */
type Proof = 'stamp' | 'counted' | undefined

/**
 * Number of passwords that the account has had on this directory; `undefined` where that cannot be
 * read.
 *
 * @example
 * const before = keyVersion(account.entry)
 */
export function keyVersion(entry: Entry): number | undefined {
  return countOf(text(entry, 'msDS-KeyVersionNumber'))
}

function countOf(value: string | undefined): number | undefined {
  return value !== undefined && /^\d{1,10}$/.test(value) ? Number(value) : undefined
}

/**
 * The values of the stamp attribute that one write leaves. A throwaway in place of a temporary
 * password is stamped differently, so that its stamp is not the one of the temporary password.
 *
 * @example
 * const { claimed, done } = stampsOf(order)
 */
export function stampsOf({ resetId, purpose }: Pick<ResetOrder, 'resetId' | 'purpose'>): {
  /** After the first of two writes. */
  readonly claimed: string
  readonly done: string
} {
  const done = purpose === 'expire' ? `${resetId}-ended` : resetId
  return { claimed: `${done}-claim`, done }
}

/** How a write goes about it, as far as its mark has to know. */
export interface MarkedWrite {
  /** Passwords that the write sets: two where a throwaway comes first. */
  readonly passwords: number
  readonly stampAttribute: string | undefined
}

/**
 * The mark of a write: its stamp, the key version and `pwdLastSet` as seen, and the key version
 * that the write leads to.
 *
 * @param after - The entry as it was read after the write.
 * @example
 * const prepared = activeDirectoryMark(order, { passwords: 1, stampAttribute: undefined })
 */
export function activeDirectoryMark(
  order: ResetOrder,
  { passwords, stampAttribute }: MarkedWrite,
  after?: Entry | undefined,
): Mark {
  const { entry } = order.account
  const before = keyVersion(entry)
  const expected = before === undefined ? undefined : before + passwords
  const counted = after !== undefined && expected !== undefined && keyVersion(after) === expected
  const proof: Proof = counted ? 'counted' : stampAttribute === undefined ? undefined : 'stamp'
  return markWith(format, [
    stampsOf(order).done,
    before?.toString(),
    timeOf(text(entry, 'pwdLastSet')),
    expected?.toString(),
    proof,
  ])
}

/** A Windows time has up to nineteen digits. A mark holds nothing else that a directory sent. */
function timeOf(value: string | undefined): string | undefined {
  return value !== undefined && /^\d{1,19}$/.test(value) ? value : undefined
}

/**
 * What has become of the write that the mark names. The key version rises with every password. So
 * the key version tells three passwords apart: the one before the write, the one that the write led
 * to, and a later one. The stamp, or the look right after the write, tells whether this write led
 * there and no other one.
 *
 * @example
 * const { now } = activeDirectoryStanding(account, mark, options.stampAttribute)
 */
export function activeDirectoryStanding(
  { entry }: Account,
  mark: Mark,
  stampAttribute: string | undefined,
): Standing {
  const fields = fieldsOf(format, mark)
  if (fields === undefined) return foreignMark
  const [done, seen, lastSet, aim, proof] = fields
  const now = keyVersion(entry)
  const before = countOf(seen)
  const expected = countOf(aim)
  // Every new password moves pwdLastSet, and nobody can move it back to a time.
  if (now === undefined || before === undefined || expected === undefined)
    return isTime(lastSet) && text(entry, 'pwdLastSet') === lastSet
      ? { now: 'before' }
      : unreadableNow
  if (now === before) return { now: 'before' }
  // A controller that has not heard of the write yet, or was restored.
  if (now < before) return noStamp
  const replaced = replacedBy({ mustChange: hasToChange(entry) === true })
  if (proof === 'stamp' && stampAttribute !== undefined) {
    const stamp = text(entry, stampAttribute)
    if (stamp === undefined) return unreadableNow
    if (stamp === done) return now === expected ? { now: 'temporary' } : noStamp
    return stamp === `${done}-claim` ? noStamp : replaced
  }
  if (now > expected) return replaced
  return now === expected && proof === 'counted' ? { now: 'temporary' } : noStamp
}

function isTime(lastSet: string | undefined): boolean {
  return lastSet !== undefined && lastSet !== mustChangeNow
}
