import { describe, expect, it } from 'vitest'
import { activeDirectory, ds389, ldapUserStore, noPrivilegedUsers, openLdap } from '../index.ts'

/** Options as JavaScript, or a configuration in JSON, may give them. */
const loose = (options: Record<string, unknown>) => Object.assign(JSON.parse('{}'), options)
const dialects = [
  ['openLdap', openLdap, { privilegedGroups: noPrivilegedUsers }],
  ['ds389', ds389, { privilegedGroups: noPrivilegedUsers }],
  ['activeDirectory', activeDirectory, {}],
] as const

describe.each(dialects)('the options of %s', (name, dialect, needed) => {
  it.each([
    ['attributes.email', { attributes: { email: null } }],
    ['attributes.displayName', { attributes: { displayName: 'cn' } }],
    ['attributes.username', { attributes: { username: 'two words' } }],
    ['extraAttributes.0', { extraAttributes: [undefined] }],
    ['facts', { facts: ['title'] }],
    ['facts', { facts: { 1: 'title' } }],
    ['facts.Title', { facts: { Title: 'two words' } }],
    ['facts.Key', { facts: { Key: 'userPassword' } }],
    ['facts.Key', { facts: { Key: 'UNICODEPWD' } }],
    ['facts.Key', { facts: { Key: '2.5.4.35' } }],
    ['facts.Key', { facts: { Key: 'userPassword;x-old' } }],
    ['moments', { moments: 'yes' }],
    ['searchAttributes', { searchAttributes: [] }],
    ['searchMode', { searchMode: 'contains' }],
    ['privilegedGroups', { privilegedGroups: 'cn=admins,dc=example,dc=com' }],
    ['privilegedGroups', { privilegedGroups: [undefined] }],
    ['privilegedGroups', { privilegedGroups: ['admins,dc=example,dc=com'] }],
    ['userFliter is no option; did you mean userFilter', { userFliter: '(objectClass=person)' }],
    [
      'attributes.user_name is no option; did you mean username',
      { attributes: { user_name: 'uid' } },
    ],
    ['pool is no option$', { pool: {} }],
  ])('name %s where it cannot work', (option, wrong) => {
    const message = expect.stringMatching(`^${name}: ${option}`)
    expect(() => dialect(loose({ ...needed, ...wrong }))).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_CONFIG', message }),
    )
  })

  it('take an option that is undefined for one that is not there', () => {
    expect(() =>
      dialect(loose({ ...needed, attributes: { email: undefined }, searchMode: undefined })),
    ).not.toThrow()
  })
})

describe.each([
  ['openLdap', openLdap],
  ['ds389', ds389],
] as const)('%s', (name, dialect) => {
  it.each([undefined, loose({}), loose({ privilegedGroups: [] })])(
    'wants to hear that nobody is privileged, rather than nothing',
    (options) => {
      const message = expect.stringMatching(`^${name}: `)
      expect(() => dialect(options)).toThrow(
        expect.objectContaining({ code: 'ERR_INVALID_CONFIG', message }),
      )
    },
  )
})

describe('the options of ldapUserStore', () => {
  const options = {
    url: 'ldaps://127.0.0.1',
    baseDn: 'ou=people,dc=example,dc=test',
    bind: { dn: 'cn=operator,dc=example,dc=test', password: 'a password' },
    dialect: activeDirectory(),
  }
  it.each([
    ['unlok is no option; did you mean unlock', { unlok: false }],
    ['tls.CA is no option; did you mean ca', { tls: { CA: 'PEM' } }],
    ['bind', { bind: { dn: 'cn=x', pasword: 'y' } }],
    ['baseDn', { baseDn: 'people' }],
    ['baseDn', { baseDn: 'ou=people, example.com' }],
    ['baseDn', { baseDn: 'ou=people,,dc=example' }],
    ['baseDn', { baseDn: 'ldap://x/ou=people' }],
    // It would hide the domain, in which privileged groups are looked for.
    ['baseDn', { baseDn: '<GUID=00112233-4455-6677-8899-aabbccddeeff>' }],
    ['baseDn', { baseDn: '<WKGUID=a9d1ca15768811d1aded00c04fd8d5cd,DC=ad,DC=test>' }],
  ])('name %s where it cannot work', (option, wrong) => {
    const message = expect.stringMatching(`^ldapUserStore: ${option}`)
    expect(() => ldapUserStore({ ...options, ...loose(wrong) })).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_CONFIG', message }),
    )
  })
})
