import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { inVariables, optionVariables } from './option-variables.ts'
import { variables } from './variables.ts'

const sources = new URL('../../../../packages/adapter-ldap/src/', import.meta.url)

/** Every text with a blank in the sources of the library: its messages, cures and findings. */
const texts = readdirSync(sources, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !/\.(test|fixture)\.ts$|^fixtures\//.test(name))
  .flatMap((name) => {
    const code = readFileSync(new URL(name, sources), 'utf8')
      .replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
      .replaceAll(/^import .*$/gm, '')
    return [...code.matchAll(/'((?:[^'\\\n]|\\.)*)'|"([^"\n]*)"|`([^`]*)`/g)]
      .map(([, single, double, template]) => single ?? double ?? template ?? '')
      .filter((text) => /[a-z] [a-z]/i.test(text) && !text.startsWith('('))
  })

it('no message of the library names an option in the words of the console', () => {
  expect(texts.length).toBeGreaterThan(200)
  expect(texts.filter((text) => inVariables(text) !== text).length).toBeGreaterThan(30)
  const option = Object.keys(optionVariables).filter((name) => /[A-Z.]/.test(name))
  const asCode = new RegExp(
    `\\b(?:${option.join('|').replaceAll('.', '\\.')})\\b` +
      '|\\b(?:in|into|at|[Cc]heck|[Cc]orrect) url\\b|' +
      '\\b(?:activeDirectory|openLdap|ds389|ldapUserStore)\\b|: true\\b|\\bbind,|of bind\\b',
  )
  expect(texts.map(inVariables).filter((text) => asCode.test(text))).toEqual([])
})

it.each([
  [
    'Correct tls.ca, the host in url, or the certificate.',
    'Correct LDAP_CA, the host in LDAP_URL, or the certificate.',
  ],
  [
    'and name ppolicy_default in openLdap({ defaultPolicy }).',
    'and name ppolicy_default in LDAP_DEFAULT_POLICY.',
  ],
  [
    'With resetServiceAccounts: true such accounts are reset here.',
    'With LDAP_RESET_SERVICE_ACCOUNTS=on such accounts are reset here.',
  ],
  [
    'openLdap: privilegedAccounts.0 is missing or malformed',
    'LDAP_PRIVILEGED_ACCOUNTS is missing or malformed',
  ],
  ['ldapUserStore: url is missing or malformed', 'LDAP_URL is missing or malformed'],
  [
    'sqlUserStore: signsInElsewhere.values has to name at least one value',
    'CONSOLE_CONFIG: signsInElsewhere.values has to name at least one value',
  ],
  ['The account is in ou=url,dc=bind,dc=example.', 'The account is in ou=url,dc=bind,dc=example.'],
])('%s', (text, words) => {
  expect(inVariables(text)).toBe(words)
})

it('each option of a directory has a variable that the console reads, or a reason why not', () => {
  for (const [option, variable] of Object.entries(optionVariables)) {
    if (typeof variable === 'string') expect(variables, option).toContain(variable)
    else expect(variable.because, option).toMatch(/^[A-Z].*\.$/)
  }
})
