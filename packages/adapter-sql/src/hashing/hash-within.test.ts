import { verify } from 'argon2'
import { describe, expect, it } from 'vitest'
import { cheapHasher } from '../fixtures/conformance-subject.ts'
import { sqliteUsers } from '../fixtures/sqlite-users.ts'
import { argon2id } from './argon2.ts'

describe('a hasher', () => {
  it('that comes after its deadline changes nothing, and is never handed wiped bytes', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>()
    const { promise: finished, resolve: finish } = Promise.withResolvers<string>()
    const users = sqliteUsers({
      hashTimeoutMs: 1,
      hasher: async (password) => {
        await gate
        const hash = await cheapHasher(password)
        finish(hash)
        return hash
      },
    })
    const before = users.everything()
    expect(await users.reset('1')).toMatchObject({
      ok: false,
      code: 'busy',
      detail: { key: 'hasher_slow' },
    })
    open()
    const late = await finished
    expect(await verify(late, Buffer.alloc(19))).toBe(false)
    expect(users.everything()).toBe(before)
  })

  it('that throws changes nothing, and its message goes no further', async () => {
    const users = sqliteUsers({ hasher: () => Promise.reject(new Error('canary')) })
    const before = users.everything()
    const result = await users.reset('1')
    expect(result).toMatchObject({
      ok: false,
      code: 'store_unavailable',
      detail: { key: 'hasher_failed' },
    })
    expect(JSON.stringify(result)).not.toContain('canary')
    expect(users.everything()).toBe(before)
  })

  it('that answers with the password itself in it changes nothing', async () => {
    const text = (password: Uint8Array): string => Buffer.from(password).toString('latin1')
    for (const hasher of [text, (password: Uint8Array) => `{PLAIN}${text(password)}`]) {
      const users = sqliteUsers({ hasher })
      const before = users.everything()
      expect(await users.reset('1')).toMatchObject({
        ok: false,
        code: 'store_unavailable',
        detail: { key: 'hasher_plaintext' },
      })
      expect(users.everything()).toBe(before)
    }
  })

  it('that answers no text changes nothing', async () => {
    for (const answer of ['', undefined, 7]) {
      const users = sqliteUsers({ hasher: () => answer as string })
      expect(await users.reset('1')).toMatchObject({ ok: false, detail: { key: 'hasher_failed' } })
    }
  })

  it('with a full queue is busy: resets are refused, and nothing is changed', async () => {
    const rows = Array.from({ length: 8 }, () => ({}))
    const users = sqliteUsers(
      { hasher: argon2id({ memoryKib: 1_024, concurrency: 1, greatestQueue: 1 }) },
      rows,
    )
    const results = await Promise.all(rows.map((_, i) => users.reset(String(i + 1))))
    const refused = results.filter((result) => !result.ok)
    expect(refused.length).toBeGreaterThan(0)
    expect(results.filter((result) => result.ok).length).toBeGreaterThanOrEqual(2)
    for (const result of refused) expect(result).toMatchObject({ code: 'busy' })
    const untouched = users.run("SELECT id FROM users WHERE password_hash LIKE 'hash-%'")
    expect(untouched).toHaveLength(refused.length)
  })
})
