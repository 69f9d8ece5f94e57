/**
 * A text under which two spellings of one distinguished name are the same: `CN=Doe\, John , OU=X`
 * and `cn=doe\2c john,ou=x` (RFC 4514).
 *
 * It folds case and spaces for every attribute, so that names that differ only there count as one:
 * a membership is then seen rather than missed.
 */
export function dnKey(dn: string): string {
  if (plain.test(dn) && !irregularSpaces.test(dn)) return dn.toLowerCase()
  const rdns = splitUnescaped(dn, ',;').map((rdn) =>
    splitUnescaped(rdn, '+').map(pairKey).sort().join('+'),
  )
  return rdns.join(',')
}

/**
 * Nearly every name: printable ASCII without escapes, quotes, semicolons and names of several
 * attributes. Large groups hold thousands of them.
 */
const plain = /^[ !#-*,-:<-[\]-~]+$/

/** Spaces that make no difference: at the borders of types and values, and after another one. */
const irregularSpaces = /^ | $| [ ,=]|[,=] /

/** An attribute's name or number (RFC 4512, section 1.4), and what is equal to it. */
const rdnPair = /^\s*(?:[a-z][a-z0-9-]*|(?:oid\.)?\d+(?:\.\d+)*)\s*=/i
/** Names of an entry of Active Directory wherever it is ([MS-ADTS] 3.1.1.3.1.2.4). */
const alternativeName = /^<(?:GUID|SID|WKGUID)=[^<>]+>$/i

/** Whether a text has the form of a distinguished name that is not empty (RFC 4514). */
export function isDn(text: string): boolean {
  if (alternativeName.test(text)) return true
  const rdns = splitUnescaped(text, ',;').map((rdn) => splitUnescaped(rdn, '+'))
  return (
    rdns.length > 0 &&
    rdns.every((pairs) => pairs.length > 0 && pairs.every((pair) => rdnPair.test(pair)))
  )
}

/** Whether an entry is at or below another. */
export function isWithin(dn: string, base: string): boolean {
  const key = dnKey(dn)
  const baseKey = dnKey(base)
  return baseKey === '' || key === baseKey || key.endsWith(`,${baseKey}`)
}

function pairKey(pair: string): string {
  const equals = pair.indexOf('=')
  const type = pair.slice(0, equals).trim().toLowerCase()
  const value = unescaped(trimmed(pair.slice(equals + 1)))
  // Escaped again in one way only, so that no value looks like a separator.
  return `${type}=${JSON.stringify(value.replace(/\s+/g, ' ').trim().normalize('NFKC').toLowerCase()).slice(1, -1).replace(/[,+]/g, escapedSeparator)}`
}

function escapedSeparator(separator: string): string {
  return separator === ',' ? '\\2c' : '\\2b'
}

/** Without the spaces around it; an escaped one at its end is part of it. */
function trimmed(value: string): string {
  return value.trimStart().replace(/((?:^|[^\\])(?:\\\\)*)\s+$/, '$1')
}

function splitUnescaped(text: string, separators: string): readonly string[] {
  const parts: string[] = []
  let part = ''
  let quoted = false
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index)
    if (character === '\\') {
      part += text.slice(index, index + 2)
      index += 1
    } else if (separators.includes(character) && !quoted) {
      parts.push(part)
      part = ''
    } else {
      if (character === '"') quoted = !quoted
      part += character
    }
  }
  return part === '' && parts.length === 0 ? [] : [...parts, part]
}

/** Undoes `\,`, `\2c` (bytes of UTF-8) and the quotes of RFC 2253. */
function unescaped(value: string): string {
  const inner = /^"(.*)"$/s.exec(value)?.[1] ?? value
  return inner.replace(/(?:\\[0-9a-fA-F]{2})+|\\(.)/gs, (match, character: string | undefined) =>
    character === undefined
      ? Buffer.from(match.replaceAll('\\', ''), 'hex').toString('utf8')
      : character,
  )
}

/** The name of the entry above; empty at the top. */
export function parentDn(dn: string): string {
  return splitUnescaped(dn, ',;').slice(1).join(',').trimStart()
}
