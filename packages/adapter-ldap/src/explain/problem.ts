import type { FailureDetail, RefusalCode } from '@force-reset/core'
import { visibleText } from '@force-reset/core'
import type { WriteAnswer } from '../plan/request.ts'

/**
 * What went wrong, in a code for programs, a key for translation, and a sentence with the cause and
 * the cure.
 */
export interface Problem {
  readonly code: RefusalCode
  readonly key: string
  readonly message: string
  readonly parameters?: Readonly<Record<string, string | number>> | undefined
}

/**
 * What was being done when the directory refused.
 * `base` is where a search was to begin, `container` the DN above the account.
 */
export type Doing =
  | { readonly doing: 'bind' }
  | { readonly doing: 'read'; readonly base: string }
  | { readonly doing: 'write'; readonly container: string }

/**
 * What a result of the directory means; `undefined` where only the general meaning of the code is
 * known.
 */
export type Explain = (result: WriteAnswer, doing: Doing) => Problem | undefined

/** The detail of a failure. It holds what this package says, never what a server said. */
export function detailOf(
  { key, message, parameters }: Problem,
  ldapResult?: number,
): FailureDetail {
  return {
    reason: 'store',
    key,
    message,
    ...(parameters === undefined ? {} : { parameters }),
    ...(ldapResult === undefined ? {} : { cause: { ldapResult } }),
  }
}

/** A distinguished name in a sentence: visible characters only, and not endless. */
export function shownDn(dn: string): string {
  const visible = visibleText(dn)
  return visible.length > 200 ? `${visible.slice(0, 200)}…` : visible
}
