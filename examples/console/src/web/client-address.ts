import type { HttpBindings } from '@hono/node-server'

/**
 * Where a request came from. Behind a trusted proxy it is the last entry of `X-Forwarded-For`, the
 * one that the proxy itself wrote: those before it are whatever the client claims.
 */
export function clientAddress(
  request: HttpBindings['incoming'],
  options: { readonly trustProxy: boolean },
): string | undefined {
  const forwarded = options.trustProxy ? request.headers['x-forwarded-for'] : undefined
  const last = forwarded?.toString().split(',').at(-1)?.trim()
  return last || request.socket.remoteAddress
}

/**
 * The key under which attempts from one place are counted.
 *
 * An IPv6 subscriber usually has a whole /64 (RFC 6177), so the last four groups are left out: they
 * are free to vary.
 */
export function addressKey(address: string | undefined): string {
  if (address === undefined) return 'unknown'
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  if (!address.includes(':')) return address
  return `${expand(address.split('%')[0] ?? address)
    .slice(0, 4)
    .join(':')}::/64`
}

/** The eight groups of an IPv6 address, `::` written out. */
function expand(address: string): readonly string[] {
  const [head = '', tail] = address.split('::')
  const groups = (part: string) => part.split(':').filter((group) => group !== '')
  if (tail === undefined) return groups(head)
  const missing = Math.max(0, 8 - groups(head).length - groups(tail).length)
  return [...groups(head), ...Array.from({ length: missing }, () => '0'), ...groups(tail)]
}
