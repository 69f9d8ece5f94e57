import { type CharacterClass, nameTokens, type PasswordRules } from '@force-reset/core'
import { type Entry, text } from '../connection/entry.ts'
import type { EffectivePolicy } from '../directory/dialect.ts'
import { present } from '../directory/search-filter.ts'
import type { SearchStep } from '../plan/request.ts'

/** Attributes of an account whose parts a password must not hold while syntax is checked, besides those that every store excludes. */
export const tokenAttributes = ['sn', 'givenName', 'cn', 'ou'] as const

/** Rules that a generated password meets, or that this package can ask the generator for. */
const understood = [
  'passwordMustChange',
  'passwordCheckSyntax',
  'passwordMinLength',
  'passwordMinCategories',
  'passwordLockout',
  'passwordMaxFailure',
]

/** At least so many of a class: one can be asked for, more cannot. */
const classRules: Readonly<Record<string, CharacterClass>> = Object.freeze({
  passwordMinDigits: 'digit',
  passwordMinUppers: 'upper',
  passwordMinLowers: 'lower',
  passwordMinSpecials: 'symbol',
})

/** Rules that cannot be met by construction; set, they are named in the receipt. */
const beyond = [
  ...['passwordMin8bit', 'passwordMaxRepeats', 'passwordMaxSequence', 'passwordMaxSeqSets', 'passwordMaxClassChars'],
  ...['passwordPalindrome', 'passwordDictCheck', 'passwordBadWords', 'passwordUserAttributes'],
]

/** What 389-ds uses where a policy says nothing. */
const defaults = Object.freeze({ minLength: 8, minCategories: 3, maxFailure: 3 })

/** What is assumed of a policy that cannot be read: nothing. */
export const unreadablePolicy: EffectivePolicy = Object.freeze({
  mustChange: 'unknown',
  rules: Object.freeze({ minClasses: defaults.minCategories, unread: Object.freeze(['password_policy']) }),
  lockAfter: undefined,
})

export function policySearch(base: string): SearchStep {
  const attributes = [...understood, ...Object.keys(classRules), ...beyond]
  return { kind: 'search', base, scope: 'base', filter: present('objectClass'), attributes, cached: true }
}

/** A policy entry in the words of every product. An entry that shows none of its rules has not been read. */
export function policyOf(policy: Entry, account: Entry): EffectivePolicy {
  if (text(policy, 'passwordMustChange') === undefined && text(policy, 'passwordCheckSyntax') === undefined) return unreadablePolicy
  return {
    mustChange: isOn(policy, 'passwordMustChange'),
    rules: isOn(policy, 'passwordCheckSyntax') ? syntaxRules(policy, account) : {},
    lockAfter: isOn(policy, 'passwordLockout') ? (numberOf(policy, 'passwordMaxFailure') ?? defaults.maxFailure) : 0,
  }
}

function syntaxRules(policy: Entry, account: Entry): PasswordRules {
  const classes = Object.entries(classRules).map(([attribute, kind]) => ({ attribute, kind, least: numberOf(policy, attribute) ?? 0 }))
  const tooMany = classes.filter(({ least }) => least > 1).map(({ attribute }) => attribute)
  return {
    minLength: numberOf(policy, 'passwordMinLength') ?? defaults.minLength,
    minClasses: Math.min(4, numberOf(policy, 'passwordMinCategories') ?? defaults.minCategories),
    requiredClasses: classes.filter(({ least }) => least > 0).map(({ kind }) => kind),
    forbidden: tokenAttributes.flatMap((attribute) => nameTokens({ username: text(account, attribute) ?? '' })),
    unread: [...tooMany, ...beyond.filter((attribute) => isSet(text(policy, attribute)))],
  }
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'off'].includes(value.toLowerCase())
}

function isOn(entry: Entry, attribute: string): boolean {
  return text(entry, attribute)?.toLowerCase() === 'on'
}

function numberOf(entry: Entry, attribute: string): number | undefined {
  const value = text(entry, attribute)
  return value !== undefined && /^\d{1,9}$/.test(value) ? Number(value) : undefined
}
