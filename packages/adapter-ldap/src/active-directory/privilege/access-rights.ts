import { guidBytes } from './guid.ts'
import { type AccessEntry, accessEntries } from './security-descriptor.ts'

/** Bits of an access mask ([MS-ADTS] 5.1.3.2). */
const readProperty = 0x10
const writeProperty = 0x20
const controlAccess = 0x100
const writeAccessList = 0x4_0000
const writeOwner = 0x8_0000
const genericAll = 0x1000_0000
const genericRead = 0x8000_0000

/** Control access rights ([MS-ADTS] 5.1.3.2.1). */
const changePassword = guidBytes('ab721a53-1e2f-11d0-9819-00aa0040529b')
const resetPassword = guidBytes('00299570-246d-11d0-a768-00aa006e0529')
const replicateSecrets = guidBytes('1131f6ad-9c07-11d1-f79f-00c04fc2dcd2')

/** SELF and Everyone: "User cannot change password" of the consoles denies the right to both. */
const theUser: ReadonlySet<string> = new Set(['S-1-5-10', 'S-1-1-0'])

/**
 * What an account is judged by and may be without: an attribute that is absent and one that may not
 * be read look the same. Each with its property set, where it is in one ([MS-ADTS] 3.1.1.2.3.3).
 */
const judgedBy: readonly (readonly (Buffer | undefined)[])[] = [
  ['bf967918-0de6-11d0-a285-00aa003049e2'], // adminCount
  // userAccountControl, in User Account Restrictions
  ['bf967a68-0de6-11d0-a285-00aa003049e2', '4c164200-20c0-11d0-a768-00aa006e0529'],
  // servicePrincipalName and msDS-AllowedToDelegateTo, in Public Information
  ['f3a64788-5306-11d1-a9c5-0000f80367c1', 'e48d0154-bcf8-11d1-8702-00c04fb96050'],
  ['800d94d7-b7a1-42a1-b14d-7cae1423d07f', 'e48d0154-bcf8-11d1-8702-00c04fb96050'],
  // sIDHistory, in General Information
  ['17eb4278-d167-11d0-b002-0000f80367c1', '59ba2f42-79a2-11d0-9020-00c04fc2d3cf'],
].map((guids) => guids.map(guidBytes))

/**
 * Whether the access list denies a user the change of the own password, by an entry of its own and
 * not by an inherited one. A descriptor that makes no sense denies nothing.
 *
 * @example
 * const mayChange = !deniesOwnChange(descriptor)
 */
export function deniesOwnChange(descriptor: Buffer): boolean {
  return (entriesOr(descriptor, []) ?? []).some(
    (entry) =>
      !entry.allows &&
      !entry.inherited &&
      (entry.mask & controlAccess) !== 0 &&
      isAbout(entry, [changePassword]) &&
      theUser.has(entry.sid ?? ''),
  )
}

/**
 * Whether somebody with these identifiers may read the attributes of {@link judgedBy}. The first
 * entry that is about an attribute decides, as it does on the server.
 *
 * A descriptor that makes no sense lets nobody read.
 *
 * @example
 * const certain = mayReadPrivilege(descriptor, new Set(['S-1-5-11']))
 */
export function mayReadPrivilege(descriptor: Buffer, identifiers: ReadonlySet<string>): boolean {
  const entries = entriesOr(descriptor, [])
  if (entries === undefined) return true
  const reading = entries.filter(
    ({ mask, sid = '' }) =>
      (mask & (readProperty | genericRead | genericAll)) !== 0 && identifiers.has(sid),
  )
  return judgedBy.every((guids) => reading.find((entry) => isAbout(entry, guids))?.allows === true)
}

/** What somebody can do to an object by its access list. */
export type Hold =
  /** Change the object, its access list or its owner, or set its password. */
  | 'control'
  /** Read every password of the domain, by replication. */
  | 'replicate_secrets'

/**
 * Who can take over an object by its access list: identifiers, each with the greatest hold. An
 * entry that gives a part of the attributes is left out.
 *
 * @throws {RangeError} for a descriptor that makes no sense.
 * @example
 * const holds = holdsOn(descriptor)
 */
export function holdsOn(descriptor: Buffer): ReadonlyMap<string, Hold> {
  const holds = new Map<string, Hold>()
  for (const entry of accessEntries(descriptor) ?? []) {
    const hold = entry.allows ? holdBy(entry) : undefined
    if (hold === undefined || entry.sid === undefined) continue
    if (holds.get(entry.sid) !== 'control') holds.set(entry.sid, hold)
  }
  return holds
}

function holdBy(entry: AccessEntry): Hold | undefined {
  const { mask, about } = entry
  const whole = about === undefined
  if (whole && (mask & (writeAccessList | writeOwner | genericAll | writeProperty)) !== 0)
    return 'control'
  if ((mask & controlAccess) === 0) return undefined
  if (isAbout(entry, [resetPassword])) return 'control'
  return isAbout(entry, [replicateSecrets]) ? 'replicate_secrets' : undefined
}

function isAbout({ about }: AccessEntry, guids: readonly (Buffer | undefined)[]): boolean {
  return about === undefined || guids.some((guid) => guid?.equals(about) === true)
}

function entriesOr(
  descriptor: Buffer,
  otherwise: readonly AccessEntry[],
): readonly AccessEntry[] | undefined {
  try {
    return accessEntries(descriptor)
  } catch {
    return otherwise
  }
}
