import { expectNoLeak, LeakError } from '@force-reset/core/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LeakChannel } from './leak-matrix-channels.fixture.ts'
import { leakChannels } from './leak-matrix-channels.fixture.ts'
import { loggerChannels } from './leak-matrix-loggers.fixture.ts'
import type { LeakSubject } from './leak-matrix-subjects.fixture.ts'
import { carelessSubjects, leakSubjects } from './leak-matrix-subjects.fixture.ts'

const channels = [...leakChannels, ...loggerChannels]

let held: Awaited<ReturnType<typeof leakSubjects>>
beforeAll(async () => {
  held = await leakSubjects()
})
afterAll(async () => held[Symbol.asyncDispose]())

/** The names of the subjects that a channel shows. */
async function leaking(
  subjects: readonly LeakSubject[],
  { send }: LeakChannel,
): Promise<readonly string[]> {
  const leaked: string[] = []
  for (const { name, value, secret } of subjects) {
    const seen = await send(value)
    await expectNoLeak({ secret, surfaces: { [name]: seen } }).catch((error: unknown) => {
      if (!(error instanceof LeakError) || error.code !== 'ERR_LEAK_FOUND') throw error
      leaked.push(name)
    })
  }
  return leaked
}

describe('what knows a password', () => {
  it.each(channels)(
    'is not shown by $name, which shows what careless code holds',
    async (channel) => {
      expect(await leaking(carelessSubjects(), channel)).not.toEqual([])
      expect(await leaking(held.subjects, channel)).toEqual([])
    },
  )

  it('is looked at through enough channels, each of them once', () => {
    expect(new Set(channels.map(({ name }) => name)).size).toBe(channels.length)
    expect(channels.length).toBeGreaterThanOrEqual(56)
    expect(held.subjects.map(({ name, secret }) => [name, secret.length >= 16])).toEqual(
      held.subjects.map(({ name }) => [name, true]),
    )
  })
})
