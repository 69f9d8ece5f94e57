import type { Mark, Standing } from '@force-reset/core'
import { markOf } from '@force-reset/core/store'
import { generalizedTime } from './times.ts'

/** No other format made this mark, and still the mark tells nothing here. */
export const foreignMark: Standing = Object.freeze({ now: 'unknown', why: 'foreign_mark' })
export const noStamp: Standing = Object.freeze({ now: 'unknown', why: 'no_stamp' })
export const unreadableNow: Standing = Object.freeze({ now: 'unknown', why: 'unreadable' })

/**
 * A mark of text fields; a field may be absent.
 *
 * @example
 * const mark = markWith('ds1', [order.resetId, before, undefined])
 */
export function markWith(format: string, fields: readonly (string | undefined)[]): Mark {
  return markOf(`${format}.${fields.map((field) => encodeURIComponent(field ?? '')).join('/')}`)
}

/**
 * The fields of a mark, `undefined` for each that is absent; `undefined` for a mark of another
 * format.
 *
 * @example
 * const [resetId, before] = fieldsOf('ds1', mark) ?? []
 */
export function fieldsOf(format: string, mark: Mark): readonly (string | undefined)[] | undefined {
  if (!mark.startsWith(`${format}.`)) return undefined
  try {
    const fields = mark.slice(format.length + 1).split('/')
    return fields.map((field) => (field === '' ? undefined : decodeURIComponent(field)))
  } catch {
    return undefined
  }
}

/**
 * Says who set the password that has replaced the one of a mark. Where must-change is in force, an
 * administrator did: a user's own choice takes must-change away.
 *
 * @example
 * return replacedBy({ mustChange: isTrue(entry, 'pwdReset') })
 */
export function replacedBy({ mustChange }: { readonly mustChange: boolean }): Standing {
  return { now: 'replaced', by: mustChange ? 'administrator' : 'unknown' }
}

/** What a directory notes of the second in which a password was set. */
export interface NotedTimes {
  /** Moved by new passwords alone. */
  readonly password: string | undefined
  /** Moved by every ordinary edit. It serves where there is no time of the password. */
  readonly edit?: string | undefined
}

/** A write of a password in a directory that notes the second of each new password. */
export interface TimedWrite {
  readonly resetId: string
  readonly mustChange: boolean
  /** As seen before the write. */
  readonly before: NotedTimes
  /** As read after the write; absent before. */
  readonly after?: NotedTimes | undefined
}

/**
 * The mark of a write that the directory notes by its second.
 *
 * @example
 * const before = { password: text(account.entry, 'pwdChangedTime') }
 * const mark = timedMark('openldap1', { resetId, mustChange: true, before })
 */
export function timedMark(
  format: string,
  { resetId, mustChange, before, after }: TimedWrite,
): Mark {
  const demanded = mustChange ? 'must_change' : undefined
  return markWith(format, [resetId, demanded, momentOf(before), after && momentOf(after)])
}

/** Marks the time of an edit, which is not always the time of a password. */
const ofEdit = '~'

/** Text that is no time is left out: a mark holds nothing else that a directory sent. */
function momentOf({ password, edit }: NotedTimes): string | undefined {
  if (generalizedTime(password) !== undefined) return password
  return generalizedTime(edit) === undefined ? undefined : `${ofEdit}${edit}`
}

/**
 * What has become of a write, by the second of the password that is there now.
 *
 * The user's own change within the second of the write leaves the same time. So the password is
 * only known to be the temporary one while must-change is in force, too.
 *
 * @example
 * const password = text(account.entry, 'pwdChangedTime')
 * const standing = standingByTime('openldap1', mark, { password, mustChange: true })
 */
export function standingByTime(
  format: string,
  mark: Mark,
  now: NotedTimes & { readonly mustChange: boolean },
): Standing {
  const fields = fieldsOf(format, mark)
  if (fields === undefined) return foreignMark
  const [, demanded, before, after] = fields
  const moment = momentOf(now)
  // After the write a time could be read. So none at all means that none had been set yet.
  if (moment === undefined)
    return before === undefined && after !== undefined ? { now: 'before' } : unreadableNow
  if (moment === before) return before === after ? noStamp : { now: 'before' }
  if (moment === after)
    return now.mustChange && demanded !== undefined ? { now: 'temporary' } : noStamp
  return isLater(moment, after) ? replacedBy(now) : noStamp
}

/** Whether both are times of passwords, and the first is later. */
function isLater(moment: string, other: string | undefined): boolean {
  const [time, otherTime] = [generalizedTime(moment), generalizedTime(other)]
  return time !== undefined && otherTime !== undefined && time > otherTime
}
