import fc from 'fast-check'
import { expect, it } from 'vitest'
import { nearestName } from '../store.ts'

const known = ['url', 'baseDn', 'privilegedGroups', 'tls', 'connectTimeoutMs', 'LDAP_URL', 'unlock']

it.each([
  ['privilegedGroup', 'privilegedGroups'],
  ['groupsPrivileged', 'privilegedGroups'],
  ['privilidgedGroups', 'privilegedGroups'],
  ['privileged_groups', 'privilegedGroups'],
  ['PRIVILEGED_GROUPS', 'privilegedGroups'],
  ['baseDN', 'baseDn'],
  ['uri', 'url'],
  ['unlok', 'unlock'],
  ['conectTimoutMs', 'connectTimeoutMs'],
  ['connecttimeoutms', 'connectTimeoutMs'],
  ['LADP_URL', 'LDAP_URL'],
  ['LDAPURL', 'LDAP_URL'],
])('%s may mean %s', (name, meant) => {
  expect(nearestName(name, known)).toBe(meant)
})

it.each(['', 'pool', 'privileged', 'groups', 'timeoutMs', 'LDAP_PORT', '🦊', 'constructor'])(
  '%s is near no name',
  (name) => {
    expect(nearestName(name, known)).toBeUndefined()
  },
)

it('A known name is nearest to itself, and to itself with one letter more', () => {
  fc.assert(
    fc.property(fc.constantFrom('baseDn', 'unlock', 'privilegedGroups'), fc.nat(3), (name, at) => {
      expect(nearestName(name, known)).toBe(name)
      expect(nearestName(`${name.slice(0, at)}x${name.slice(at)}`, known)).toBe(name)
    }),
  )
})
