import { sidText } from './sid.ts'

/** Parts of a security descriptor and its entries ([MS-DTYP] 2.4.4, 2.4.5, 2.4.6). */
const daclOffset = 16
const aclHeaderSize = 8
const aceHeaderSize = 8
const accessAllowed = 0x00
const accessDenied = 0x01
const accessAllowedObject = 0x05
const accessDeniedObject = 0x06
const inheritOnly = 0x08
const inherited = 0x10
const objectTypePresent = 0x1
const inheritedObjectTypePresent = 0x2
const guidSize = 16

/** One entry of an access list that counts for the object itself. */
export interface AccessEntry {
  readonly allows: boolean
  /** It came from a container above. */
  readonly inherited: boolean
  readonly mask: number
  /** The attribute, property set or right that it is about; `undefined`: all of them. */
  readonly about: Buffer | undefined
  readonly sid: string | undefined
}

/**
 * The entries of the discretionary list; `undefined` where there is no list, which allows
 * everything. Entries for objects further down are left out, and so are conditional ones: nobody
 * gives rights in a directory by these.
 *
 * @throws {RangeError} for a descriptor that makes no sense.
 * @example
 * const entries = accessEntries(descriptor)
 */
export function accessEntries(descriptor: Buffer): readonly AccessEntry[] | undefined {
  const start = descriptor.readUInt32LE(daclOffset)
  if (start === 0) return undefined
  const entries: AccessEntry[] = []
  let offset = start + aclHeaderSize
  for (let left = descriptor.readUInt16LE(start + 4); left > 0; left -= 1) {
    const size = descriptor.readUInt16LE(offset + 2)
    // An entry that is shorter than its header would be read again and again.
    if (size < aceHeaderSize) throw new RangeError('An entry of an access list has no header.')
    entries.push(...entryOf(descriptor.subarray(offset, offset + size)))
    offset += size
  }
  return entries
}

function entryOf(entry: Buffer): readonly AccessEntry[] {
  const flags = entry.readUInt8(1)
  if ((flags & inheritOnly) !== 0) return []
  const common = { inherited: (flags & inherited) !== 0, mask: entry.readUInt32LE(4) }
  switch (entry.readUInt8(0)) {
    case accessAllowed:
      return [{ ...common, allows: true, ...wholeObject(entry) }]
    case accessDenied:
      return [{ ...common, allows: false, ...wholeObject(entry) }]
    case accessAllowedObject:
      return [{ ...common, allows: true, ...partOfObject(entry) }]
    case accessDeniedObject:
      return [{ ...common, allows: false, ...partOfObject(entry) }]
    default:
      return []
  }
}

type About = Pick<AccessEntry, 'about' | 'sid'>

function wholeObject(entry: Buffer): About {
  return { about: undefined, sid: sidText(entry.subarray(aceHeaderSize)) }
}

function partOfObject(entry: Buffer): About {
  const types = entry.readUInt32LE(aceHeaderSize)
  const objectType = aceHeaderSize + 4
  const named = (types & objectTypePresent) !== 0
  const sid =
    objectType +
    (named ? guidSize : 0) +
    ((types & inheritedObjectTypePresent) !== 0 ? guidSize : 0)
  return {
    about: named ? entry.subarray(objectType, objectType + guidSize) : undefined,
    sid: sidText(entry.subarray(sid)),
  }
}
