import { percentDecoded } from './percent-decoded.ts'

/**
 * A version as an entity tag; `undefined` for text that is not Unicode.
 *
 * The tag is weak (RFC 9110, section 8.8.1), because the response holds more than the version
 * covers. The tag is percent-encoded, because a version may be any text.
 */
export function entityTagOf(version: string): string | undefined {
  return version.isWellFormed() ? `W/"${encodeURIComponent(version)}"` : undefined
}

/**
 * The version in `If-Match`: exactly one entity tag, weak or strong, because proxies that compress
 * weaken it. `*` is no entity tag.
 */
export function versionOfEntityTag(value: string): string | undefined {
  const tag = /^(?:W\/)?"([!#-~]+)"$/.exec(value.trim())?.[1]
  return tag === undefined ? undefined : percentDecoded(tag)
}
