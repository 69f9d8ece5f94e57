/**
 * Whether an IP address is this machine's own (RFC 1122, section 3.2.1.3; RFC 4291, section 2.5.3),
 * also as IPv4 within IPv6.
 */
export function isLoopbackAddress(address: string): boolean {
  return /^(::ffff:)?127\.\d+\.\d+\.\d+$/i.test(address) || address === '::1'
}

/**
 * Whether an IP address is of a private network, where a proxy of one's own could be.
 *
 * These are the networks of RFC 1918, RFC 6598 and RFC 4193, and link-local addresses (RFC 3927;
 * RFC 4291, section 2.5.6).
 */
export function isPrivateAddress(address: string): boolean {
  const [first = 0, second = 0] = address
    .replace(/^::ffff:/i, '')
    .split('.')
    .map(Number)
  return (
    first === 10 ||
    (first === 172 && second >= 16 && second <= 31) ||
    (first === 192 && second === 168) ||
    (first === 169 && second === 254) ||
    (first === 100 && second >= 64 && second <= 127) ||
    /^f([cd][\da-f]|e[89ab])[\da-f]:/i.test(address)
  )
}

/**
 * Whether a host, with or without a port, means this machine: `localhost`, names below it (RFC
 * 6761, section 6.3), or a loopback address.
 */
export function isLoopbackHost(host: string): boolean {
  const name = hostnameOf(host)
  if (name === undefined) return false
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    isLoopbackAddress(name.replace(/^\[|\]$/g, ''))
  )
}

function hostnameOf(host: string): string | undefined {
  // Anything that could end the authority of an address is not a host.
  return /[/?#@\\\s]/.test(host) ? undefined : URL.parse(`http://${host}`)?.hostname
}
