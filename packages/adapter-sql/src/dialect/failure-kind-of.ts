import { dialects } from './dialect-of.ts'
import { type ErrorSigns, failureKinds, type SqlFailureKind } from './failure-kind.ts'
import type { SqlDialect } from './sql-dialect.ts'

/**
 * What an error means by its numbers and codes, whichever database it comes from. `undefined` for
 * codes that no dialect names. The first kind that fits decides.
 *
 * @example
 * failureKindOf({ sqlState: '40001' }) // 'contention'
 */
export function failureKindOf(signs: ErrorSigns): SqlFailureKind | undefined {
  return failureKinds.find((kind) => dialects.some((dialect) => fits(dialect, kind, signs)))
}

function fits(
  { failures, failureNumbers }: SqlDialect,
  kind: SqlFailureKind,
  signs: ErrorSigns,
): boolean {
  const numbers = failureNumbers(signs)
  return failures[kind].some((code) =>
    typeof code === 'number' ? numbers.includes(code) : signs.sqlState?.startsWith(code) === true,
  )
}
