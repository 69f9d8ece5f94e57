import { afterEach, expect, it, vi } from 'vitest'
import { cheapHasher } from '../fixtures/conformance-subject.ts'
import { sqliteUsers } from '../fixtures/sqlite-users.ts'

const resets = 5

afterEach(() => void vi.restoreAllMocks())

it('a reset costs one hash and two statements, and ends the timers that it makes', async () => {
  let hashes = 0
  const users = sqliteUsers(
    {
      hasher: (password) => {
        hashes += 1
        return cheapHasher(password)
      },
    },
    Array.from({ length: resets }, () => ({})),
  )
  const found = await Promise.all(
    Array.from({ length: resets }, (_, i) => users.find(String(i + 1))),
  )
  const before = users.statements.length
  const made = vi.spyOn(globalThis, 'setTimeout')
  const ended = vi.spyOn(globalThis, 'clearTimeout')
  for (const { id, version } of found)
    expect(await users.reset(id, version)).toMatchObject({ ok: true })
  const sent = users.statements.slice(before)
  expect(hashes).toBe(resets)
  expect(sent).toHaveLength(2 * resets)
  // A statement that is new each time would have to be understood and planned by the server each
  // time.
  expect(new Set(sent).size).toBe(2)
  // Three of core's, and one for each of: the hash, the look, the write.
  expect(made).toHaveBeenCalledTimes(6 * resets)
  expect(ended).toHaveBeenCalledTimes(6 * resets)
})
