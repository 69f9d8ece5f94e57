import { describe, expect, it } from 'vitest'
import { passwordCheck } from './password-check.ts'

describe('passwordCheck', () => {
  it('spends the time of a check on whatever it is given, so that it does not tell who exists', async () => {
    const passwords = await passwordCheck()
    const stored = await passwords.hash('correct horse battery')
    const elapsed = async (hash: string | undefined): Promise<number> => {
      const times: number[] = []
      for (let run = 0; run < 7; run += 1) {
        const start = performance.now()
        expect(await passwords.matches(hash, 'wrong')).toBe(false)
        times.push(performance.now() - start)
      }
      return times.toSorted((a, b) => a - b)[3] ?? 0
    }
    const known = await elapsed(stored)
    for (const other of [undefined, '$2b$10$abcdefghijklmnopqrstuuJ1aYlJcG1M8d6q0m5J3o0k0Q4kQ0kQ2', '']) {
      expect(await elapsed(other)).toBeGreaterThan(known / 4)
    }
    expect(await passwords.matches(stored, 'correct horse battery')).toBe(true)
  })
})
