import { expect, it } from 'vitest'
import type { Subject, TestConfig } from './both-shells.fixture.ts'
import { json, withBothShells } from './both-shells.fixture.ts'
import type { Reply } from './send.fixture.ts'

/** An operator who may work, but not with account 1. */
const denied: TestConfig['authorize'] = ({ user }) => user === undefined || user.id !== '1'

const questions: readonly (readonly [string, (subject: Subject, userId: string) => Promise<Reply>])[] = [
  ['views', (subject, userId) => subject.send({ path: `/users/${userId}` })],
  ['asks for the head of', (subject, userId) => subject.send({ method: 'HEAD', path: `/users/${userId}` })],
  [
    'resets',
    (subject, userId) => subject.send({ method: 'POST', path: `/users/${userId}/force-reset`, headers: json, body: '{"version":"x"}' }),
  ],
]

withBothShells('an operator who is denied', (shell) => {
  it.each(questions)('and %s an account gets the same answer as for a missing one', async (_, ask) => {
    await using subject = await shell.start({ authorize: denied })
    const [existing, missing] = [await ask(subject, '1'), await ask(subject, '0')]
    expect(existing.status).toBe(404)
    expect(existing.text).toBe(missing.text)
    const { date: _one, ...existingHeaders } = existing.headers
    const { date: _other, ...missingHeaders } = missing.headers
    expect(existingHeaders).toEqual(missingHeaders)
  })

  it.each(questions)('and %s an account waits as long as for a missing one', async (_, ask) => {
    await using subject = await shell.start({ authorize: denied, rateLimits: unlimited })
    expect(await difference(subject, ask)).toBeLessThan(noise)
  })

  it('would be told by a denial that takes a millisecond longer than a missing account', async () => {
    const slow: TestConfig['authorize'] = ({ user }) => {
      const until = performance.now() + 1
      while (user?.id === '1' && performance.now() < until);
      return user === undefined
    }
    await using subject = await shell.start({ authorize: slow, rateLimits: unlimited })
    expect(await difference(subject, (one, userId) => one.send({ path: `/users/${userId}` }))).toBeGreaterThan(noise)
  })

  it('is audited as often for the one as for the other', async () => {
    await using subject = await shell.start({ authorize: denied })
    for (const [, ask] of questions) await ask(subject, '1')
    const forExisting = subject.audited.length
    for (const [, ask] of questions) await ask(subject, '0')
    expect(subject.audited.length).toBe(forExisting * 2)
  })
})

/** Milliseconds: far less than a look-up in a database, a hash, or one more audit event. */
const noise = 0.5
const unlimited: TestConfig['rateLimits'] = {
  readsPerOperator: { limit: Infinity, windowSeconds: 60 },
  resetsPerOperator: { limit: Infinity, windowSeconds: 60 },
}

/** How far apart the median times of an existing and of a missing account are, in milliseconds. */
async function difference(subject: Subject, ask: (subject: Subject, userId: string) => Promise<Reply>): Promise<number> {
  const times = { existing: [] as number[], missing: [] as number[] }
  for (let i = 0; i < 150; i++) {
    // Turn and turn about, so that a noisy moment meets both.
    for (const which of i % 2 === 0 ? (['existing', 'missing'] as const) : (['missing', 'existing'] as const)) {
      const start = performance.now()
      await ask(subject, which === 'existing' ? '1' : '0')
      times[which].push(performance.now() - start)
    }
  }
  return Math.abs(median(times.existing) - median(times.missing))
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0
}
