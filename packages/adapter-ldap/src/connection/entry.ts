import type { SearchEntry } from 'ldapts'

/** An entry of the directory, its values as the bytes that came. */
export interface Entry {
  readonly dn: string
  /** By attribute name in lower case, options included: `member;range=0-1499`. */
  readonly attributes: ReadonlyMap<string, readonly Buffer[]>
}

/**
 * An entry as ldapts read it.
 *
 * @internal
 * @example
 * const entries = found.map(entryOf)
 */
export function entryOf({ name, attributes }: SearchEntry): Entry {
  return {
    dn: name,
    attributes: new Map(
      attributes.map(({ type, parsedBuffers }) => [type.toLowerCase(), parsedBuffers]),
    ),
  }
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
