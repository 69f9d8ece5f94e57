import { ForceResetError } from '@force-reset/core'
import { describe, expect, it } from 'vitest'
import { directoryOptions } from '../storage/directory-options.ts'
import { ConfigurationError } from './configuration-error.ts'
import { readSettings } from './settings.ts'
import { variables } from './variables.ts'

/** Texts that a shell, a file or an orchestrator may put into a variable. */
const wrongTexts = [
  ...['', ' ', '\t\n', '\0', '\ud800', '\u202e', '%ff', '=', ';;;', '((((', '\\', '*)(uid=*'],
  ...[
    'undefined',
    'null',
    'NaN',
    'Infinity',
    '-1',
    '1e999',
    '0x10',
    '1.5',
    '{}',
    '[]',
    '__proto__',
  ],
  ...['https://[', 'ldap://', 'postgres://user:word@db/app', 'x'.repeat(100_000)],
]

const operator = { OPERATOR_USERNAME: 'operator', OPERATOR_PASSWORD: 'a long enough password' }
const environments = {
  samples: {},
  database: { ...operator, DATABASE_URL: 'app.db' },
  directory: {
    ...operator,
    LDAP_URL: 'ldaps://ldap.example.com',
    LDAP_BASE_DN: 'dc=example,dc=com',
    LDAP_BIND_DN: 'cn=service,dc=example,dc=com',
    LDAP_BIND_PASSWORD: 'planted-secret',
    LDAP_DIALECT: 'openldap',
    LDAP_PRIVILEGED_GROUPS: 'none',
    LDAP_DEFAULT_POLICY: 'cn=policy,dc=example,dc=com',
    AUDIT_DATABASE: ':memory:',
  },
}

/** `undefined` where the console starts, or says by name what is wrong. */
function faultOf(environment: Readonly<Record<string, string>>, name: string): string | undefined {
  const read = readSettings(environment)
  if (!read.ok) {
    if (read.problems.join().includes('planted-secret')) return 'a problem shows a secret'
    return read.problems.some((problem) => problem.includes(name)) ? undefined : 'it is not named'
  }
  if (read.settings.users.in !== 'directory') return undefined
  try {
    directoryOptions(read.settings.users.directory)
    return undefined
  } catch (error) {
    const isPlain = error instanceof ForceResetError || error instanceof ConfigurationError
    return isPlain ? undefined : `a foreign error: ${String(error)}`
  }
}

describe.each(Object.entries(environments))('an environment of a %s', (_, environment) => {
  it.each(variables)('may hold any text, and no text throws: %s', (name) => {
    const faults = wrongTexts.flatMap((text) => {
      const fault = faultOf({ ...environment, [name]: text }, name)
      return fault === undefined ? [] : [`${JSON.stringify(text.slice(0, 40))}: ${fault}`]
    })
    expect(faults).toEqual([])
  })
})

it('is a test that finds faults', () => {
  const environment = { ...environments.samples, PORT: 'http' }
  expect(faultOf(environment, 'PORT')).toBeUndefined()
  expect(faultOf(environment, 'HOST')).toBe('it is not named')
})
