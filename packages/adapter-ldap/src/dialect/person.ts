import { isUtf8 } from 'node:buffer'
import type { AccountStatus, StatusReason, Survivor, User } from '@force-reset/core'
import { shownFacts } from '@force-reset/core/store'
import { bytes, type Entry, text } from '../connection/entry.ts'
import { nameWithin, placeOf } from './dn.ts'
import type { SearchMode } from './search-filter.ts'
import { generalizedTime } from './times.ts'
import { versionOf } from './version-of.ts'

/** Which attributes hold what an operator sees. */
export interface PersonAttributes {
  /** Holds what the user types to sign in, and is how people are told from other entries. */
  readonly username: string
  readonly email: string
  /** The first of these that is there. */
  readonly displayName: readonly string[]
  readonly createdAt: string
  readonly updatedAt: string
}

/** Attributes that a site can name itself. */
export interface NamedAttributes {
  readonly username?: string | undefined
  readonly email?: string | undefined
  readonly displayName?: readonly string[] | undefined
}

/** What a site can say differently of the people in its directory. */
export interface PersonOptions {
  /** Which entries are people, as an LDAP filter (RFC 4515). */
  readonly userFilter?: string | undefined
  readonly attributes?: NamedAttributes | undefined
  /** Attributes that a search by an operator looks into, for each part of the search. */
  readonly searchAttributes?: readonly string[] | undefined
  /**
   * Where in a value a part of the search may be: `prefix` is fast everywhere, `substring` needs an
   * index for it.
   */
  readonly searchMode?: SearchMode | undefined
  /**
   * What tells two people of one name apart, in the order to show: names as operators read them,
   * each with its attribute, `{ Department: 'department', Manager: 'manager' }`. At most twelve.
   * The first value is shown; of the DN of another entry only the name. A fact is never compared: a
   * fact identifies an account, never a caller. Attributes with passwords are refused. Default:
   * none.
   */
  readonly facts?: Readonly<Record<string, string>> | undefined
  /**
   * Show when the password was set, when a lock ends, when the account ends, and the last sign-in
   * that is known, each where the directory says so. Default `false`: when people work is nobody's
   * business unless a help desk needs the time.
   */
  readonly moments?: boolean | undefined
  /** Further attributes to read, for `status` and `privileged`. */
  readonly extraAttributes?: readonly string[] | undefined
  /**
   * The site's own mapping: given the status that the product's attributes say, answers the status
   * that counts.
   */
  status?(entry: Entry, status: AccountStatus): AccountStatus
  /** The site's own mark of privilege, in addition to groups. */
  privileged?(entry: Entry): boolean
}

/** What a site says of passwords that do not stand in the directory alone (OpenLDAP, 389-ds). */
export interface ElsewhereOptions {
  /**
   * Whether the account signs in elsewhere, so that a reset would give the account a password
   * beside the other one. The value `{SASL}name@REALM` cannot be read; a site knows its own marks.
   * Default: nobody.
   */
  signsInElsewhere?(entry: Entry): boolean
  /**
   * Accounts with other hashes of the same password (Samba, Kerberos), seen by `objectClass`.
   * `refuse`: they are not reset. `survive`: they are reset, and the receipt names the hashes in
   * `survives`. `renewed`: a plugin of the server makes the hashes anew with each new password, as
   * FreeIPA does. Default `refuse`.
   */
  readonly otherHashes?: 'refuse' | 'survive' | 'renewed' | undefined
}

/**
 * What outlives a reset at this site, besides what outlives every reset of the product.
 *
 * @example
 * const survives = survivorsOf(options, capabilities.survives)
 */
export function survivorsOf(
  { otherHashes }: ElsewhereOptions,
  survives: readonly Survivor[],
): readonly Survivor[] {
  return otherHashes === 'survive' ? [...survives, 'other_hashes'] : survives
}

/**
 * The attributes of a product, with those that a site says differently.
 *
 * @example
 * const attributes = personAttributes(openLdapAttributes, options)
 */
export function personAttributes(
  defaults: PersonAttributes,
  { attributes }: PersonOptions,
): PersonAttributes {
  const {
    username = defaults.username,
    email = defaults.email,
    displayName = defaults.displayName,
  } = attributes ?? {}
  return { ...defaults, username, email, displayName }
}

/** What the attributes of a product say of an account's status. */
export interface JudgedStatus {
  readonly status: AccountStatus
  readonly statusReason?: StatusReason | undefined
}

/** What {@link PersonOptions.moments} shows. */
export interface PersonMoments {
  readonly passwordSetAt?: Date | undefined
  /** When a lock by failed sign-ins ends. Shown only while the account is locked. */
  readonly lockedUntil?: Date | undefined
  readonly endsOn?: Date | undefined
  /** Every sign-in that is known: the last of them counts. */
  readonly signIns?: readonly (Date | undefined)[] | undefined
}

/** What the dialect has found out about a person. */
export interface PersonFacts extends JudgedStatus {
  readonly id: string
  readonly locked: boolean
  /** Whether the next sign-in has to choose a new password; `undefined` where that is not read. */
  readonly mustChange: boolean | undefined
  readonly privileged: boolean
  /** What a new password changes, and a failed sign-in does not. */
  readonly generation: readonly (string | undefined)[]
  readonly moments: PersonMoments
  /** Places are told from here on. */
  readonly baseDn: string
}

/**
 * An entry as an operator sees it.
 *
 * @example
 * const user = userOf(entry, attributes, options, facts)
 */
export function userOf(
  entry: Entry,
  attributes: PersonAttributes,
  options: PersonOptions,
  facts: PersonFacts,
): User {
  const { id, locked, mustChange } = facts
  const shown = {
    username: text(entry, attributes.username) ?? '',
    email: text(entry, attributes.email),
    displayName: attributes.displayName
      .map((name) => text(entry, name))
      .find((name) => name !== undefined),
    status: options.status?.(entry, facts.status) ?? facts.status,
    privileged: facts.privileged || options.privileged?.(entry) === true,
  }
  return {
    id,
    ...shown,
    statusReason: reasonOf(facts, shown.status),
    place: placeOf(entry.dn, facts.baseDn),
    facts: shownFacts(factsIn(entry, options, facts.baseDn)),
    ...(options.moments === true ? shownMoments(facts) : {}),
    locked,
    mustChange,
    version: versionOf(facts.generation, shown),
    createdAt: generalizedTime(text(entry, attributes.createdAt)),
    updatedAt: generalizedTime(text(entry, attributes.updatedAt)),
  }
}

/**
 * The attributes that are read only to be shown.
 *
 * @example
 * const attributes = [...accountAttributes, ...shownAttributes(options)]
 */
export function shownAttributes({ facts = {} }: PersonOptions): readonly string[] {
  return Object.values(facts)
}

function factsIn(
  entry: Entry,
  { facts = {} }: PersonOptions,
  baseDn: string,
): readonly (readonly [name: string, value: string | undefined])[] {
  return Object.entries(facts).map(([name, attribute]) => {
    const value = bytes(entry, attribute)
    // A picture or a key is nothing to read.
    if (value === undefined || !isUtf8(value)) return [name, undefined]
    const shown = value.toString('utf8', 0, longestDn)
    return [name, (value.length < longestDn && nameWithin(shown, baseDn)) || shown]
  })
}

/** Bytes of a value that may be a name of the directory. */
const longestDn = 1_000

/** The end of the year 9999: later moments have no usual form. */
const lastMoment = 253_402_300_799_999

function shownMoments({
  moments: { passwordSetAt, lockedUntil, endsOn, signIns = [] },
  locked,
}: PersonFacts): Pick<User, 'passwordSetAt' | 'lockedUntil' | 'endsOn' | 'lastSignIn'> {
  const shown = (date: Date | undefined) =>
    date !== undefined && Math.abs(date.getTime()) <= lastMoment ? date : undefined
  const known = signIns.flatMap((date) => shown(date)?.getTime() ?? [])
  return {
    passwordSetAt: shown(passwordSetAt),
    lockedUntil: locked ? shown(lockedUntil) : undefined,
    endsOn: shown(endsOn),
    lastSignIn: known.length > 0 ? new Date(Math.max(...known)) : undefined,
  }
}

/** Why the product gave the status. A status that the site gave instead has reasons of the site. */
function reasonOf(
  { status, statusReason, locked }: PersonFacts,
  shown: AccountStatus,
): StatusReason | undefined {
  if (status !== shown) return undefined
  return statusReason ?? (locked ? 'locked' : undefined)
}
