import type { RefusalCode, StoreReason } from '@force-reset/core'
import { visibleText } from '@force-reset/core'
import type { WriteAnswer } from '../plan/request.ts'
import type { DirectoryFailureKey } from './failure-key.ts'

/** A reason: a key for translators, and English sentences. */
export interface Reason {
  readonly key: DirectoryFailureKey
  /** What is so. What became of the account, core says. */
  readonly what: string
  /** What to do. Core leaves the cure out of an unknown outcome, so `what` says it all there. */
  readonly cure?: string | undefined
  readonly parameters?: Readonly<Record<string, string | number>> | undefined
}

/** The reason of a failure, with a code for programs. */
export interface Explanation extends Reason {
  readonly code: RefusalCode
}

/** What was refused. A search begins at `base`; `container` is the DN above the account. */
export type Doing =
  | { readonly doing: 'bind' }
  | { readonly doing: 'read'; readonly base: string }
  | { readonly doing: 'write'; readonly container: string }

/**
 * Explains a result of the directory; `undefined` where the product gives the code no meaning of
 * its own.
 */
export type Explain = (result: WriteAnswer, doing: Doing) => Explanation | undefined

/**
 * The detail of a failure. It holds the words of this package, never the words of a server.
 *
 * @example
 * return { outcome: 'refused', code: explanation.code, detail: detailOf(explanation) }
 */
export function detailOf(
  { key, what, cure, parameters }: Reason,
  ldapResult?: number,
): StoreReason {
  return {
    reason: 'store',
    key,
    what,
    ...(cure === undefined ? {} : { cure }),
    ...(parameters === undefined ? {} : { parameters }),
    ...(ldapResult === undefined ? {} : { cause: { ldapResult } }),
  }
}

/**
 * A distinguished name in a sentence: only visible characters, and at most 201 of them.
 *
 * @example
 * const what = `The service account may not reset passwords in ${shownDn(container)}.`
 */
export function shownDn(dn: string): string {
  const visible = visibleText(dn)
  return visible.length > 200 ? `${visible.slice(0, 200)}…` : visible
}
