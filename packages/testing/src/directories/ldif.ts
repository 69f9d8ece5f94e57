/** One entry of a directory, as a C tool printed the entry. */
export interface LdifEntry {
  readonly dn: string
  /** By attribute name in lower case, options included: `mail`, `usercertificate;binary`. */
  readonly attributes: ReadonlyMap<string, readonly Buffer[]>
}

/** Reads the output of `ldapsearch -LLL -o ldif-wrap=no` (RFC 2849). */
export function parseLdif(text: string): LdifEntry[] {
  const entries: LdifEntry[] = []
  for (const block of text.replaceAll('\r\n', '\n').split(/\n\n+/)) {
    const lines = block
      .replaceAll('\n ', '')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
    let dn: string | undefined
    const attributes = new Map<string, Buffer[]>()
    for (const line of lines) {
      const parsed = parseLine(line)
      if (!parsed) continue
      if (parsed.name === 'dn') dn = parsed.value.toString('utf8')
      else attributes.set(parsed.name, [...(attributes.get(parsed.name) ?? []), parsed.value])
    }
    if (dn !== undefined) entries.push({ dn, attributes })
  }
  return entries
}

function parseLine(line: string): { name: string; value: Buffer } | undefined {
  const match = /^([A-Za-z0-9.;-]+):(:?) ?(.*)$/s.exec(line)
  if (!match) return undefined
  const [, name = '', encoded, rest = ''] = match
  return { name: name.toLowerCase(), value: Buffer.from(rest, encoded ? 'base64' : 'utf8') }
}

/** The values of an attribute as text, in the order printed; empty when there are none. */
export function textValues(entry: LdifEntry, attribute: string): string[] {
  return (entry.attributes.get(attribute.toLowerCase()) ?? []).map((value) =>
    value.toString('utf8'),
  )
}

/** The first value of an attribute as text. */
export function textValue(entry: LdifEntry, attribute: string): string | undefined {
  return textValues(entry, attribute)[0]
}

/** One line `name:: base64`. Base64 suits every value, so nothing has to be escaped. */
function ldifLine(name: string, value: string | Uint8Array): string {
  return `${name}:: ${Buffer.from(value).toString('base64')}`
}

/** Attributes of an entry; an absent value is left out. */
export type LdifAttributes = Readonly<
  Record<string, string | Uint8Array | readonly (string | Uint8Array)[] | undefined>
>

/** An entry to add, with a blank line after it. */
export function ldifEntry(dn: string, attributes: LdifAttributes): string {
  const lines = [ldifLine('dn', dn)]
  for (const [name, value] of Object.entries(attributes))
    for (const each of listOf(value)) lines.push(ldifLine(name, each))
  return `${lines.join('\n')}\n\n`
}

/** A change that replaces attributes; `undefined` removes all values of an attribute. */
export function ldifReplace(dn: string, attributes: LdifAttributes): string {
  const lines = [ldifLine('dn', dn), 'changetype: modify']
  for (const [name, value] of Object.entries(attributes)) {
    lines.push(`replace: ${name}`, ...listOf(value).map((each) => ldifLine(name, each)), '-')
  }
  return `${lines.join('\n')}\n\n`
}

/**
 * A change that deletes one value of an attribute and adds another. The change fails where the
 * entry does not have the first value.
 */
export function ldifSwap(
  dn: string,
  attribute: string,
  from: string | Uint8Array,
  to: string | Uint8Array,
): string {
  const lines = [
    ldifLine('dn', dn),
    'changetype: modify',
    `delete: ${attribute}`,
    ldifLine(attribute, from),
    '-',
  ]
  return `${[...lines, `add: ${attribute}`, ldifLine(attribute, to), '-'].join('\n')}\n\n`
}

/** An entry to delete. */
export function ldifDelete(dn: string): string {
  return `${ldifLine('dn', dn)}\nchangetype: delete\n\n`
}

function listOf(value: LdifAttributes[string]): readonly (string | Uint8Array)[] {
  if (value === undefined) return []
  return typeof value === 'string' || value instanceof Uint8Array ? [value] : value
}

/** A value inside a DN, escaped (RFC 4514, section 2.4). */
export function escapeDnValue(value: string): string {
  return value
    .replace(/[\\",+<>;=]/g, (character) => `\\${character}`)
    .replace(/\0/g, '\\00')
    .replace(/^[ #]| $/g, (character) => `\\${character}`)
}
