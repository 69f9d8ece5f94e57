import { describe, expect, it } from 'vitest'
import type { VerificationMemory } from '../port/verification.ts'
import { memoryForOneProcess } from '../verification/memory-for-one-process.ts'
import {
  type VerificationMemorySubject,
  verificationMemoryConformance,
} from './verification-memory-conformance.ts'

/** The memory of one process, behind `change`, which spoils it. */
function subject(
  change: (memory: VerificationMemory) => VerificationMemory = (memory) => memory,
): VerificationMemorySubject {
  let ms = 0
  const memory = change(memoryForOneProcess({ now: () => ms }))
  const age = (seconds: number): void => {
    ms += seconds * 1_000
  }
  return { memory, another: () => memory, age }
}

verificationMemoryConformance({ describe, it }, 'memoryForOneProcess', async () => subject())

/** Runs the suite on a faulty memory and answers the titles of the tests that fail. */
async function failures(create: () => VerificationMemorySubject): Promise<readonly string[]> {
  const tests: [title: string, body: () => Promise<void>][] = []
  const runner = {
    describe: (_: string, body: () => void) => body(),
    it: (title: string, body: () => Promise<void>) => void tests.push([title, body]),
  }
  verificationMemoryConformance(runner, 'faulty', async () => create())
  const failed: string[] = []
  for (const [title, body] of tests) await body().catch(() => failed.push(title))
  return failed
}

describe('the suite for the memory of verification', () => {
  it('finds a memory that reads, and writes later what it read', async () => {
    const failed = await failures(() =>
      subject((memory) => ({
        ...memory,
        count: async (key, windowSeconds) => {
          const before = await memory.kept(`${key}.count`)
          await new Promise((resolve) => setImmediate(resolve))
          const count = Number(before?.text ?? 0) + 1
          await memory.keep(`${key}.count`, String(count), windowSeconds)
          return { count, endsInSeconds: windowSeconds }
        },
      })),
    )
    expect(failed).toContain('gives each of many calls at once a number of its own')
    expect(failed).toContain('says when the window ends')
  })

  it('finds a memory whose keys have no case', async () => {
    const failed = await failures(() =>
      subject((memory) => ({
        count: (key, seconds) => memory.count(key.toLowerCase(), seconds),
        counted: (key) => memory.counted(key.toLowerCase()),
        keep: (key, text, seconds) => memory.keep(key.toLowerCase(), text, seconds),
        kept: (key) => memory.kept(key.toLowerCase()),
      })),
    )
    expect(failed).toEqual(['takes keys that differ in the case of their letters for different'])
  })

  it('finds a memory that each process has for itself', async () => {
    const failed = await failures(() => ({ ...subject(), another: () => memoryForOneProcess() }))
    expect(failed).toContain('counts from one, for another process too')
    expect(failed).toContain('keeps a text, for another process too, and says for how long')
  })

  it('finds a memory that cuts texts', async () => {
    const failed = await failures(() =>
      subject((memory) => ({
        ...memory,
        keep: (key, text, seconds) => memory.keep(key, text.slice(0, 255), seconds),
      })),
    )
    expect(failed).toContain('keeps the longest text whole')
  })
})
