import type { Operator, SafeCause } from '@force-reset/core'
import { ForceResetError } from '@force-reset/core'
import type { HandlerOptions, UnexpectedError } from './handler-options.ts'

/**
 * Tells `onError`. A failure of `onError` itself is forgotten, also one that comes later. A log
 * that fails must cost neither an operator the response, nor the host its process.
 */
export function reportError(
  { onError }: Pick<HandlerOptions<Operator>, 'onError'>,
  during: UnexpectedError['during'],
  error: unknown,
  trouble?: UnexpectedError['trouble'],
): void {
  try {
    const logged: unknown = onError?.({ during, ...safeParts(error), ...(trouble && { trouble }) })
    Promise.resolve(logged).catch(() => undefined)
  } catch {
    // Deliberately forgotten.
  }
}

/**
 * The parts of an error that may be told. An error of our own is told with its name, code and
 * message. Of a foreign error only the class and known kinds of codes are told, because its message
 * can hold anything. An error that cannot be read is told too.
 */
function safeParts(error: unknown): Omit<UnexpectedError, 'during'> {
  try {
    if (error instanceof ForceResetError)
      return { name: error.name, code: error.code, message: error.message }
    const name = (error instanceof Error ? error.constructor.name : typeof error).slice(0, 64)
    return { name, cause: safeCause(Object(error)) }
  } catch {
    return { name: 'unreadable' }
  }
}

/** What a code of a foreign error looks like: `ECONNREFUSED`, `ERR_INVALID_URL`, `23505`. */
const codeText = /^[0-9A-Z][0-9A-Z_]{1,63}$/
/** SQLSTATE (ISO 9075): five characters, a digit among them. */
const sqlStateText = /^(?=.*\d)[0-9A-Z]{5}$/
/** Greatest LDAP result code of RFC 4511 and the registered extensions. */
const greatestLdapResult = 4096

function safeCause({
  code,
  sqlState = code,
}: {
  readonly code?: unknown
  readonly sqlState?: unknown
}): SafeCause | undefined {
  const cause = {
    code: textLike(code, codeText),
    sqlState: textLike(sqlState, sqlStateText),
    ldapResult:
      Number.isInteger(code) && Number(code) >= 0 && Number(code) <= greatestLdapResult
        ? Number(code)
        : undefined,
  }
  return Object.values(cause).some((part) => part !== undefined) ? cause : undefined
}

function textLike(value: unknown, form: RegExp): string | undefined {
  return typeof value === 'string' && form.test(value) ? value : undefined
}
