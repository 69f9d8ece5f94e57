import type {
  ListQuery,
  PasswordRules,
  StoreCapabilities,
  StoreReceipt,
  StoreRefusal,
  User,
} from '@force-reset/core'
import type { Entry } from '../connection/entry.ts'
import type { Explain } from '../explain/explanation.ts'
import type { Plan, WriteStep } from '../plan/request.ts'
import type { Observation } from './observation.ts'

/** What a directory knows of one password policy, in the same words for every product. */
export interface EffectivePolicy {
  /**
   * Whether the server makes a user change a password that somebody else has set; `unknown` where
   * the policy could not be read.
   */
  readonly mustChange: boolean | 'unknown'
  /**
   * Whether users may choose a password themselves. Where they may not, a temporary one that has to
   * be changed leaves them with nothing.
   */
  readonly userMayChange: boolean
  readonly rules: PasswordRules
  /** Failed sign-ins after which an account is locked; 0 is never, `undefined` is not known. */
  readonly lockAfter: number | undefined
}

/** An account as it was read: what the operator sees, and what the write is conditional on. */
export interface Account {
  readonly user: User
  readonly entry: Entry
  readonly policy: EffectivePolicy
  /** When its entry came, by the clock of the site. */
  readonly readAt: number
}

/** A page of accounts before it becomes a page of users. */
export interface AccountPage {
  readonly accounts: readonly Account[]
  readonly truncated: boolean
  /**
   * Parts of the directory below the base that are on other servers, where nobody was looked for;
   * to refine a search finds nobody there.
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
  /** What the operator account has signed in as; empty before that. */
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

/** One reset, without its password. */
export interface ResetOrder {
  readonly resetId: string
  readonly account: Account
  readonly mustChange: boolean
  readonly eligible: readonly User['status'][]
  readonly site: Site
  readonly rules: PrecheckRules
}

/** What a dialect knows of accounts that must not be reset. */
export type PrecheckRules = Pick<Dialect, 'canKeepLock' | 'mustChangeProblem'>

/** What a dialect says of a reset that happened; the store adds where. */
export type DialectReceipt = Pick<StoreReceipt, 'mustChange' | 'unlocked' | 'unreadRules'> &
  Partial<Pick<StoreReceipt, 'expiresAt'>>

/** What came of a reset. */
export type Outcome =
  | { readonly outcome: 'applied'; readonly receipt: DialectReceipt }
  | StoreRefusal
  /** `lost` is the write whose answer did not come; the store keeps it for `settle`. */
  | {
      readonly outcome: 'unknown'
      readonly lost?: WriteStep | undefined
      readonly detail?: StoreRefusal['detail']
    }

/** What came of looking for a write that was lost. */
export type Settled =
  | { readonly outcome: 'applied'; readonly receipt: DialectReceipt }
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
  /** Whether a reset can leave a lock in its place. */
  readonly canKeepLock: boolean
  /** Why must-change would have no effect on this account, if it would not. */
  mustChangeProblem(account: Account): StoreRefusal | undefined
  /** The one write, conditional on the account as it was read. */
  replace(order: ResetOrder): Plan<Outcome>
  /** Finds out what became of a write, on a fresh connection to the same server. */
  settle(order: ResetOrder, lost: WriteStep): Plan<Settled>
  /**
   * The questions of this product, which change nothing: what the server is, what the operator
   * account may do, what time it is.
   */
  diagnose(order: DiagnosisOrder): Plan<readonly Observation[]>
  /** What a result of the directory means, and what to do. */
  readonly explain: Explain
}
