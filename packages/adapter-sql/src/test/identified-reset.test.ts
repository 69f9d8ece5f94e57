import type { ForceResetConfig, Operator, Secret } from '@force-reset/core'
import { forceReset } from '@force-reset/core'
import {
  answerVerification,
  inPerson,
  memoryForOneProcess,
  verification,
} from '@force-reset/core/verification'
import { describe, expect, it } from 'vitest'
import { userIn } from '../fixtures/reset-in.ts'
import { type SqliteUsers, sqliteUsers, sqliteUsersOptions } from '../fixtures/sqlite-users.ts'
import { sqlUserStore } from '../store/sql-user-store.ts'

const operator = { id: 'operator' }
const keyNamed = (label: string) => ({ label, key: new Uint8Array(32).fill(label.charCodeAt(0)) })

/** One process: its own store and configuration, on the same table and the same memory. */
function processOn(users: SqliteUsers, memory: ReturnType<typeof memoryForOneProcess>) {
  return (secret: Secret) => {
    const store = sqlUserStore(users.db, { ...sqliteUsersOptions, secret })
    const config: ForceResetConfig<Operator> = {
      store,
      secret,
      authorize: () => true,
      audit: () => undefined,
      verification: verification<Operator>({
        methods: [inPerson()],
        require: () => [['in_person']],
        attestedSuffices: [['in_person']],
        memory,
      }),
    }
    const userId = '1'
    return {
      proof: async (): Promise<string> => {
        const asked = { operator, userId, method: 'in_person', document: 'staff_badge' } as const
        const answered = await answerVerification(config, asked)
        return answered.ok ? answered.proof : answered.message
      },
      reset: async (proof: string): Promise<string> => {
        const { version } = await userIn(store, userId)
        const result = await forceReset(config, { operator, userId, version, proofs: [proof] })
        if (result.ok) return result.identified?.carriedOver ? 'carried over' : 'ok'
        return result.detail?.reason === 'verification' ? result.detail.key : result.message
      },
    }
  }
}

describe('a reset with a proof', () => {
  it('goes on in a process that has another key in front, and is carried over once', async () => {
    const process = processOn(sqliteUsers(), memoryForOneProcess())
    const [a, b] = [keyNamed('a'), keyNamed('b')]
    const [before, after, last] = [process([a, b]), process([b, a]), process([b])]
    const proof = await before.proof()
    expect(await last.reset(proof)).toBe('foreign_proof')
    expect(await after.reset(proof)).toBe('ok')
    expect(await before.reset(proof)).toBe('carried over')
    expect(await after.reset(proof)).toBe('proof_used')
  })

  it.each(["password_hash = 'x'", "status = 'pending'", "display_name = 'x'", "email = 'x'"])(
    'is refused after %s, before and after it served',
    async (change) => {
      const users = sqliteUsers()
      const { proof, reset } = processOn(users, memoryForOneProcess())([keyNamed('a')])
      const first = await proof()
      users.run(`UPDATE users SET ${change}`)
      expect(await reset(first)).toBe('account_changed')
      const second = await proof()
      expect(await reset(second)).toBe('ok')
      users.run("UPDATE users SET password_hash = 'the own choice of the person'")
      expect(await reset(second)).toBe('account_changed')
    },
  )

  it('is not held back by a failed sign-in or an unrelated edit', async () => {
    const users = sqliteUsers()
    const { proof, reset } = processOn(users, memoryForOneProcess())([keyNamed('a')])
    const first = await proof()
    users.run("UPDATE users SET failed_logins = 3, updated_at = '2030-01-01'")
    expect(await reset(first)).toBe('ok')
  })
})
