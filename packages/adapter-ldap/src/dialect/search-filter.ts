import { ForceResetError } from '@force-reset/core'
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

/** Longest text that is searched for, in characters; names are shorter. */
const longestSearch = 1_000

/** All of these; one filter stays as it is. */
export function allOf(...filters: readonly (Filter | undefined)[]): Filter {
  const present = filters.filter((filter) => filter !== undefined)
  return present.length === 1 && present[0] !== undefined
    ? present[0]
    : new AndFilter({ filters: present })
}

export function anyOf(filters: readonly Filter[]): Filter {
  return filters.length === 1 && filters[0] !== undefined
    ? filters[0]
    : new OrFilter({ filters: [...filters] })
}

export function equals(attribute: string, value: string | Buffer): Filter {
  return new EqualityFilter({ attribute, value })
}

export function present(attribute: string): Filter {
  return new PresenceFilter({ attribute })
}

export function absent(attribute: string): Filter {
  return new NotFilter({ filter: present(attribute) })
}

/**
 * A filter that a configuration wrote as text (RFC 4515).
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG` for what is none.
 */
export function parsedFilter(text: string): Filter {
  try {
    return FilterParser.parseString(text)
  } catch {
    throw new ForceResetError('ERR_INVALID_CONFIG', 'userFilter is not an LDAP filter')
  }
}

/**
 * Where the searched text occurs in one of the attributes; `undefined` for text that no name can
 * hold: too long, NUL, or not Unicode.
 *
 * The text is a value of a filter that is built as an object, so none of its characters means
 * anything but itself.
 */
export function containsText(
  search: string,
  attributes: readonly string[],
  mode: 'prefix' | 'substring',
): Filter | undefined {
  if (search.length > longestSearch || search.includes('\0') || !search.isWellFormed())
    return undefined
  return anyOf(
    attributes.map(
      (attribute) =>
        new SubstringFilter({
          attribute,
          ...(mode === 'prefix' ? { initial: search } : { any: [search] }),
        }),
    ),
  )
}
