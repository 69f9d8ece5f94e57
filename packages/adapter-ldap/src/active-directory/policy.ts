import { nameTokens, type PasswordRules } from '@force-reset/core'
import { bytes, type Entry, text } from '../connection/entry.ts'
import type { EffectivePolicy } from '../dialect/dialect.ts'
import { dnKey } from '../dialect/dn.ts'
import { present } from '../dialect/search-filter.ts'
import type { Plan, SearchStep } from '../plan/request.ts'
import { searches } from '../plan/steps.ts'
import { deniesOwnChange } from './privilege/access-rights.ts'
import { accountFlags, hasFlag } from './privilege/account-flags.ts'
import { domainDn } from './privilege/domain-dn.ts'

/**
 * Bit of `pwdProperties`: three of four classes, and no part of the account's names ([MS-SAMR]
 * 2.2.1.11).
 */
const complexity = 1
const complexClasses = 3

const domainAttributes = ['minPwdLength', 'pwdProperties', 'lockoutThreshold', 'lockoutDuration']
const fineGrainedAttributes = [
  'msDS-MinimumPasswordLength',
  'msDS-PasswordComplexityEnabled',
  'msDS-LockoutThreshold',
  'msDS-LockoutDuration',
]

/**
 * The rules that apply to each of the accounts. One round trip at most; none while the cache holds
 * the policies.
 *
 * @example
 * const policies = yield* policiesFor([entry])
 * const policy = policies(entry)
 */
export function* policiesFor(entries: readonly Entry[]): Plan<(entry: Entry) => EffectivePolicy> {
  const dns = new Map(
    entries
      .flatMap((entry) => [domainDn(entry.dn), text(entry, 'msDS-ResultantPSO')])
      .flatMap(keyed),
  )
  const found = yield* searches([...dns.values()].map(policySearch))
  const policies = new Map([...dns.keys()].map((key, index) => [key, found[index]?.entries[0]]))
  return (entry) => policyOf(entry, (dn) => policies.get(dnKey(dn)))
}

function keyed(dn: string | undefined): [string, string][] {
  return dn === undefined ? [] : [[dnKey(dn), dn]]
}

function policySearch(base: string): SearchStep {
  const attributes = [...domainAttributes, ...fineGrainedAttributes]
  return {
    kind: 'search',
    base,
    scope: 'base',
    filter: present('objectClass'),
    attributes,
    cached: true,
  }
}

function policyOf(entry: Entry, read: (dn: string) => Entry | undefined): EffectivePolicy {
  const domain = read(domainDn(entry.dn))
  const fineGrainedDn = text(entry, 'msDS-ResultantPSO')
  const fineGrained = fineGrainedDn === undefined ? undefined : read(fineGrainedDn)
  const readable =
    fineGrained !== undefined && text(fineGrained, 'msDS-MinimumPasswordLength') !== undefined
  const change = { mustChange: mustChangeOf(entry), userMayChange: mayChange(entry) }
  if (readable) return { ...change, ...fineGrainedRules(fineGrained, entry) }
  const rules = domainRules(domain, entry)
  return fineGrainedDn === undefined
    ? { ...change, ...rules }
    : {
        ...change,
        lockAfter: undefined,
        rules: { ...rules.rules, unread: [...(rules.rules.unread ?? []), 'fine_grained_policy'] },
      }
}

/**
 * Whether `pwdLastSet: 0` will make the user choose a new password. It does not where passwords
 * never expire or a smart card is demanded.
 */
function mustChangeOf(entry: Entry): EffectivePolicy['mustChange'] {
  const ineffective = hasFlag(
    entry,
    'userAccountControl',
    accountFlags.dontExpirePassword | accountFlags.smartcardRequired,
  )
  return ineffective === undefined ? 'unknown' : !ineffective
}

/**
 * No flag says so: "User cannot change password" is kept in the access list of the account. A list
 * that cannot be read denies nothing.
 */
function mayChange(entry: Entry): boolean {
  const descriptor = bytes(entry, 'nTSecurityDescriptor')
  return descriptor === undefined || !deniesOwnChange(descriptor)
}

function domainRules(
  domain: Entry | undefined,
  account: Entry,
): Pick<EffectivePolicy, 'rules' | 'lockAfter' | 'lockMs'> {
  const minLength = domain && numberOf(domain, 'minPwdLength')
  if (domain === undefined || minLength === undefined)
    return {
      rules: { ...complexityRules(account), unread: ['domain_policy'] },
      lockAfter: undefined,
    }
  const complex = ((numberOf(domain, 'pwdProperties') ?? complexity) & complexity) !== 0
  return {
    rules: { minLength, ...(complex ? complexityRules(account) : {}) },
    lockAfter: numberOf(domain, 'lockoutThreshold'),
    lockMs: durationOf(domain, 'lockoutDuration'),
  }
}

function fineGrainedRules(
  policy: Entry,
  account: Entry,
): Pick<EffectivePolicy, 'rules' | 'lockAfter' | 'lockMs'> {
  const complex = text(policy, 'msDS-PasswordComplexityEnabled') !== 'FALSE'
  return {
    rules: {
      minLength: numberOf(policy, 'msDS-MinimumPasswordLength'),
      ...(complex ? complexityRules(account) : {}),
    },
    lockAfter: numberOf(policy, 'msDS-LockoutThreshold'),
    lockMs: durationOf(policy, 'msDS-LockoutDuration'),
  }
}

/**
 * Three classes, and no part of two names, whichever attributes a site shows instead ([MS-SAMR]
 * 3.1.1.7.2). A throwaway has to meet these rules too.
 */
function complexityRules(account: Entry): Pick<PasswordRules, 'minClasses' | 'forbidden'> {
  const names = {
    username: text(account, 'sAMAccountName') ?? '',
    displayName: text(account, 'displayName'),
  }
  return { minClasses: complexClasses, forbidden: nameTokens(names) }
}

/**
 * A negative number of hundred-nanosecond steps, in milliseconds; 0 and the least number are for
 * ever ([MS-SAMR] 3.1.1.5).
 */
function durationOf(entry: Entry, attribute: string): number | undefined {
  const value = text(entry, attribute)
  if (value === undefined || !/^-[1-9]\d{0,16}$/.test(value)) return undefined
  return Number(value) / -10_000
}

function numberOf(entry: Entry, attribute: string): number | undefined {
  const value = text(entry, attribute)
  return value !== undefined && /^-?\d{1,10}$/.test(value) ? Number(value) : undefined
}
