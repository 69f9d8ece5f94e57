import type { StoreCapabilities, Survivor } from '@force-reset/core'
import { mustChangeColumn } from '../account/flag-condition.ts'
import type { AnyOptions } from '../options/any-database.ts'

/** What a store with these options can do. */
export function capabilitiesOf(options: AnyOptions): StoreCapabilities {
  const { columns, credentials, secret, unlock } = options
  const expiresAt = credentials?.columns.expiresAt ?? columns.expiresAt
  return {
    recheck: { version: 'in_write', status: 'in_write' },
    expiry: expiresAt === undefined ? 'none' : 'server',
    // Without a secret only the process that made a mark can read it.
    marks: secret !== undefined,
    lateWriteSeconds: null,
    unlock: unlock !== undefined,
    sessions: endsSessions(options),
    mustChange: mustChangeColumn(options) === undefined ? 'off' : 'application',
    survives: survivorsOf(options),
  }
}

function endsSessions({ ended = [], tokenVersion }: AnyOptions): boolean {
  return tokenVersion !== undefined || ended.some(({ holds = 'sessions' }) => holds === 'sessions')
}

function survivorsOf(options: AnyOptions): readonly Survivor[] {
  const { ended = [], survives } = options
  const gone = new Set<Survivor>(ended.map(({ holds = 'sessions' }) => holds))
  if (endsSessions(options)) gone.add('sessions')
  const possible: readonly Survivor[] = [
    'sessions',
    'reset_links',
    'api_keys',
    'in_flight_sign_ins',
  ]
  return survives ?? possible.filter((one) => !gone.has(one))
}
