import type { Filter } from 'ldapts'
import type { Entry } from '../connection/entry.ts'
import type { LdapResult, SearchResult } from '../connection/ldap-connection.ts'
import type { TransportError } from '../connection/transport-error.ts'

/**
 * Stands for a password in a request. The request itself holds no password: the bytes are put in
 * when the request is sent.
 *
 * `password` is the password of the order; `throwaway` is a random one of the same make that nobody
 * will ever know.
 */
export interface SecretPlaceholder {
  readonly secret: 'password' | 'throwaway'
  /** `quoted_utf16le` is what `unicodePwd` takes ([MS-ADTS] 3.1.1.3.1.5.1). */
  readonly encoding: 'utf8' | 'quoted_utf16le'
}

/** A search. */
export interface SearchStep {
  readonly kind: 'search'
  readonly base: string
  readonly scope: 'base' | 'one' | 'sub'
  readonly filter: Filter
  readonly attributes: readonly string[]
  readonly sizeLimit?: number | undefined
  /** Also objects that were deleted (Active Directory). */
  readonly showDeleted?: boolean | undefined
  /**
   * Of security descriptors the access list alone, which needs no more than the right to read the
   * list (Active Directory).
   */
  readonly accessList?: boolean | undefined
  /**
   * Attributes as they are stored in the entry, without those that the server computes. A server
   * that cannot tell answers as always (389-ds).
   */
  readonly realAttributes?: boolean | undefined
  /** Also what this account may do to the entries that are found (389-ds, get effective rights). */
  readonly rightsOf?: string | undefined
  /**
   * `true`: an answer of the last `cacheMs` milliseconds (an option of the store) will do, as of
   * policies and groups. `false`: a new answer is fetched, and remembered for others. Absent: the
   * answer is not remembered.
   */
  readonly cached?: boolean | undefined
  /** A refusal is an answer, too: what was found holds its code. Without this it is an error. */
  readonly mayBeRefused?: boolean | undefined
}

/** One part of a modify. */
export interface ChangeStep {
  readonly operation: 'add' | 'delete' | 'replace'
  readonly attribute: string
  readonly values: readonly (string | SecretPlaceholder)[]
}

/** A modify: all of its changes, or none. */
export interface ModifyStep {
  readonly kind: 'modify'
  readonly dn: string
  readonly changes: readonly ChangeStep[]
  /** It happens only where this holds (RFC 4528). */
  readonly assertion?: Filter | undefined
  /** Attributes wanted back as they are after it (RFC 4527). */
  readonly readBack?: readonly string[] | undefined
  /**
   * Ask which password policy was broken, if one was. Where it is `required`, the control is
   * critical: a server that enforces no policies where this entry is stored refuses the modify.
   */
  readonly policyState?: 'asked' | 'required' | undefined
}

/** Sets a password by the extended operation of RFC 3062. */
export interface PasswordModifyStep {
  readonly kind: 'password_modify'
  readonly dn: string
  readonly newPassword: SecretPlaceholder
}

/**
 * Asks whether an attribute has this value. Never with a temporary password: a server may log the
 * value.
 */
export interface CompareStep {
  readonly kind: 'compare'
  readonly dn: string
  readonly attribute: string
  readonly value: SecretPlaceholder
}

/** Binds as the user, on a connection of its own. */
export interface SignInStep {
  readonly kind: 'sign_in'
  readonly dn: string
  readonly password: SecretPlaceholder
}

/** Lets time pass. */
interface WaitStep {
  readonly kind: 'wait'
  readonly milliseconds: number
}

/** What changes something. */
export type WriteStep = ModifyStep | PasswordModifyStep

export type Step = (SearchStep | WriteStep | CompareStep | SignInStep | WaitStep) & {
  /**
   * Over a connection that nothing else waits on, so that no other work comes between two such
   * steps.
   */
  readonly alone?: boolean | undefined
}

/** What came of a write or a sign-in. */
export interface WriteAnswer extends LdapResult {
  readonly readBack?: Entry | undefined
  /**
   * Which rule of a password policy was broken (draft-behera-ldap-password-policy, section 6.2).
   */
  readonly policyError?: number | undefined
}

export type StepAnswer = SearchResult | WriteAnswer | TransportError

/**
 * The questions to a directory, step by step: a generator that yields the steps of one round trip
 * and is handed their answers.
 *
 * A plan does no I/O itself, so a test can hand it answers.
 */
export type Plan<T> = Generator<readonly Step[], T, readonly StepAnswer[]>
