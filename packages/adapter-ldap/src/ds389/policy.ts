import type { CharacterClass, PasswordRules } from '@force-reset/core'
import { type Entry, text, texts } from '../connection/entry.ts'
import type { EffectivePolicy } from '../dialect/dialect.ts'
import { present } from '../dialect/search-filter.ts'
import type { SearchStep } from '../plan/request.ts'

/** Attributes of an account whose parts a password must not hold while syntax is checked. */
export const tokenAttributes = ['uid', 'cn', 'sn', 'givenName', 'ou', 'mail'] as const

/** Rules that a generated password meets, or that this package can ask the generator for. */
const understood = [
  'passwordMustChange',
  'passwordChange',
  'passwordCheckSyntax',
  'passwordMinLength',
  'passwordMinCategories',
  'passwordMinTokenLength',
  'passwordBadWords',
  'passwordMaxRepeats',
  'passwordMaxSequence',
  'passwordMaxSeqSets',
  'passwordLockout',
  'passwordMaxFailure',
]

/** An attribute of the global policy alone. */
const inheritGlobal = 'nsslapd-pwpolicy-inherit-global'

/** At least so many of a class: one can be asked for, more cannot. */
const classRules: Readonly<Record<string, CharacterClass>> = Object.freeze({
  passwordMinDigits: 'digit',
  passwordMinUppers: 'upper',
  passwordMinLowers: 'lower',
  passwordMinSpecials: 'symbol',
})

/** Rules that cannot be met by construction; set, they are named in the receipt. */
const beyond = [
  ...[
    'passwordMin8bit',
    'passwordMaxClassChars',
    'passwordPalindrome',
    'passwordDictCheck',
    'passwordUserAttributes',
  ],
]

/** What 389-ds uses where a policy says nothing. */
const defaults = Object.freeze({ minLength: 8, minCategories: 3, minTokenLength: 3, maxFailure: 3 })

/** What the receipt says of a policy that cannot be read. */
const unreadRules = Object.freeze(['password_policy'])

/** What is assumed of a policy that cannot be read: nothing. */
export const unreadablePolicy: EffectivePolicy = Object.freeze({
  mustChange: 'unknown',
  userMayChange: true,
  rules: Object.freeze({ minClasses: defaults.minCategories, unread: unreadRules }),
  lockAfter: undefined,
})

/**
 * The search for a policy entry. An answer from the cache will do.
 *
 * @example
 * const [policy] = yield* searches([policySearch('cn=config')])
 */
export function policySearch(base: string): SearchStep {
  const attributes = [...understood, ...Object.keys(classRules), ...beyond, inheritGlobal]
  return {
    kind: 'search',
    base,
    scope: 'base',
    filter: present('objectClass'),
    attributes,
    cached: true,
  }
}

/**
 * A policy entry in the words of every product.
 *
 * @param global - The policy of the server: the same entry where an account has no local policy.
 * @example
 * const { mustChange, rules } = policyOf(local, account, global)
 */
export function policyOf(
  policy: Entry,
  account: Entry,
  global: Entry | undefined,
): EffectivePolicy {
  if (!isShown(policy)) return unreadablePolicy
  return {
    mustChange: isOn(policy, 'passwordMustChange'),
    // Left out, it is allowed.
    userMayChange: text(policy, 'passwordChange')?.toLowerCase() !== 'off',
    // Only when they are asked for: a list of accounts needs none.
    get rules() {
      return passwordRules(
        policy,
        account,
        global !== undefined && isShown(global) ? global : undefined,
      )
    },
    lockAfter: isOn(policy, 'passwordLockout')
      ? (numberOf(policy, 'passwordMaxFailure') ?? defaults.maxFailure)
      : 0,
  }
}

/**
 * What holds of an account for certain where one of two policies is in force. Which rules for
 * passwords the server checks is not known.
 *
 * @example
 * const policy = bothOf(ofSubtree, own)
 */
export function bothOf(one: EffectivePolicy, other: EffectivePolicy): EffectivePolicy {
  const demands = [one.mustChange, other.mustChange]
  return {
    mustChange: demands.every((demand) => demand === true)
      ? true
      : demands.includes(false)
        ? false
        : 'unknown',
    userMayChange: one.userMayChange && other.userMayChange,
    get rules() {
      const { unread = [], ...rules } = other.rules
      return { ...rules, unread: [...new Set([...unread, ...unreadRules])] }
    },
    lockAfter: undefined,
  }
}

/** An entry that shows none of its rules has not been read. */
function isShown(policy: Entry): boolean {
  return (
    text(policy, 'passwordMustChange') !== undefined ||
    text(policy, 'passwordCheckSyntax') !== undefined
  )
}

/**
 * Measured on 2.3.1: the server takes bad words from the global policy, whatever a local policy
 * says; the words of both are avoided. A local policy without a syntax check inherits the check of
 * the global policy where `nsslapd-pwpolicy-inherit-global` says so. The check is met where that
 * cannot be read.
 */
function passwordRules(policy: Entry, account: Entry, global: Entry | undefined): PasswordRules {
  if (isOn(policy, 'passwordCheckSyntax')) {
    const rules = syntaxRules(policy, account)
    if (global === undefined) return { ...rules, unread: [...rules.unread, ...unreadRules] }
    return { ...rules, forbidden: [...rules.forbidden, ...badWords(global)] }
  }
  if (global === undefined) return { unread: unreadRules }
  const inherits = policy !== global && text(global, inheritGlobal)?.toLowerCase() !== 'off'
  return inherits && isOn(global, 'passwordCheckSyntax') ? syntaxRules(global, account) : {}
}

type SyntaxRules = PasswordRules & {
  readonly forbidden: readonly string[]
  readonly unread: readonly string[]
}

function syntaxRules(policy: Entry, account: Entry): SyntaxRules {
  const classes = Object.entries(classRules).map(([attribute, kind]) => ({
    attribute,
    kind,
    least: numberOf(policy, attribute) ?? 0,
  }))
  const tooMany = classes.filter(({ least }) => least > 1).map(({ attribute }) => attribute)
  return {
    minLength: numberOf(policy, 'passwordMinLength') ?? defaults.minLength,
    minClasses: Math.min(4, numberOf(policy, 'passwordMinCategories') ?? defaults.minCategories),
    requiredClasses: classes.filter(({ least }) => least > 0).map(({ kind }) => kind),
    forbidden: [...new Set([...namePieces(policy, account), ...badWords(policy), ...runs(policy)])],
    unread: [...tooMany, ...beyond.filter((attribute) => isSet(text(policy, attribute)))],
  }
}

/**
 * Most characters of a name that are looked at. A longer name costs time, and may end in a password
 * that the server refuses.
 */
const longestName = 10_000

/**
 * Every piece of a name that is as long as a token. The server looks for each piece, wherever in
 * the name the piece begins.
 */
function namePieces(policy: Entry, account: Entry): readonly string[] {
  const length = Math.max(1, numberOf(policy, 'passwordMinTokenLength') ?? defaults.minTokenLength)
  const names = tokenAttributes.flatMap((attribute) => texts(account, attribute))
  return names.flatMap((name) => piecesOf(Array.from(name.slice(0, longestName)), length))
}

function piecesOf(characters: readonly string[], length: number): readonly string[] {
  return characters
    .slice(length - 1)
    .map((_, start) => characters.slice(start, start + length).join(''))
}

function badWords(policy: Entry): readonly string[] {
  return texts(policy, 'passwordBadWords').flatMap((words) => words.split(' '))
}

const printableAscii = Array.from({ length: 0x7f - 0x21 }, (_, index) =>
  String.fromCharCode(0x21 + index),
)

/**
 * Runs that are one longer than the longest permitted: of one character (`aaaa`) and of neighbours
 * (`abcd`, `dcba`).
 */
function runs(policy: Entry): readonly string[] {
  const most = (attribute: string): number => numberOf(policy, attribute) ?? 0
  const repeats = most('passwordMaxRepeats')
  const same = repeats === 0 ? [] : printableAscii.map((character) => character.repeat(repeats + 1))
  // Where no sequence is longer than that, none comes twice either.
  const sequences = [most('passwordMaxSequence'), most('passwordMaxSeqSets')].filter(
    (length) => length > 0,
  )
  const neighbours = sequences.flatMap((length) =>
    [printableAscii, printableAscii.toReversed()].flatMap((characters) =>
      piecesOf(characters, length + 1),
    ),
  )
  return [...same, ...neighbours]
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
