import { describe, expect, it } from 'vitest'
import { resetIn, userIn } from '../fixtures/reset-in.ts'
import { sqliteUsers } from '../fixtures/sqlite-users.ts'

const statuses = ['off', 'left', 'barred', 'tried'] as const
const status = {
  column: 'status',
  active: ['active'],
  pending: [],
  suspended: statuses,
  deleted: [],
  reasons: { disabled: ['off'], ended: ['left'], blocked: ['barred'], locked: ['tried'] },
} as const

describe('an account whose status has a reason', () => {
  it.each([
    ['off', 'account_disabled'],
    ['left', 'account_expired'],
    ['barred', 'account_blocked'],
    ['tried', 'locked'],
  ])('is refused by core with that reason and its cure (%s)', async (stored, key) => {
    const users = sqliteUsers({ status }, [{ status: stored }])
    const { version } = await userIn(users.store, '1')
    const refused = await resetIn(users.store, '1', version)
    expect(refused).toMatchObject({
      ok: false,
      code: 'not_eligible',
      detail: { reason: 'store', key, what: expect.any(String), cure: expect.any(String) },
    })
  })

  it('is refused for its privilege without a word about its status', async () => {
    const privileged = { column: 'role', values: ['admin'] }
    const users = sqliteUsers({ status, privileged }, [{ status: 'off', role: 'admin' }])
    const { version } = await userIn(users.store, '1')
    const refused = await resetIn(users.store, '1', version)
    expect(refused).toMatchObject({ ok: false, code: 'privileged_user' })
    expect(refused).not.toMatchObject({ detail: expect.anything() })
  })
})
