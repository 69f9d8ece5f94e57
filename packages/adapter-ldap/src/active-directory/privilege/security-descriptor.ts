import { guidBytes } from './guid.ts'
import { sidText } from './sid.ts'

/** The control access right Change Password ([MS-ADTS] 5.1.3.2.1). */
const changePassword = guidBytes('ab721a53-1e2f-11d0-9819-00aa0040529b')
/** SELF and Everyone: "User cannot change password" of the consoles denies the right to both. */
const theUser: ReadonlySet<string> = new Set(['S-1-5-10', 'S-1-1-0'])

/** Parts of a security descriptor and its entries ([MS-DTYP] 2.4.4, 2.4.5, 2.4.6). */
const daclOffset = 16
const aclHeaderSize = 8
const aceHeaderSize = 8
const accessDenied = 0x01
const accessDeniedObject = 0x06
const inheritOnly = 0x08
const inherited = 0x10
const controlAccess = 0x100
const objectTypePresent = 0x1
const inheritedObjectTypePresent = 0x2
const guidSize = 16

/**
 * Whether the access list denies a user the change of the own password, by an entry of its own and
 * not by an inherited one. A descriptor that makes no sense denies nothing.
 *
 * @example
 * const mayChange = !deniesOwnChange(descriptor)
 */
export function deniesOwnChange(descriptor: Buffer): boolean {
  try {
    return entriesOf(descriptor).some(deniesChange)
  } catch {
    return false
  }
}

/** The entries of the discretionary list; none where there is no list. */
function entriesOf(descriptor: Buffer): readonly Buffer[] {
  const start = descriptor.readUInt32LE(daclOffset)
  const entries: Buffer[] = []
  let offset = start + aclHeaderSize
  for (let left = start === 0 ? 0 : descriptor.readUInt16LE(start + 4); left > 0; left -= 1) {
    const size = descriptor.readUInt16LE(offset + 2)
    // An entry that is shorter than its header would be read again and again.
    if (size < aceHeaderSize) throw new RangeError('An entry of an access list has no header.')
    entries.push(descriptor.subarray(offset, offset + size))
    offset += size
  }
  return entries
}

function deniesChange(entry: Buffer): boolean {
  const type = entry.readUInt8(0)
  const flags = entry.readUInt8(1)
  if ((flags & (inheritOnly | inherited)) !== 0 || (entry.readUInt32LE(4) & controlAccess) === 0)
    return false
  if (type === accessDenied) return isTheUser(entry.subarray(aceHeaderSize))
  if (type !== accessDeniedObject) return false
  const types = entry.readUInt32LE(aceHeaderSize)
  const objectType = aceHeaderSize + 4
  const named = (types & objectTypePresent) !== 0
  const sid =
    objectType +
    (named ? guidSize : 0) +
    ((types & inheritedObjectTypePresent) !== 0 ? guidSize : 0)
  const right = entry.subarray(objectType, objectType + guidSize)
  return (!named || changePassword?.equals(right) === true) && isTheUser(entry.subarray(sid))
}

function isTheUser(sid: Buffer): boolean {
  return theUser.has(sidText(sid) ?? '')
}
