import { createHmac, type KeyObject } from 'node:crypto'
import type { Mark, Standing } from '@force-reset/core'
import { markOf } from '@force-reset/core/store'
import type { SeenAccount } from '../account/account-reader.ts'
import { withoutFilling } from '../account/stored-hash.ts'
import type { SqlDialect } from '../dialect/sql-dialect.ts'
import type { AnyOptions } from '../options/any-database.ts'
import { keysFor, type PurposeKey } from '../options/secret.ts'
import type { NewPassword } from './password-write.ts'

/** Makes marks, and reads the marks that a store with the same secret made. */
export interface Marks {
  /** The mark of the write that puts this password in the place of the one that was seen. */
  markOf(seen: SeenAccount, password: NewPassword): Mark
  /** What has become of the write of this mark, from what was seen of the account. */
  standing(mark: Mark, seen: SeenAccount): Standing
}

/**
 * Marks of the form `sql1.<key>.<account>.<new>.<old>`.
 *
 * `<new>` and `<old>` are digests of the stored hashes, and `<account>` is a digest of the id. They
 * are made with HMAC-SHA-256 (RFC 2104) and a key from the secret of the store. Nobody without the
 * secret can test a guessed password or a known hash against a mark. `<key>` is the label of the
 * key in the secret.
 */
export function marksWith(dialect: SqlDialect, { secret }: AnyOptions): Marks {
  const keys = keysFor(secret, 'mark')
  const accountOf = ({ key }: PurposeKey, { user }: SeenAccount): string =>
    digest(key, JSON.stringify({ account: user.id }))
  const digestOf = ({ key }: PurposeKey, { user }: SeenAccount, hash: Uint8Array | null): string =>
    digest(key, JSON.stringify([user.id, hash === null]), hash && withoutFilling(hash))
  const digestSeen = (by: PurposeKey, seen: SeenAccount): string =>
    digestOf(by, seen, seen.hash === null ? null : dialect.bytesOf(seen.hash))

  return {
    markOf: (seen, { hash }) => {
      const [by] = keys
      const bytes = readsBackAsGiven(hash) ? Buffer.from(hash, 'utf8') : undefined
      const made = bytes ? digestOf(by, seen, bytes) : unreadable
      return markOf(['sql1', by.label, accountOf(by, seen), made, digestSeen(by, seen)].join('.'))
    },
    standing: (mark, seen) => {
      const [, label, account, made, old] = form.exec(mark) ?? []
      const by = keys.find((key) => key.label === label)
      if (!by || account !== accountOf(by, seen)) return { now: 'unknown', why: 'foreign_mark' }
      if (!seen.hasCredentials) return { now: 'unknown', why: 'unreadable' }
      const present = digestSeen(by, seen)
      if (present === made) return { now: 'temporary' }
      if (present === old) return { now: 'before' }
      if (made === unreadable) return { now: 'unknown', why: 'unreadable' }
      // Must-change that is off proves nothing: an administrator's tool may leave it off too.
      return { now: 'replaced', by: 'unknown' }
    },
  }
}

/** In the place of a digest: the column may read the new hash back in another form. */
const unreadable = '-'

/** Characters of base64url: 128 bits of a digest. */
const digestLength = 22

/** With exact lengths: a mark that was cut off is no mark of this store. */
const form = new RegExp(
  `^sql1\\.([\\w-]+)\\.([\\w-]{${digestLength}})` +
    `\\.([\\w-]{${digestLength}}|${unreadable})\\.([\\w-]{${digestLength}})$`,
)

function digest(key: KeyObject, text: string, bytes: Uint8Array | null = null): string {
  const hmac = createHmac('sha256', key).update(text)
  if (bytes) hmac.update(bytes)
  return hmac.digest('base64url').slice(0, digestLength)
}

/**
 * Whether every column reads this hash back as the hash was given, filling aside. A column of bytes
 * in PostgreSQL takes a backslash for the start of an escape. Columns for JSON write JSON anew.
 */
function readsBackAsGiven(hash: string): boolean {
  const isJson = /^ *(?:["[]|\{ *["}])/.test(hash)
  return /^[ -[\]-~]+$/.test(hash) && !isJson
}
