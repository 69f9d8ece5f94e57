import type { SafeCause } from '@force-reset/core'
import { dialects } from './dialect-of.ts'
import { type FailureTable, failureKinds, type SqlFailureKind } from './failure-kind.ts'

/** An error by its numbers and codes. Nothing else of the error is read. */
export interface DriverError {
  /** `undefined` for codes that no dialect names. */
  readonly kind: SqlFailureKind | undefined
  /** Whether a database answered with the error. */
  readonly isAnswer: boolean
  readonly cause: SafeCause
}

/**
 * Reads the numbers and codes that pg, mysql2, mariadb, node:sqlite and better-sqlite3 put on their
 * errors, whichever database an error comes from. Text is taken only where the text looks like a
 * code. The first kind of failure that fits decides.
 *
 * @example
 * readDriverError({ code: '40001' }).kind // 'contention'
 */
export function readDriverError(error: unknown): DriverError {
  if (typeof error !== 'object' || error === null)
    return { kind: undefined, isAnswer: false, cause: {} }
  const code = textLike(Reflect.get(error, 'code'), /^[A-Z0-9_]{1,40}$/)
  const sqlState = sqlStateOf(error, code)
  const answers = dialects.map((dialect) => ({ dialect, numbers: dialect.failureNumbers(error) }))
  const numbered = answers.find(({ numbers }) => numbers.length > 0)
  return {
    kind: failureKinds.find((kind) =>
      answers.some(({ dialect: { failures }, numbers }) =>
        means(failures[kind], numbers, sqlState),
      ),
    ),
    isAnswer: sqlState !== undefined || numbered !== undefined,
    cause: {
      name: textLike(Reflect.get(error, 'name'), /^[A-Za-z]{1,40}$/),
      code: code ?? (numbered && `${numbered.dialect.numberPrefix}${numbered.numbers[0]}`),
      sqlState,
    },
  }
}

function means(
  codes: FailureTable[SqlFailureKind],
  numbers: readonly number[],
  sqlState: string | undefined,
): boolean {
  return codes.some((code) =>
    typeof code === 'number' ? numbers.includes(code) : sqlState?.startsWith(code) === true,
  )
}

/** Five characters, by pg in the place of the code. Node's own, such as EPIPE, have no digit. */
function sqlStateOf(error: object, code: string | undefined): string | undefined {
  const state =
    textLike(Reflect.get(error, 'sqlState'), /^[0-9A-Z]{5}$/) ??
    textLike(code, /^[0-9][0-9A-Z]{4}$|^[A-Z][A-Z0-9]{4}$/)
  return state !== undefined && /[0-9]/.test(state) ? state : undefined
}

function textLike(value: unknown, form: RegExp): string | undefined {
  return typeof value === 'string' && form.test(value) ? value : undefined
}
