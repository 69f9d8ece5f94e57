import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
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

const script = fileURLToPath(new URL('./leak-matrix-child.fixture.ts', import.meta.url))

/** All but the module loaders, which print 35 MB of the sources that they read. */
const debugged =
  'net,tls,http,https,http2,stream,timer,worker,fs,child_process,test_runner,undici,force-reset'

/** How many secrets a process has, and how many of them it prints when it loses its values. */
async function lostBy(
  way: string,
  kind: 'careful' | 'careless',
): Promise<{ readonly secrets: number; readonly leaks: number }> {
  const child = spawn(
    process.execPath,
    ['--conditions', '@force-reset/source', script, way, kind],
    {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      env: { NODE_DEBUG: debugged, DEBUG: '*' },
    },
  )
  const ended = once(child, 'close')
  const [output, errors, told] = await Promise.all(
    [child.stdout, child.stderr, child.stdio[3]].map(allOf),
  )
  await ended
  const secrets: string[] = JSON.parse(told ?? '[]')
  const searches = await Promise.allSettled(
    secrets.map((secret) => expectNoLeak({ secret, surfaces: { output: `${output}${errors}` } })),
  )
  return {
    secrets: secrets.length,
    leaks: searches.filter(({ status }) => status === 'rejected').length,
  }
}

async function allOf(stream: unknown): Promise<string> {
  if (!(stream instanceof Readable)) throw new Error('Not a pipe.')
  return text(stream)
}

/** Ways in which only a whole process loses a value. */
const ways = [
  ['throw', 'thrown and not caught'],
  ['cause', 'the cause of an error that is not caught'],
  ['reject', 'a rejection that nobody handles'],
  ['warn', 'a warning'],
  ['debug', 'a debug log'],
  ['test', 'a failing test of node:test'],
] as const

describe('a process that knows passwords, with NODE_DEBUG and DEBUG=*', () => {
  it.each(ways)(
    'prints none of them by %s (%s), which prints what careless code holds',
    async (way) => {
      expect((await lostBy(way, 'careless')).leaks).toBeGreaterThan(0)
      expect(await lostBy(way, 'careful')).toEqual({ secrets: held.subjects.length, leaks: 0 })
    },
  )
})
