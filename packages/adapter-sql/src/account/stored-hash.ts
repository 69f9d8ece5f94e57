import type { SqlDialect } from '../dialect/sql-dialect.ts'

/**
 * The bytes of a stored hash without those that a column adds. A fixed length adds blanks or NUL.
 * Two bytes for each letter (UTF-16) add a NUL to each letter of ASCII.
 */
export function withoutFilling(hash: Uint8Array): Uint8Array {
  const bytes = hash.includes(0) ? hash.filter((byte) => byte !== 0) : hash
  let end = bytes.length
  while (end > 0 && bytes[end - 1] === blank) end -= 1
  return bytes.subarray(0, end)
}

const blank = 0x20

/** The text of a stored hash, from what `bytes` of the dialect read. */
export function textOfHash(dialect: SqlDialect, hash: string): string {
  return Buffer.from(withoutFilling(dialect.bytesOf(hash))).toString('utf8')
}

/**
 * Whether no password fits this hash: an empty text, or one that begins with `!` or `*`, as Django,
 * Unix and BSD write it. MySQL's own hash begins with `*` too, and 40 hexadecimal digits follow.
 *
 * @example
 * isUnusableHash('!wq4Ld0bP') // true
 */
export function isUnusableHash(hash: string): boolean {
  return hash === '' || (/^[!*]/.test(hash) && !/^\*[0-9a-f]{40}$/i.test(hash))
}
