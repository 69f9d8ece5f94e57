/** The claims of proxies about the connections before them. None of them is proven. */
export interface ForwardedClaims {
  /**
   * Lower-case schemes, the client's first. A header that cannot be read is there as an empty
   * string, so that it never counts as `https`.
   */
  readonly schemes: readonly string[]
  /** The scheme that the nearest proxy claims; `undefined` when that proxy claims none. */
  readonly nearestScheme: string | undefined
  /** Hosts that were asked for, the client's first. */
  readonly hosts: readonly string[]
  /** Addresses of clients, without ports. `unknown` and hidden names are there as they are. */
  readonly addresses: readonly string[]
}

/**
 * Reads `Forwarded` (RFC 7239), the older `X-Forwarded-Proto`, `-Host` and `-For`, and `X-Real-IP`.
 * Empty elements of a list claim nothing (RFC 9110, section 5.6.1.2).
 */
export function forwardedClaims(header: (name: string) => string | undefined): ForwardedClaims {
  const elements = elementsOf(header('forwarded') ?? '')
  const named = (name: string): string[] => elements.flatMap((element) => valuesOf(element, name))
  const protos = listOf(header('x-forwarded-proto')).map((scheme) => scheme.toLowerCase())
  const forwardedProtos = named('proto').map((scheme) => scheme.toLowerCase())
  const lastElement = valuesOf(elements.at(-1) ?? [], 'proto')
    .at(-1)
    ?.toLowerCase()
  return {
    schemes: [...protos, ...forwardedProtos],
    nearestScheme: protos.at(-1) ?? lastElement,
    hosts: [...listOf(header('x-forwarded-host')), ...named('host')],
    addresses: [
      ...listOf(header('x-forwarded-for')),
      ...listOf(header('x-real-ip')),
      ...named('for'),
    ].map(withoutPort),
  }
}

/**
 * The address that the nearest proxy claims; empty when that proxy claims none. A proxy adds to the
 * end of a list, and the client may have made up what stands before.
 */
export function nearestAddress(header: (name: string) => string | undefined): string {
  const element = elementsOf(header('forwarded') ?? '').at(-1) ?? []
  const nearest =
    listOf(header('x-forwarded-for')).at(-1) ??
    listOf(header('x-real-ip')).at(-1) ??
    valuesOf(element, 'for').at(-1)
  return withoutPort(nearest ?? '')
}

function listOf(value = ''): readonly string[] {
  return value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

/** A parameter of an element of `Forwarded`, its name in lower case. */
type Pair = readonly [name: string, value: string]

/** Stands for whatever cannot be read: a claim of a scheme that nobody knows. */
const unreadable: Pair = ['proto', '']

function valuesOf(element: readonly Pair[], name: string): string[] {
  return element.filter(([one]) => one === name).map(([, value]) => value)
}

/**
 * A separator, or one pair (RFC 7239, section 4). Many proxies write a host with its port, or an
 * IPv6 address, without the quotes that the grammar asks for. These are read too.
 */
const piece =
  /[ \t]*(?:([,;])|([\w!#$%&'*+.^`|~-]+)=("(?:[^"\\]|\\.)*"|[^\s",;]+)(?=[ \t]*(?:[,;]|$)))/y

/** The elements that hold something. A pair that occurs twice in one element counts twice. */
function elementsOf(header: string): readonly (readonly Pair[])[] {
  const elements: Pair[][] = [[]]
  const text = header.trim()
  let at = 0
  while (at < text.length) {
    piece.lastIndex = at
    const found = piece.exec(text)
    const [all = '', separator, name = '', value = ''] = found ?? []
    if (separator === ',') elements.push([])
    else if (separator === undefined)
      elements.at(-1)?.push(found ? [name.toLowerCase(), unquoted(value)] : unreadable)
    at = found ? at + all.length : text.length
  }
  return elements.filter((element) => element.length > 0)
}

/** The value of a quoted string (RFC 9110, section 5.6.4), or a token as it is. */
function unquoted(value: string): string {
  return value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value
}

function withoutPort(address: string): string {
  const bracketed = /^\[(.*)\]/.exec(address)?.[1]
  if (bracketed !== undefined) return bracketed
  // An IPv6 address without brackets has more than one colon.
  return address.indexOf(':') === address.lastIndexOf(':') ? (address.split(':')[0] ?? '') : address
}
