import { StoreError } from '../port/errors.ts'
import type { Mark } from '../port/mark.ts'
import type { AccountStatus, StatusReason, User, UserFact } from '../port/user.ts'
import type { ListQuery, UserPage } from '../port/user-store.ts'
import { searchParts, searchSpellings } from '../text/search-parts.ts'

/** An account of the memory store, as a test states it. */
export interface MemoryUser {
  readonly id: string
  readonly username: string
  readonly email?: string | undefined
  readonly displayName?: string | undefined
  readonly place?: string | undefined
  readonly facts?: readonly UserFact[] | undefined
  readonly passwordSetAt?: Date | undefined
  readonly lockedUntil?: Date | undefined
  readonly endsOn?: Date | undefined
  readonly lastSignIn?: Date | undefined
  /** Default `active`. */
  readonly status?: AccountStatus | undefined
  readonly statusReason?: StatusReason | undefined
  readonly privileged?: boolean | undefined
  readonly locked?: boolean | undefined
  /** The password that signs in at first. Default: none does. */
  readonly password?: string | undefined
}

/** An account, with everything that the store keeps of the account's password. */
export interface Account {
  readonly user: MemoryUser
  readonly status: AccountStatus
  /** Rises with every password. */
  readonly generation: number
  readonly password: Uint8Array | undefined
  readonly mustChange: boolean
  readonly expiresAt: Date | undefined
  readonly locked: boolean
  /** The write that put the password in place; `undefined` for a password of the user's own. */
  readonly mark: Mark | undefined
}

const encoder = new TextEncoder()

export function accountOf(user: MemoryUser): Account {
  return {
    user,
    status: user.status ?? 'active',
    generation: 0,
    password: user.password === undefined ? undefined : encoder.encode(user.password),
    mustChange: false,
    expiresAt: undefined,
    locked: user.locked === true,
    mark: undefined,
  }
}

/** The account with another status, name, privilege or lock, and the same password. */
export function changedAccount(account: Account, changes: Partial<MemoryUser>): Account {
  const { status = account.status, locked = account.locked } = changes
  return { ...account, user: { ...account.user, ...changes }, status, locked }
}

/** The account after its user has chosen a password. */
export function ownPassword(account: Account, password: string): Account {
  return {
    ...account,
    generation: account.generation + 1,
    password: encoder.encode(password),
    mustChange: false,
    expiresAt: undefined,
    mark: undefined,
  }
}

export function userOf({ user, status, generation, locked, mustChange }: Account): User {
  const { id, username, email, displayName, place, facts, statusReason, privileged = false } = user
  const { passwordSetAt, lockedUntil, endsOn, lastSignIn } = user
  return {
    id,
    username,
    email,
    displayName,
    place,
    facts,
    status,
    statusReason,
    privileged,
    locked,
    mustChange,
    passwordSetAt,
    lockedUntil,
    endsOn,
    lastSignIn,
    version: JSON.stringify([generation, status, privileged, username, email, displayName]),
  }
}

/** The cursors of this store begin with this text. */
const cursorPrefix = 'memory1.'

/** The place right after a user, in the order of user name and id. */
export function placeAfter({ username, id }: User): string {
  return `${cursorPrefix}${username}\0${id}`
}

/**
 * Sorted by user name and id. The cursor is the place of the last user in that order.
 *
 * @throws {StoreError} `invalid_request` for a cursor that this function did not make.
 */
export function pageOf(
  accounts: readonly Account[],
  { search = '', statuses, limit = 50, cursor }: ListQuery,
): UserPage {
  if (cursor !== undefined && !cursor.startsWith(cursorPrefix)) throw malformedCursor()
  const parts = searchParts(search.toLowerCase())
  const shows = ({ username, email, displayName }: User, part: string) =>
    [username, email, displayName].some((text) => isIn(part, text))
  const matching = accounts
    .map(userOf)
    .filter((user) => parts.every((part) => shows(user, part)))
    .filter((user) => statuses === undefined || statuses.includes(user.status))
    .sort((a, b) => (placeAfter(a) < placeAfter(b) ? -1 : 1))
    .filter((user) => cursor === undefined || placeAfter(user) > cursor)
  const users = matching.slice(0, limit)
  const last = users.at(-1)
  return {
    users,
    nextCursor: matching.length > limit && last ? placeAfter(last) : undefined,
    truncated: false,
  }
}

function isIn(part: string, text = ''): boolean {
  return searchSpellings(part).some((spelling) => text.toLowerCase().includes(spelling))
}

function malformedCursor(): StoreError {
  const problem = { reason: 'field', field: 'cursor', problem: 'malformed' } as const
  return new StoreError('invalid_request', problem)
}
