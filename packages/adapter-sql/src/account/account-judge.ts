import type { SafeCause } from '@force-reset/core'
import { safeCauseOf } from '@force-reset/core/store'
import type { RawBuilder } from 'kysely'
import type { SqlDialect } from '../dialect/sql-dialect.ts'
import { elsewhereRule, privilegeRule } from '../options/account-rule.ts'
import type { AnyOptions, Row } from '../options/any-database.ts'
import { namedRow, statusColumns } from '../options/named-columns.ts'
import type { StatusAnswer } from '../options/options.ts'
import { ruleReader, unlessFalse } from './account-rule.ts'
import { statusOf } from './account-status.ts'
import { type JudgedColumn, judgedColumn } from './columns.ts'
import { isUnusableHash, textOfHash } from './stored-hash.ts'

/** Why an account has no password that a reset could replace. */
export type WithoutPassword = 'no_row' | 'elsewhere' | 'unusable_hash'

/** What the options say of an account, by what was seen and by the clock. */
export interface Judgement extends StatusAnswer {
  readonly privileged: boolean
  readonly withoutPassword: WithoutPassword | undefined
  /** Class and codes of the error of a function of the options, where one failed. */
  readonly failure?: SafeCause | undefined
}

/** What one look saw of an account. */
interface AccountSight {
  /** The text of a judged column. */
  textOf(column: JudgedColumn): string | null
  /** The columns of {@link AccountJudge.native}, as the driver reads them. */
  readonly native: Row
  /** Whether each of {@link AccountJudge.conditions} is true. */
  readonly holds: Readonly<Record<Condition, boolean>>
  /** The stored hash, as `bytes` of the dialect reads it. */
  readonly hash: string | null
  /** Whether there is a row for the password. */
  readonly hasCredentials: boolean
}

/** The short alias by which a condition is read: privileged, or signs in elsewhere. */
type Condition = 'r' | 'e'

/** How the options judge accounts. */
export interface AccountJudge {
  /** Everything that is judged: the write depends on it. */
  readonly judged: readonly JudgedColumn[]
  /** The columns of the functions. */
  readonly native: readonly string[]
  readonly conditions: Readonly<Record<Condition, RawBuilder<boolean> | undefined>>
  judge(sight: AccountSight, now: Date): Judgement
}

/** Prepares how accounts are judged. */
export function accountJudge(dialect: SqlDialect, options: AnyOptions): AccountJudge {
  const { columns, signsInElsewhere, status, unusableHash = isUnusableHash } = options
  const privileged = ruleReader(dialect, privilegeRule(options), columns.id)
  const elsewhere = ruleReader(dialect, elsewhereRule(options), columns.id)
  const ofStatus = statusColumns(status).map((name) => judgedColumn(dialect, { alias: 'u', name }))
  const statusNative = 'of' in status ? status.columns : []
  const onlyWithoutPassword =
    signsInElsewhere !== undefined &&
    'table' in signsInElsewhere &&
    signsInElsewhere.onlyWithoutPassword === true

  return {
    judged: [...ofStatus, ...privileged.judged, ...elsewhere.judged],
    native: [...statusNative, ...privileged.native, ...elsewhere.native],
    conditions: { r: privileged.condition, e: elsewhere.condition },
    judge: (sight, now) => {
      const { textOf, native, holds, hasCredentials } = sight
      const [text = null] = ofStatus.map(textOf)
      const errors: unknown[] = []
      const failed = (error: unknown): void => void errors.push(error)
      const answer = statusOf(status, { row: namedRow(statusNative, native), text, now }, failed)
      const hash = sight.hash === null ? null : textOfHash(dialect, sight.hash)
      const isUnusable = hash !== null && unlessFalse(() => unusableHash(hash), failed)
      const isElsewhere =
        elsewhere.meets({ textOf, native, byDatabase: holds.e, failed }) &&
        !(onlyWithoutPassword && hash !== null && !isUnusable)
      // An invited account may have an empty text as it may have NULL.
      const isInvited = answer.status === 'pending' && hash === ''
      const isPrivileged = privileged.meets({ textOf, native, byDatabase: holds.r, failed })
      return {
        ...answer,
        privileged: isPrivileged,
        withoutPassword: withoutPassword({
          no_row: !hasCredentials,
          elsewhere: isElsewhere,
          unusable_hash: isUnusable && !isInvited,
        }),
        ...(errors.length > 0 && { failure: safeCauseOf(errors[0]) }),
      }
    },
  }
}

function withoutPassword(
  reasons: Readonly<Record<WithoutPassword, boolean>>,
): WithoutPassword | undefined {
  const names = ['no_row', 'elsewhere', 'unusable_hash'] as const
  return names.find((name) => reasons[name])
}
