/**
 * The key under which attempts from one place are counted.
 *
 * An IPv6 subscriber usually has a whole /64 (RFC 6177) and can vary the last four groups. The key
 * leaves them out.
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
