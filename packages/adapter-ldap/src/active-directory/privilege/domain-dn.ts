import { rdnsOf } from '../../dialect/dn.ts'

/**
 * The domain that an entry is in: its DN from the first `DC=` on.
 *
 * @example
 * domainDn('CN=Kim,OU=People,DC=example,DC=com') // DC=example,DC=com
 */
export function domainDn(dn: string): string {
  const rdns = rdnsOf(dn)
  const below = rdns.findLastIndex((rdn) => !domainComponent.test(rdn))
  return below === rdns.length - 1
    ? dn
    : rdns
        .slice(below + 1)
        .join(',')
        .trimStart()
}

const domainComponent = /^\s*DC=/i
