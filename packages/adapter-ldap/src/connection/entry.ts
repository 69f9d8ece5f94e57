import { BadMessage, type Elements, tags } from './ber.ts'

/** An entry of the directory, its values as the bytes that came. */
export interface Entry {
  readonly dn: string
  /** By attribute name in lower case, options included: `member;range=0-1499`. */
  readonly attributes: ReadonlyMap<string, readonly Buffer[]>
}

/**
 * Most attributes and values of one entry. Each is an object in memory, and takes two bytes of a
 * message. A privileged group of so many members is refused anyway.
 */
const mostValues = 100_000

/**
 * An entry (RFC 4511, section 4.5.2), from its name on, and how many attributes and values it has.
 *
 * @throws {BadMessage}
 * @example
 * const { entry } = entryIn(new Elements(content))
 */
export function entryIn(parts: Elements): { readonly entry: Entry; readonly values: number } {
  const dn = parts.next(tags.octetString).toString('utf8')
  const found = parts.inside(tags.sequence)
  parts.skipRest()
  const attributes = new Map<string, Buffer[]>()
  let values = 0
  const count = (): void => {
    values += 1
    if (values > mostValues) throw new BadMessage('ERR_LDAP_TOO_LARGE')
  }
  while (!found.done) {
    count()
    const attribute = found.inside(tags.sequence)
    const type = attribute.next(tags.octetString).toString('utf8').toLowerCase()
    const set = attribute.inside(tags.set)
    attribute.skipRest()
    const known = attributes.get(type) ?? []
    attributes.set(type, known)
    while (!set.done) {
      count()
      known.push(set.next(tags.octetString))
    }
  }
  return { entry: { dn, attributes }, values }
}

/**
 * All values of an attribute as text. None when there is no such attribute, or when the service
 * account may not read the attribute.
 *
 * @example
 * const mails = texts(entry, 'mail')
 */
export function texts(entry: Entry, attribute: string): readonly string[] {
  return (entry.attributes.get(attribute.toLowerCase()) ?? []).map((value) =>
    value.toString('utf8'),
  )
}

/**
 * All values of an attribute as text, those with options included: `member;lang-de`.
 *
 * @example
 * const numbers = textsWithOptions(entry, 'gidNumber')
 */
export function textsWithOptions(entry: Entry, attribute: string): readonly string[] {
  const name = attribute.toLowerCase()
  return [...entry.attributes].flatMap(([type, values]) =>
    type === name || type.startsWith(`${name};`) ? values.map((one) => one.toString('utf8')) : [],
  )
}

/**
 * The first value of an attribute as text.
 *
 * @example
 * const left = text(entry, 'employeeType') === 'left'
 */
export function text(entry: Entry, attribute: string): string | undefined {
  return entry.attributes.get(attribute.toLowerCase())?.[0]?.toString('utf8')
}

/**
 * The first value of an attribute as it came.
 *
 * @example
 * const guid = bytes(entry, 'objectGUID')
 */
export function bytes(entry: Entry, attribute: string): Buffer | undefined {
  return entry.attributes.get(attribute.toLowerCase())?.[0]
}

/**
 * Whether an attribute is there and says `TRUE` (RFC 4517, section 3.3.3).
 *
 * @example
 * const mustChange = isTrue(entry, 'pwdReset')
 */
export function isTrue(entry: Entry, attribute: string): boolean {
  return text(entry, attribute)?.toUpperCase() === 'TRUE'
}
