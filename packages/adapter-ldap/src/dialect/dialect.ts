import type {
  ListQuery,
  Mark,
  MustChange,
  PasswordRules,
  Standing,
  StoreCapabilities,
  StoreReceipt,
  StoreRefusal,
  Survivor,
  User,
  WriteOrder,
} from '@force-reset/core'
import type { Entry } from '../connection/entry.ts'
import type { Explain, Explanation, Reason } from '../explain/explanation.ts'
import type { Plan } from '../plan/request.ts'
import type { Observation } from './observation.ts'

/** What a directory knows of one password policy, in the same words for every product. */
export interface EffectivePolicy {
  /**
   * Whether the server makes a user change a password that somebody else has set; `unknown` where
   * the policy could not be read.
   */
  readonly mustChange: boolean | 'unknown'
  /**
   * Whether the server itself named this policy as the one in force. `refuted`: it named another
   * one, or none. `claimed`: only the options of the site say so. Default `proven`.
   */
  readonly inForce?: 'proven' | 'refuted' | 'claimed' | undefined
  /**
   * Whether users may choose a password themselves. Where they may not, a temporary password that
   * has to be changed leaves them with nothing.
   */
  readonly userMayChange: boolean
  readonly rules: PasswordRules
  /** Failed sign-ins after which an account is locked; 0 is never, `undefined` is not known. */
  readonly lockAfter: number | undefined
  /** Milliseconds after which a lock ends by itself. Absent where it does not, or is not known. */
  readonly lockMs?: number | undefined
}

/** What outlives a reset of some accounts alone. */
export type AccountSurvivor = Extract<Survivor, 'other_hashes' | 'other_credentials'>

/** An account as one look saw it: for the operator, and for the condition of the write. */
export interface Account {
  readonly user: User
  readonly entry: Entry
  readonly policy: EffectivePolicy
  /** When its entry came, by the clock of the site. */
  readonly readAt: number
  /** Why a reset would be wrong whatever the status: the account is never fit for one. */
  readonly unfit?: Explanation | undefined
  /** What outlives a reset of this account, besides what outlives every reset. */
  readonly survivors?: readonly AccountSurvivor[] | undefined
  /** Why the account is not for a reset, where the dialect has words for that. */
  readonly why?: {
    readonly privileged?: Reason | undefined
    readonly status?: Reason | undefined
  }
}

/** A page of accounts before it becomes a page of users. */
export interface AccountPage {
  readonly accounts: readonly Account[]
  readonly truncated: boolean
  /**
   * Parts of the directory below the base that are on other servers. Nobody was looked for there,
   * and a narrower search finds nobody there either.
   */
  readonly referrals?: number | undefined
}

/** A search, with the greatest number of accounts decided. */
export type DirectoryQuery = ListQuery & { readonly limit: number }

/** What a dialect knows of the site it is used at. */
export interface Site {
  readonly baseDn: string
  /** Whether a reset lifts a lock caused by failed sign-ins. */
  readonly unlock: boolean
  /** What the service account has signed in as; empty before that. */
  operatorDn(): string
  /** The time, in milliseconds since 1970. */
  now(): number
}

/** What a diagnosis has found so far. */
export interface DiagnosisOrder {
  /** Some accounts that could be reset; there may be none. */
  readonly accounts: readonly Account[]
  readonly site: Site
}

/** One write of a password, without the password. */
export interface ResetOrder
  extends Pick<WriteOrder, 'resetId' | 'purpose' | 'eligible' | 'mustChange' | 'onlyIf'> {
  readonly account: Account
  /** Whether this write lifts a lock caused by failed sign-ins. */
  readonly unlock: boolean
  readonly site: Site
  readonly rules: RecheckRules
}

/** What a dialect knows of accounts that must not be reset. */
export type PrecheckRules = Pick<Dialect, 'canKeepLock' | 'mustChangeProblem'>

/** What an account is judged by right before its write. */
type RecheckRules = PrecheckRules & Pick<Dialect, 'standing'>

/** What a dialect says of a reset that happened; the store adds where. */
export type DialectReceipt = Pick<StoreReceipt, 'mustChange' | 'unlocked' | 'unreadRules'> &
  Partial<Pick<StoreReceipt, 'expiresAt'>>

/** The write happened. */
export interface Applied {
  readonly outcome: 'applied'
  readonly receipt: DialectReceipt
  /** As exact as the server's answer allows. */
  readonly mark: Mark
}

/** What came of the plan of a write. `Lost` is what its plan of settling has to know. */
export type PlannedOutcome<Lost> =
  | Applied
  | StoreRefusal
  | {
      readonly outcome: 'unknown'
      readonly detail?: StoreRefusal['detail']
      /** The write whose answer did not come, where repeating the write can tell. */
      readonly lost?: Lost | undefined
    }

/** What came of a write. */
export type Outcome =
  | Applied
  | StoreRefusal
  | {
      readonly outcome: 'unknown'
      readonly detail?: StoreRefusal['detail']
      /** Finds out what became of the write, on a fresh connection to the same server. */
      readonly settle?: (() => Plan<Settled>) | undefined
    }

/** What came of looking for a write that was lost. */
export type Settled =
  | Applied
  | { readonly outcome: 'not_applied' }
  | { readonly outcome: 'unknown' }

/**
 * How one directory product is spoken to: data and pure functions. A plan says what to send and
 * what the answers mean; the store does the sending.
 */
export interface Dialect {
  /** Appears in audit events as the name of the store: `openldap`, `active_directory`, `ds389`. */
  readonly name: string
  /** What this product can do; the store takes away what its options switch off. */
  readonly capabilities: StoreCapabilities
  find(id: string, site: Site): Plan<Account | undefined>
  list(query: DirectoryQuery, site: Site): Plan<AccountPage>
  /** Whether a new password can leave a lock in its place. */
  readonly canKeepLock: boolean
  /** Why must-change would have no effect on this account, if it would not. */
  mustChangeProblem(account: Account): StoreRefusal | undefined
  /** Names the write that {@link Dialect.replace} would make. */
  markOf(order: ResetOrder): Mark
  /** What has become of the write that the mark names, from what one look saw. */
  standing(account: Account, mark: Mark): Standing
  /** The one write, conditional on the account as it was read. */
  replace(order: ResetOrder): Plan<Outcome>
  /**
   * The questions of this product, which change nothing: what the server is, what the service
   * account may do, what time it is.
   */
  diagnose(order: DiagnosisOrder): Plan<readonly Observation[]>
  /** What a result of the directory means, and what to do. */
  readonly explain: Explain
}

/**
 * What a receipt says of must-change. Only a look after the write proves anything.
 *
 * @example
 * const mustChange = mustChangeSaid(isSet, after)
 */
export function mustChangeSaid(isSet: boolean, after: Entry | undefined): MustChange {
  if (!isSet) return 'off'
  return after === undefined ? 'unproven' : 'enforced'
}

/**
 * Hands what a plan knows of its lost write on to the plan that settles the write.
 *
 * @example
 * const plan = settledBy(resetDs389(order, reading), (lost) => settleDs389(order, lost, reading))
 */
export function* settledBy<Lost>(
  plan: Plan<PlannedOutcome<Lost>>,
  settle: (lost: Lost) => Plan<Settled>,
): Plan<Outcome> {
  const planned = yield* plan
  if (planned.outcome !== 'unknown') return planned
  const { outcome, detail, lost } = planned
  return lost === undefined ? { outcome, detail } : { outcome, detail, settle: () => settle(lost) }
}
