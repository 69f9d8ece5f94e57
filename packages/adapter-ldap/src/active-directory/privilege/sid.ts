/**
 * Reads a security identifier ([MS-DTYP] 2.4.2.2) as `S-1-5-21-…`; `undefined` for bytes that are
 * none.
 *
 * @example
 * const sid = sidText(bytes(entry, 'objectSid') ?? Buffer.alloc(0))
 */
export function sidText(bytes: Buffer): string | undefined {
  const count = bytes[1]
  if (count === undefined || bytes.length !== 8 + 4 * count) return undefined
  const authority = bytes.readUIntBE(2, 6)
  const parts = Array.from({ length: count }, (_, index) => bytes.readUInt32LE(8 + 4 * index))
  return ['S', bytes[0], authority, ...parts].join('-')
}

/** The text of a security identifier ([MS-DTYP] 2.4.2.1). */
export const sidForm = /^S-1-\d+(?:-\d+)+$/

/**
 * Accounts that each domain has, by the last part of their identifier: Administrator, Guest,
 * krbtgt. Nobody resets these for a user.
 */
const builtInAccounts: ReadonlySet<string> = new Set(['500', '501', '502'])

/**
 * Groups of a domain that are privileged, by the last part of their identifier ([MS-DTYP] 2.4.2.4).
 */
const privilegedInDomain: readonly string[] = [
  ...['512', '518', '519'], // Domain, Schema and Enterprise Admins
  ...['516', '521', '498', '522'], // domain controllers, read-only and cloneable ones included
  ...['517', '520'], // Cert Publishers, Group Policy Creator Owners
  ...['526', '527'], // Key and Enterprise Key Admins
  ...['553', '571'], // RAS and IAS Servers, Allowed RODC Password Replication
]

/**
 * Built-in groups that are privileged, by the last part of their identifier.
 *
 * Not here, because membership gives no right over others: Users, Guests, Pre-Windows 2000
 * Compatible Access, Performance Monitor Users, Windows Authorization Access, IIS_IUSRS. The same
 * is true of the domain's Protected Users and Denied RODC Password Replication Group: they take
 * rights away.
 */
const privilegedBuiltIn: readonly string[] = [
  ...['544', '548', '549', '550', '551', '552'], // Administrators, the operators, Replicator
  ...['555', '556', '557'], // Remote Desktop Users, Network Configuration, Forest Trust Builders
  ...['559', '562', '569'], // Performance Log and Distributed COM Users, Cryptographic Operators
  ...['573', '574'], // Event Log Readers, Certificate Service DCOM Access
  ...['575', '576', '577'], // servers of Remote Desktop Services, whose members are computers
  ...['578', '579', '580', '582'], // Hyper-V, Access Control, Remote Management, Storage Replica
]

const privilegedRids: ReadonlySet<string> = new Set([...builtInAccounts, ...privilegedInDomain])
const privilegedBuiltInSids: ReadonlySet<string> = new Set(
  privilegedBuiltIn.map((rid) => `S-1-5-32-${rid}`),
)

/**
 * Whether an identifier, in any domain, belongs to a group or an account that can take over a
 * domain, or another person's computer or account.
 *
 * @example
 * const privileged = isPrivilegedSid('S-1-5-32-544')
 */
export function isPrivilegedSid(sid: string): boolean {
  const rid = domainRid(sid)
  return privilegedBuiltInSids.has(sid) || (rid !== undefined && privilegedRids.has(rid))
}

/**
 * Whether an identifier belongs to an account that each domain has from the start.
 *
 * @example
 * const builtIn = isBuiltInAccount('S-1-5-21-1-2-3-500')
 */
export function isBuiltInAccount(sid: string): boolean {
  const rid = domainRid(sid)
  return rid !== undefined && builtInAccounts.has(rid)
}

/**
 * The identifiers of the privileged groups of one domain.
 *
 * @example
 * const sids = privilegedSidsOf('S-1-5-21-1-2-3')
 */
export function privilegedSidsOf(domainSid: string): readonly string[] {
  return [...privilegedInDomain.map((rid) => `${domainSid}-${rid}`), ...privilegedBuiltInSids]
}

/**
 * The last part of an identifier of a domain.
 *
 * @example
 * domainRid('S-1-5-21-1-2-3-513') // 513
 */
export function domainRid(sid: string): string | undefined {
  return /^S-1-5-21-\d+-\d+-\d+-(\d+)$/.exec(sid)?.[1]
}
