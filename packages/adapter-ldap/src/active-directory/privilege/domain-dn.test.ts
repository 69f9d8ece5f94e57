import { describe, expect, it } from 'vitest'
import { domainDn } from './domain-dn.ts'

describe('domainDn', () => {
  it.each([
    ['CN=Kim,OU=People,DC=example,DC=com', 'DC=example,DC=com'],
    ['cn=kim, dc=example , dc=com', 'dc=example , dc=com'],
    ['DC=example,DC=com', 'DC=example,DC=com'],
    ['CN=Kim,DC=wrong,OU=People,DC=example,DC=com', 'DC=example,DC=com'],
    [String.raw`CN=Kim\,DC=wrong,DC=com`, 'DC=com'],
    [String.raw`CN=Kim,DC=a\,b,DC=com`, String.raw`DC=a\,b,DC=com`],
    ['CN=Kim', 'CN=Kim'],
  ])('of %s is %s', (dn, domain) => {
    expect(domainDn(dn)).toBe(domain)
  })

  it('is found in one pass, however many parts a name has that look like a domain', () => {
    // In steps that grow with the square this would take days.
    const parts = 'DC=a,'.repeat(500_000)
    expect(domainDn(`${parts}CN=x`).length).toBe(parts.length + 4)
    expect(domainDn(`CN=x,${parts}DC=b`).length).toBe(parts.length + 4)
    expect(domainDn(`CN=x,${' '.repeat(1_000_000)}DC=b`)).toBe('DC=b')
  })
})
