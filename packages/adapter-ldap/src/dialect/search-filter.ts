import { ForceResetError, type StoreCapabilities } from '@force-reset/core'
import { searchParts, searchSpellings } from '@force-reset/core/store'
import {
  AndFilter,
  EqualityFilter,
  type Filter,
  FilterParser,
  NotFilter,
  OrFilter,
  PresenceFilter,
  SubstringFilter,
} from 'ldapts'

/** Where in a value a searched text may be. */
export type SearchMode = 'prefix' | 'substring'

/**
 * What a store that searches so declares.
 *
 * @example
 * const search = searchCapability('prefix') // 'beginnings'
 */
export function searchCapability(mode: SearchMode): StoreCapabilities['search'] {
  return mode === 'prefix' ? 'beginnings' : 'anywhere'
}

/** Longest text that is searched for, in characters; names are shorter. */
const longestSearch = 1_000

/**
 * All of these filters; one filter stays as it is.
 *
 * @example
 * const filter = allOf(equals('uid', 'kim'), present('mail'))
 */
export function allOf(...filters: readonly (Filter | undefined)[]): Filter {
  const present = filters.filter((filter) => filter !== undefined)
  return present.length === 1 && present[0] !== undefined
    ? present[0]
    : new AndFilter({ filters: present })
}

/**
 * One of these filters at least; one filter stays as it is.
 *
 * @example
 * const filter = anyOf([equals('uid', 'kim'), equals('cn', 'kim')])
 */
export function anyOf(filters: readonly Filter[]): Filter {
  return filters.length === 1 && filters[0] !== undefined
    ? filters[0]
    : new OrFilter({ filters: [...filters] })
}

/**
 * The attribute has this value.
 *
 * @example
 * const filter = equals('entryUUID', id)
 */
export function equals(attribute: string, value: string | Buffer): Filter {
  return new EqualityFilter({ attribute, value })
}

/**
 * The attribute has a value.
 *
 * @example
 * const everything = present('objectClass')
 */
export function present(attribute: string): Filter {
  return new PresenceFilter({ attribute })
}

/**
 * The attribute has no value.
 *
 * @example
 * const unlocked = absent('pwdAccountLockedTime')
 */
export function absent(attribute: string): Filter {
  return new NotFilter({ filter: present(attribute) })
}

/**
 * A filter that a configuration wrote as text (RFC 4515).
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG` for text that is no filter.
 * @example
 * const people = parsedFilter('(&(objectClass=person)(employeeType=staff))')
 */
export function parsedFilter(text: string): Filter {
  try {
    return FilterParser.parseString(text)
  } catch {
    throw new ForceResetError('ERR_INVALID_CONFIG', 'userFilter is not an LDAP filter')
  }
}

/**
 * Every part of the search is found, in any order. By `prefix` an entry fits as well where the
 * search as a whole is found: no value begins with the second word of a name.
 *
 * `undefined` for text that no name can hold: too long, NUL, or not Unicode. An empty search, or
 * one of white space only, fits every entry.
 *
 * @param found - The filter for entries in which one text is found.
 * @example
 * const filter = searchFilter('okafor mina', 'prefix', (text) => equals('anr', text))
 */
export function searchFilter(
  search: string | undefined,
  mode: SearchMode,
  found: (text: string) => Filter,
): Filter | undefined {
  const parts = searchParts(search)
  const whole = (search ?? '').replace(/[\s\u0085]+/g, ' ').trim()
  if (whole === '') return present('objectClass')
  if (whole.length > longestSearch || whole.includes('\0') || !whole.isWellFormed())
    return undefined
  const inAnySpelling = (text: string): Filter => anyOf(searchSpellings(text).map(found))
  const inParts = allOf(...parts.map(inAnySpelling))
  return mode === 'substring' || parts.length === 1
    ? inParts
    : anyOf([inAnySpelling(whole), inParts])
}

/**
 * The text occurs in one of the attributes.
 *
 * The filter is built as an object with the text as a value, so that each character means itself.
 *
 * @example
 * const filter = containsText('ada', ['uid', 'cn'], 'prefix')
 */
export function containsText(
  text: string,
  attributes: readonly string[],
  mode: SearchMode,
): Filter {
  return anyOf(
    attributes.map(
      (attribute) =>
        new SubstringFilter({
          attribute,
          ...(mode === 'prefix' ? { initial: text } : { any: [text] }),
        }),
    ),
  )
}
