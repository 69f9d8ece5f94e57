import { noPrivilegedUsers } from '@force-reset/core'
import type { AnyOptions, Row } from './any-database.ts'
import type { ColumnValue, ColumnValues } from './options.ts'

/** A column of the account that holds one value or a list. */
interface ColumnRule {
  readonly column: string
  readonly values: readonly ColumnValue[]
}

/** A function of some columns of the account. */
interface FunctionRule {
  readonly columns: readonly string[]
  of(row: Row): boolean
}

/** Rows of a table beside the accounts. Without a column every row of the account counts. */
export interface RowsRule {
  readonly table: string
  readonly userId: string
  readonly held: ColumnRule | undefined
  readonly where: ColumnValues<Record<string, Record<string, unknown>>, string> | undefined
}

/** A rule that some accounts meet: they are privileged, or they sign in elsewhere. */
export type AccountRule = ColumnRule | FunctionRule | RowsRule

/** Who is privileged; `undefined` where nobody is. */
export function privilegeRule({ privileged }: AnyOptions): AccountRule | undefined {
  if (privileged === noPrivilegedUsers) return undefined
  if (!('role' in privileged)) return privileged
  const { table, userId, role, values, where } = privileged
  return { table, userId, held: { column: role, values }, where }
}

/** Who signs in elsewhere; `undefined` where the options do not say. */
export function elsewhereRule({ signsInElsewhere }: AnyOptions): AccountRule | undefined {
  if (signsInElsewhere === undefined || !('table' in signsInElsewhere)) return signsInElsewhere
  const { table, userId, provider, values, where } = signsInElsewhere
  const held =
    provider === undefined || values === undefined ? undefined : { column: provider, values }
  return { table, userId, held, where }
}

/** The rules that read tables beside the accounts, each with the option that names it. */
export function rowsRules(
  options: AnyOptions,
): readonly { readonly option: string; readonly rule: RowsRule }[] {
  return [
    { option: 'privileged', rule: privilegeRule(options) },
    { option: 'signsInElsewhere', rule: elsewhereRule(options) },
  ].flatMap(({ option, rule }) => (rule !== undefined && 'table' in rule ? [{ option, rule }] : []))
}

/** The columns of the account that a rule reads. */
export function ruleColumns(rule: AccountRule | undefined): readonly string[] {
  if (rule === undefined || 'table' in rule) return []
  return 'of' in rule ? rule.columns : [rule.column]
}
