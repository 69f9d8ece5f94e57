import { decoded } from '../handler/route.ts'

/**
 * A version as an entity tag. It is weak (RFC 9110, section 8.8.1), because the answer holds more
 * than the version covers, and percent-encoded, because a version may be any text.
 */
export function entityTagOf(version: string): string | undefined {
  return version.isWellFormed() ? `W/"${encodeURIComponent(version)}"` : undefined
}

/**
 * The version in
 * `If-Match`: exactly one entity tag, weak or strong (proxies that compress weaken them). `*` is
 * none.
 */
export function versionOfEntityTag(value: string): string | undefined {
  const tag = /^(?:W\/)?"([!#-~]+)"$/.exec(value.trim())?.[1]
  return tag === undefined ? undefined : decoded(tag)
}
