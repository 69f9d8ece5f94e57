import { atOnce } from '@force-reset/core/store'
import type { RawBuilder } from 'kysely'
import type { SqlDialect } from '../dialect/sql-dialect.ts'
import { type AccountRule, ruleColumns } from '../options/account-rule.ts'
import type { Row } from '../options/any-database.ts'
import { namedRow } from '../options/named-columns.ts'
import { type JudgedColumn, judgedColumn } from './columns.ts'
import { holdsOneOf } from './held-values.ts'
import { heldInRows, rowsHeld, ruleCondition } from './rule-condition.ts'

/** What one look saw of the columns and rows that a rule reads. */
interface RuleSight {
  /** The text of a column of {@link RuleReader.judged}. */
  readonly textOf: (column: JudgedColumn) => string | null
  /** The columns of {@link RuleReader.native}, as the driver reads them. */
  readonly native: Row
  /** Whether {@link RuleReader.condition} is true. */
  readonly byDatabase: boolean
  /** Takes the error of a function that failed. */
  readonly failed: Failed
}

/** Takes the error of a function of the options that failed. */
export type Failed = (error: unknown) => void

/** How a rule is read, and judged. */
export interface RuleReader {
  /** Everything that the rule reads: the write depends on it. */
  readonly judged: readonly JudgedColumn[]
  /** The columns of a function. */
  readonly native: readonly string[]
  readonly condition: RawBuilder<boolean> | undefined
  /**
   * Whether the account meets the rule. In doubt the account does: only a function that answers
   * `false` says that it does not.
   */
  meets(sight: RuleSight): boolean
}

/** Prepares how a rule is read. */
export function ruleReader(
  dialect: SqlDialect,
  rule: AccountRule | undefined,
  id: string,
): RuleReader {
  if (rule === undefined)
    return { judged: [], native: [], condition: undefined, meets: () => false }
  const judged =
    'table' in rule
      ? [rowsColumn(heldInRows(dialect, rule, id))]
      : ruleColumns(rule).map((name) => judgedColumn(dialect, { alias: 'u', name }))
  return {
    judged,
    native: 'of' in rule ? rule.columns : [],
    condition: ruleCondition(dialect, rule, id),
    meets: ({ textOf, native, byDatabase, failed }) => {
      // Types and collations take different texts for the same: `9.00` for 9, `t` for yes.
      if (byDatabase) return true
      if ('of' in rule) return unlessFalse(() => rule.of(namedRow(rule.columns, native)), failed)
      const [text = null] = judged.map(textOf)
      if (!('table' in rule)) return holdsOneOf(rule.values, text)
      const { held } = rule
      return held !== undefined && holdsInRows(held.values, rowsHeld(text))
    },
  }
}

/** What several rows hold, read as one value of the account. */
function rowsColumn(read: RawBuilder<string | null>): JudgedColumn {
  return { alias: 'u', column: undefined, value: read, read }
}

function holdsInRows(
  values: Parameters<typeof holdsOneOf>[0],
  rows: readonly (string | null)[] | undefined,
): boolean {
  return rows?.some((row) => holdsOneOf(values, row)) ?? true
}

/** Whether a function of the options answers anything but `false`, or fails: in doubt, yes. */
export function unlessFalse(ask: () => boolean, failed: Failed): boolean {
  try {
    return atOnce('a function of the options', ask) !== false
  } catch (error) {
    failed(error)
    return true
  }
}
