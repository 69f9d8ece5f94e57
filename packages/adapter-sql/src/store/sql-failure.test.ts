import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NoConnectionError } from './connection.ts'
import type { SqlFailureKey } from './reasons.ts'
import { sqlFailure } from './sql-failure.ts'

const canary = 'Canary-7q-$argon2id$v=19$-ada@example.com'

/**
 * Errors in the shapes of pg, mysql2, node:sqlite and of nobody, with a canary wherever drivers put
 * text.
 */
const errors = fc
  .record(
    {
      code: fc.constantFrom(
        '23505',
        '40001',
        'ER_DUP_ENTRY',
        'ECONNRESET',
        'ERR_SQLITE_ERROR',
        'SQLITE_CONSTRAINT_UNIQUE',
        canary,
        canary.slice(0, 5),
        7,
      ),
      errno: fc.constantFrom(1062, -104, canary, 0),
      sqlState: fc.constantFrom('23000', canary, 'HY000', ''),
      errcode: fc.constantFrom(19, 2067, canary),
      ...Object.fromEntries(
        [
          'message',
          'detail',
          'hint',
          'where',
          'sql',
          'sqlMessage',
          'errstr',
          'parameters',
          'query',
          'table',
          'column',
          'constraint',
          'stack',
          'row',
          'file',
          'routine',
          'internalQuery',
        ].map((name) => [name, fc.constantFrom<unknown>(canary, [canary], { value: canary })]),
      ),
      name: fc.constantFrom('error', 'Error', canary),
      cause: fc.constant(new Error(canary)),
    },
    { requiredKeys: [] },
  )
  .map((fields) => Object.assign(new Error(canary), fields))

describe('a failure', () => {
  it("never carries a driver's own words: message, parameters, row, statement", () => {
    fc.assert(
      fc.property(errors, (error) => {
        const text = JSON.stringify(sqlFailure(error))
        expect(text).not.toContain('Canary')
        expect(text).not.toContain('$argon2id')
        expect(text).not.toContain('ada@')
      }),
      { numRuns: 500 },
    )
    // The same search finds a careless copy.
    expect(JSON.stringify({ ...Object.assign(new Error(canary), { detail: canary }) })).toContain(
      'Canary',
    )
  })

  it('is answered for anything that can be thrown', () => {
    fc.assert(
      fc.property(fc.anything(), (thrown) => {
        expect(sqlFailure(thrown).detail.reason).toBe('store')
      }),
    )
  })

  it('of code is not taken for a lost connection, and says nothing of what was thrown', () => {
    for (const error of [new TypeError(canary), new RangeError(canary)])
      expect(sqlFailure(error)).toMatchObject({ certain: false, detail: { key: 'driver_failed' } })
    expect(sqlFailure(Object.assign(new TypeError(canary), { code: '42P01' }))).toMatchObject({
      detail: { key: 'schema' },
    })
  })

  it('to get a connection changed nothing, and is named as the server names it', () => {
    for (const reason of [
      new Error('timeout exceeded when trying to connect'),
      { code: 'ECONNREFUSED' },
      { code: '08006' },
    ])
      expect(sqlFailure(new NoConnectionError(reason))).toMatchObject({
        certain: true,
        detail: { key: 'no_connection' },
      })
    expect(sqlFailure(new NoConnectionError({ code: '53300' }))).toMatchObject({
      certain: true,
      detail: { key: 'too_many_connections' },
    })
    expect(sqlFailure(new NoConnectionError({ code: '28P01' }))).toMatchObject({
      certain: true,
      detail: { key: 'denied' },
    })
  })

  it.each([
    [{ code: '40001' }, 'contention', 'busy', true, true],
    [{ code: '40P01' }, 'contention', 'busy', true, true],
    [
      { errno: 1213, sqlState: '40001', code: 'ER_LOCK_DEADLOCK' },
      'contention',
      'busy',
      true,
      true,
    ],
    [{ code: '55P03' }, 'row_locked', 'busy', true, false],
    [
      { errno: 1205, sqlState: 'HY000', code: 'ER_LOCK_WAIT_TIMEOUT' },
      'row_locked',
      'busy',
      true,
      false,
    ],
    [{ code: 'ERR_SQLITE_ERROR', errcode: 5 }, 'row_locked', 'busy', true, false],
    [{ code: '25006' }, 'read_only', 'store_unavailable', true, false],
    [{ errno: 1290, sqlState: 'HY000' }, 'read_only', 'store_unavailable', true, false],
    [{ code: 'ERR_SQLITE_ERROR', errcode: 14 }, 'read_only', 'store_unavailable', true, false],
    [{ code: 'SQLITE_CANTOPEN' }, 'read_only', 'store_unavailable', true, false],
    [{ code: '42501' }, 'denied', 'store_denied', true, false],
    [{ errno: 1142, sqlState: '42000' }, 'denied', 'store_denied', true, false],
    [{ code: '42P01' }, 'schema', 'store_unavailable', true, false],
    [{ code: 'ERR_SQLITE_ERROR', errcode: 1 }, 'schema', 'store_unavailable', true, false],
    [{ code: '23503' }, 'referenced', 'store_unavailable', true, false],
    [{ errno: 1451, sqlState: '23000' }, 'referenced', 'store_unavailable', true, false],
    [{ code: 'ERR_SQLITE_ERROR', errcode: 787 }, 'referenced', 'store_unavailable', true, false],
    [{ code: 'SQLITE_CONSTRAINT_FOREIGNKEY' }, 'referenced', 'store_unavailable', true, false],
    [{ code: 'SQLITE_CONSTRAINT_TRIGGER' }, 'trigger', 'store_unavailable', true, false],
    [{ code: 'P0001' }, 'trigger', 'store_unavailable', true, false],
    [{ errno: 1644, sqlState: '45000' }, 'trigger', 'store_unavailable', true, false],
    [{ code: '3D000' }, 'no_database', 'store_unavailable', true, false],
    [{ errno: 1049, sqlState: '42000' }, 'no_database', 'store_unavailable', true, false],
    [{ code: '28P01' }, 'denied', 'store_denied', true, false],
    [{ errno: 1045, sqlState: '28000' }, 'denied', 'store_denied', true, false],
    [
      { errno: 4151, sqlState: 'HY000', code: 'ER_ACCOUNT_HAS_BEEN_LOCKED' },
      'denied',
      'store_denied',
      true,
      false,
    ],
    [
      { errno: 3118, sqlState: 'HY000', code: 'ER_ACCOUNT_HAS_BEEN_LOCKED' },
      'denied',
      'store_denied',
      true,
      false,
    ],
    [
      { errno: 1862, sqlState: 'HY000', code: 'ER_MUST_CHANGE_PASSWORD_LOGIN' },
      'denied',
      'store_denied',
      true,
      false,
    ],
    [{ errno: 1203, sqlState: '42000' }, 'too_many_connections', 'store_unavailable', true, false],
    [
      { errno: 1226, sqlState: '42000', code: 'ER_USER_LIMIT_REACHED' },
      'quota',
      'store_unavailable',
      true,
      false,
    ],
    [{ errno: 1288, sqlState: 'HY000' }, 'not_updatable', 'store_unavailable', true, false],
    [{ code: 'ERR_SQLITE_ERROR', errcode: 2067 }, 'constraint', 'password_rejected', true, false],
    [{ code: '22001' }, 'constraint', 'password_rejected', true, false],
    [{ code: 'SQLITE_CONSTRAINT_CHECK' }, 'constraint', 'password_rejected', true, false],
    [{ code: '57014' }, 'statement_timeout', 'store_unavailable', true, false],
    [{ code: '53100' }, 'full', 'store_unavailable', true, false],
    [{ code: '53300' }, 'too_many_connections', 'store_unavailable', true, false],
    [{ code: '57P01' }, 'connection', 'store_unavailable', false, false],
    [{ code: '08006' }, 'connection', 'store_unavailable', false, false],
    [{ errno: 2013, sqlState: 'HY000' }, 'connection', 'store_unavailable', false, false],
    [{ errno: 2006, sqlState: 'HY000' }, 'connection', 'store_unavailable', false, false],
    [{ code: 'EPIPE' }, 'connection', 'store_unavailable', false, false],
    [{ code: 'PROTOCOL_CONNECTION_LOST' }, 'connection', 'store_unavailable', false, false],
    [{ code: 'XX000' }, 'database_error', 'store_unavailable', true, false],
    [{}, 'connection', 'store_unavailable', false, false],
  ] as const)('with %o is %s', (signs, key, code, certain, repeatable) => {
    expect(sqlFailure(Object.assign(new Error('x'), signs))).toMatchObject({
      code,
      certain,
      repeatable,
      detail: { key },
    })
  })
})

/** Does not compile while a key is missing. */
const keys: Readonly<Record<SqlFailureKey, true>> = {
  ambiguous_id: true,
  column_function: true,
  column_value: true,
  autocommit_off: true,
  account_blocked: true,
  connection: true,
  constraint: true,
  contention: true,
  database_error: true,
  denied: true,
  account_disabled: true,
  driver_failed: true,
  account_expired: true,
  full: true,
  hasher_failed: true,
  hasher_plaintext: true,
  hasher_slow: true,
  locked: true,
  must_change_column: true,
  no_connection: true,
  no_database: true,
  no_password: true,
  not_confirmed: true,
  not_updatable: true,
  open_transaction: true,
  quota: true,
  read_only: true,
  referenced: true,
  row_locked: true,
  schema: true,
  statement_timeout: true,
  timeout: true,
  too_many_connections: true,
  function_failed: true,
  transaction_refused: true,
  trigger: true,
  write_matched_nothing: true,
}

describe('the keys of failures', () => {
  it('are all in the table of the guide, and no others', async () => {
    const guide = new URL('../../../../docs/sql.md', import.meta.url)
    const [, table = ''] = (await readFile(guide, 'utf8')).split('| key | code | what happened |')
    const [rows = ''] = table.split('\n\n')
    const shown = [...rows.matchAll(/^\| `(\w+)` \|/gm)].map(([, key]) => key)
    expect(shown.toSorted()).toEqual(Object.keys(keys).toSorted())
  })
})
