/** The claims of proxies about the connections before them. None of them is proven. */
export interface ForwardedClaims {
  /**
   * Lower-case schemes, the client's first. A claim that cannot be read is there as an empty
   * string, so that it never counts as `https`.
   */
  readonly schemes: readonly string[]
  /** Hosts that were asked for, the client's first. */
  readonly hosts: readonly string[]
  /** Addresses of clients, without ports. */
  readonly addresses: readonly string[]
}

/** Reads `Forwarded` (RFC 7239) and the older `X-Forwarded-Proto`, `-Host` and `-For`. */
export function forwardedClaims(header: (name: string) => string | undefined): ForwardedClaims {
  const elements = listOf(header('forwarded')).map(pairsOf)
  const named = (name: string): string[] => elements.flatMap((pairs) => pairs.get(name) ?? [])
  return {
    schemes: [
      ...listOf(header('x-forwarded-proto')),
      ...elements.map((pairs) => pairs.get('proto') ?? ''),
    ].map((scheme) => scheme.toLowerCase()),
    hosts: [...listOf(header('x-forwarded-host')), ...named('host')],
    addresses: [...listOf(header('x-forwarded-for')), ...named('for')].map(withoutPort),
  }
}

function listOf(value: string | undefined): readonly string[] {
  return value === undefined ? [] : value.split(',').map((item) => item.trim())
}

/**
 * `for=192.0.2.60;proto=https` as a map. A quoted string that holds a comma or a semicolon falls to
 * pieces here, and its pieces then count as unreadable.
 */
function pairsOf(element: string): ReadonlyMap<string, string> {
  return new Map(
    element.split(';').map((pair) => {
      const at = pair.indexOf('=')
      const value = pair.slice(at + 1).trim()
      const unquoted =
        value.length > 1 && value.startsWith('"') && value.endsWith('"')
          ? value.slice(1, -1)
          : value
      return [pair.slice(0, Math.max(at, 0)).trim().toLowerCase(), unquoted] as const
    }),
  )
}

function withoutPort(address: string): string {
  const bracketed = /^\[(.*)\]/.exec(address)?.[1]
  if (bracketed !== undefined) return bracketed
  // An IPv6 address without brackets has more than one colon.
  return address.indexOf(':') === address.lastIndexOf(':') ? (address.split(':')[0] ?? '') : address
}
