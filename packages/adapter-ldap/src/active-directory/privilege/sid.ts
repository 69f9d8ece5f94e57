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

/**
 * Groups of a domain that are privileged, by the last part of their identifier ([MS-DTYP] 2.4.2.4).
 */
const privilegedInDomain: ReadonlySet<string> = new Set([
  ...['512', '518', '519'], // Domain, Schema and Enterprise Admins
  ...['516', '521', '498'], // domain controllers, read-only ones included
  ...['517', '520'], // Cert Publishers, Group Policy Creator Owners
  ...['526', '527'], // Key and Enterprise Key Admins
  ...['500', '502'], // the accounts Administrator and krbtgt
])

/**
 * Built-in groups that are privileged: Administrators; Account, Server, Print and Backup Operators;
 * Replicator.
 */
const privilegedBuiltIn: ReadonlySet<string> = new Set(
  ['544', '548', '549', '550', '551', '552'].map((rid) => `S-1-5-32-${rid}`),
)

/**
 * Whether an identifier, in any domain, belongs to a group or an account that can take over a
 * domain.
 *
 * @example
 * const privileged = isPrivilegedSid('S-1-5-32-544')
 */
export function isPrivilegedSid(sid: string): boolean {
  if (privilegedBuiltIn.has(sid)) return true
  const rid = /^S-1-5-21-\d+-\d+-\d+-(\d+)$/.exec(sid)?.[1]
  return rid !== undefined && privilegedInDomain.has(rid)
}
