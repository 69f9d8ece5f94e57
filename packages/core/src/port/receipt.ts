import { attempt } from './within.ts'

/** Something that can outlive the old password after a reset. */
export type Survivor =
  /** Other servers of the directory accept the old password until they have replicated. */
  | 'replicas'
  /** Kerberos tickets issued before the reset, until they expire. */
  | 'kerberos_tickets'
  /** Cached logons on computers that are not connected. */
  | 'cached_logons'
  /** Sessions issued before the reset. */
  | 'sessions'
  /** Password-reset links sent before the reset. */
  | 'reset_links'
  /** API keys and application passwords of the account. */
  | 'api_keys'
  /** A sign-in that had checked the old password just before the write. */
  | 'in_flight_sign_ins'
  /** The password before the current one, which the server accepts for a time. */
  | 'previous_password'
  /** Other hashes of the old password that the account holds, such as Samba's. */
  | 'other_hashes'
  /** Other ways in that the account holds: SSH keys, certificates, one-time-password devices. */
  | 'other_credentials'
  /** The temporary password, which the server accepts for a time after the user's own choice. */
  | 'temporary_password'
  /** Caches of other programs that accept the old password for a time. */
  | 'caches'
  /** Tokens that outlive their session: remember-me, refresh tokens, signed cookies. */
  | 'tokens'

/**
 * Who makes the user choose a new password. `enforced`: the store itself demands it, and that is
 * proven. `unproven`: the store was told to demand it, and nothing proves that it does.
 * `application`: the application has to (see `signInGate`). `off`: nobody does.
 */
export type MustChange = 'enforced' | 'unproven' | 'application' | 'off'

/** The effects of a reset, as the store reports them. */
export interface StoreReceipt {
  readonly mustChange: MustChange
  /** When the temporary password stops working; `null` when the password does not expire. */
  readonly expiresAt: Date | null
  /** Whether the reset lifted a lock caused by failed sign-ins. */
  readonly unlocked: boolean
  /**
   * Number of sessions that the store ended in the same write; `null` where the store keeps none or
   * cannot count them.
   */
  readonly sessionsRevoked: number | null
  /** The server that took the write, without credentials: `ldaps://dc1.example.com`, `sqlite`. */
  readonly endpoint: string
  readonly survives: readonly Survivor[]
  /**
   * Names of password rules that exist and could not be read. The temporary password may not meet
   * them.
   */
  readonly unreadRules?: readonly string[] | undefined
}

/** The effects of a reset. A receipt holds no secret and can be stored. */
export interface ResetReceipt extends StoreReceipt {
  readonly unreadRules: readonly string[]
  /**
   * `false` when the audit event of the outcome could not be stored. The event of the attempt was
   * stored in any case.
   */
  readonly auditComplete: boolean
}

/** A receipt before its audit event is stored. */
export type AppliedReceipt = Omit<ResetReceipt, 'auditComplete'>

/**
 * Reads a store's receipt field by field, into values of its own. The password is valid by now and
 * has to be shown. So a field of the wrong type, or one that cannot be read, becomes the least that
 * a receipt can claim.
 *
 * @param known - Known before the write: the survivors of this store, and the rules that it could
 *   not read.
 */
export function readReceipt(
  receipt: StoreReceipt,
  known: { readonly survives: readonly Survivor[]; readonly unread: readonly string[] },
): AppliedReceipt {
  const said = <Name extends keyof StoreReceipt>(name: Name): Partial<StoreReceipt>[Name] =>
    attempt(() => Object(receipt)[name])
  const mustChange = said('mustChange')
  const expiresAt = Number(attempt(() => said('expiresAt')?.getTime()))
  const sessionsRevoked = said('sessionsRevoked')
  const endpoint = said('endpoint')
  return {
    mustChange:
      mustChange === 'enforced' || mustChange === 'unproven' || mustChange === 'application'
        ? mustChange
        : 'off',
    expiresAt: Number.isFinite(expiresAt) ? new Date(expiresAt) : null,
    unlocked: said('unlocked') === true,
    sessionsRevoked: Number.isFinite(sessionsRevoked) ? Number(sessionsRevoked) : null,
    endpoint: typeof endpoint === 'string' ? endpoint : '',
    survives: textsOf(said('survives')) ?? known.survives,
    unreadRules: [...known.unread, ...(textsOf(said('unreadRules')) ?? [])],
  }
}

function textsOf<Text extends string>(list: readonly Text[] | undefined): Text[] | undefined {
  return attempt(() =>
    Array.isArray(list)
      ? Array.from(list).filter((text): text is Text => typeof text === 'string')
      : undefined,
  )
}
