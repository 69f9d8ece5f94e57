import type { StoreCapabilities, Survivor } from '@force-reset/core'
import { mustChangeColumn } from '../account/flag-condition.ts'
import type { SqlDialect } from '../dialect/sql-dialect.ts'
import type { AnyOptions } from '../options/any-database.ts'
import { endedKinds } from '../options/set-columns.ts'

/** What a store with these options can do. */
export function capabilitiesOf(
  options: AnyOptions,
  { lateWriteSeconds }: Pick<SqlDialect, 'lateWriteSeconds'>,
): StoreCapabilities {
  const { columns, credentials, secret, unlock } = options
  const expiresAt = credentials?.columns.expiresAt ?? columns.expiresAt
  return {
    recheck: { version: 'in_write', status: 'in_write' },
    expiry: expiresAt === undefined ? 'none' : 'server',
    // Without a secret only the process that made a mark can read it.
    marks: secret !== undefined,
    lateWriteSeconds,
    search: 'anywhere',
    unlock: unlock !== undefined,
    sessions: endedKinds(options).has('sessions'),
    mustChange: mustChangeColumn(options) === undefined ? 'off' : 'application',
    survives: survivorsOf(options),
  }
}

function survivorsOf(options: AnyOptions): readonly Survivor[] {
  const { survives, sessionsAreCached = false } = options
  const ended: ReadonlySet<Survivor> = endedKinds(options)
  const possible: readonly Survivor[] = [
    'sessions',
    'tokens',
    'reset_links',
    'api_keys',
    'in_flight_sign_ins',
  ]
  const left = survives ?? possible.filter((one) => !ended.has(one))
  return sessionsAreCached && !left.includes('sessions') ? ['sessions', ...left] : left
}
