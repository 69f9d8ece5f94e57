/**
 * A text under which two spellings of one distinguished name are the same (RFC 4514).
 *
 * Case and spaces are folded for every attribute. Names that differ only there count as one, so
 * that a membership is seen rather than missed.
 *
 * @example
 * dnKey('CN=Doe\\, John , OU=X') === dnKey('cn=doe\\2c john,ou=x')
 */
export function dnKey(dn: string): string {
  if (plain.test(dn) && !irregularSpaces.test(dn) && !otherType.test(dn)) return dn.toLowerCase()
  const rdns = rdnsOf(dn).map((rdn) => splitUnescaped(rdn, '+').map(pairKey).sort().join('+'))
  return rdns.join(',')
}

/**
 * A text under which two distinguished names are the same whatever their attributes are called. A
 * schema can give every attribute further names, which {@link dnKey} does not know.
 *
 * @example
 * dnValuesKey('loginName=Kim,ou=x') === dnValuesKey('login=kim,ou=X')
 */
export function dnValuesKey(dn: string): string {
  return rdnsOf(dn)
    .map((rdn) => splitUnescaped(rdn, '+').map(valueKey).sort().join('+'))
    .join(',')
}

/**
 * Nearly every name: printable ASCII without escapes, quotes, semicolons and names of several
 * attributes. Large groups hold thousands of them.
 */
const plain = /^[ !#-*,-:<-[\]-~]+$/

/** Spaces that make no difference: at the borders of types and values, and after another one. */
const irregularSpaces = /^ | $| [ ,=]|[,=] /

/**
 * Other names and the numbers of the attributes that names of entries are made of (RFC 4519, RFC
 * 4524, RFC 2985). A directory takes each of them for the first.
 */
const typeNames: ReadonlyMap<string, string> = new Map(
  Object.entries({
    cn: ['commonname', '2.5.4.3'],
    sn: ['surname', '2.5.4.4'],
    serialnumber: ['2.5.4.5'],
    c: ['countryname', '2.5.4.6'],
    l: ['localityname', '2.5.4.7'],
    st: ['stateorprovincename', '2.5.4.8'],
    street: ['streetaddress', '2.5.4.9'],
    o: ['organizationname', '2.5.4.10'],
    ou: ['organizationalunitname', '2.5.4.11'],
    givenname: ['gn', '2.5.4.42'],
    uid: ['userid', '0.9.2342.19200300.100.1.1'],
    mail: ['rfc822mailbox', '0.9.2342.19200300.100.1.3'],
    dc: ['domaincomponent', '0.9.2342.19200300.100.1.25'],
    email: ['emailaddress', 'pkcs9email', '1.2.840.113549.1.9.1'],
  }).flatMap(([name, others]) => others.map((other) => [other, name] as const)),
)

/** Finds a type by another name of it, or by a number, in a DN that is plain otherwise. */
const otherType = new RegExp(
  `(?:^|,)(?:${[...typeNames.keys()].filter((name) => /^[a-z]/.test(name)).join('|')}|oid\\.|\\d)`,
  'i',
)

/** An attribute's name or number (RFC 4512, section 1.4), and what is equal to it. */
const rdnPair = /^\s*(?:[a-z][a-z0-9-]*|(?:oid\.)?\d+(?:\.\d+)*)\s*=/i
/** Names of an entry of Active Directory wherever it is ([MS-ADTS] 3.1.1.3.1.2.4). */
const alternativeName = /^<(?:GUID|SID|WKGUID)=[^<>]+>$/i

/**
 * Whether a text has the form of a distinguished name that is not empty (RFC 4514).
 *
 * @example
 * if (!isDn(options.baseDn)) throw new ForceResetError('ERR_INVALID_CONFIG', 'baseDn is no DN')
 */
export function isDn(text: string): boolean {
  if (alternativeName.test(text)) return true
  const rdns = rdnsOf(text).map((rdn) => splitUnescaped(rdn, '+'))
  return (
    rdns.length > 0 &&
    rdns.every((pairs) => pairs.length > 0 && pairs.every((pair) => rdnPair.test(pair)))
  )
}

/**
 * Whether an entry is at or below another.
 *
 * @example
 * const isPerson = isWithin(entry.dn, site.baseDn)
 */
export function isWithin(dn: string, base: string): boolean {
  const key = dnKey(dn)
  const baseKey = dnKey(base)
  return baseKey === '' || key === baseKey || key.endsWith(`,${baseKey}`)
}

function pairKey(pair: string): string {
  const equals = pair.indexOf('=')
  const written = pair
    .slice(0, equals)
    .trim()
    .toLowerCase()
    .replace(/^oid\./, '')
  return `${typeNames.get(written) ?? written}=${valueKey(pair)}`
}

function valueKey(pair: string): string {
  const value = unescaped(trimmed(pair.slice(pair.indexOf('=') + 1)))
  const folded = value.replace(/\s+/g, ' ').trim().normalize('NFKC').toLowerCase()
  // Escaped again in one way only, so that no value looks like a separator.
  return JSON.stringify(folded).slice(1, -1).replace(/[,+]/g, escapedSeparator)
}

function escapedSeparator(separator: string): string {
  return separator === ',' ? '\\2c' : '\\2b'
}

/** Without the spaces around it; an escaped one at its end is part of it. */
function trimmed(value: string): string {
  const text = value.trimStart()
  const end = text.trimEnd()
  const isEscaped = (trailingBackslashes(end) & 1) === 1
  return isEscaped ? text.slice(0, end.length + 1) : end
}

function trailingBackslashes(text: string): number {
  let count = 0
  while (text.charAt(text.length - 1 - count) === '\\') count += 1
  return count
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

/**
 * The relative names of a DN as they are written, the spaces between them included.
 *
 * @example
 * const [ownName, ...above] = rdnsOf(entry.dn)
 */
export function rdnsOf(dn: string): readonly string[] {
  return splitUnescaped(dn, ',;')
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

/** Longest place, in characters; names of units are shorter. */
const longestPlace = 200

/**
 * Where an entry stands below the base: the units above the entry, from the top. `undefined` for an
 * entry right below the base, or outside it. Hidden characters stay: pages escape a place.
 *
 * @example
 * placeOf('uid=kim,ou=3B,ou=Berlin,dc=example,dc=com', 'dc=example,dc=com') // Berlin / 3B
 */
export function placeOf(dn: string, base: string): string | undefined {
  if (!isWithin(dn, base)) return undefined
  const above = rdnsOf(dn).slice(1)
  const units = above.slice(0, above.length - rdnsOf(base).length)
  if (units.length === 0) return undefined
  const place = [...units.reverse().map(unitName).join(' / ')]
  return place.length > longestPlace ? `${place.slice(0, longestPlace).join('')}…` : place.join('')
}

/**
 * The name of another entry of the same directory, without its place. `undefined` for a text that
 * is no DN there.
 *
 * @example
 * nameWithin('cn=Ravi Patel,ou=Berlin,dc=example,dc=com', 'ou=people,dc=example,dc=com')
 * // 'Ravi Patel'
 */
export function nameWithin(text: string, base: string): string | undefined {
  const top = rdnsOf(base).at(-1)
  if (top === undefined || !isDn(text) || !isWithin(text, top)) return undefined
  const [own] = rdnsOf(text)
  return own === undefined ? undefined : unitName(own)
}

/** The values of one relative name: `Berlin` for `ou=Berlin`. */
function unitName(rdn: string): string {
  const values = splitUnescaped(rdn, '+').map((pair) => pair.slice(pair.indexOf('=') + 1))
  return values.map((value) => unescaped(trimmed(value))).join(' + ')
}

/**
 * The name of the entry above; empty at the top.
 *
 * @example
 * const container = parentDn(account.entry.dn)
 */
export function parentDn(dn: string): string {
  return rdnsOf(dn).slice(1).join(',').trimStart()
}
