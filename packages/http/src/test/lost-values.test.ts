import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expectNoLeak } from '@force-reset/core/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { leakSubjects } from './leak-matrix-subjects.fixture.ts'

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

let subjects = 0
beforeAll(async () => {
  await using held = await leakSubjects()
  subjects = held.subjects.length
})

describe('a process that knows passwords, with NODE_DEBUG and DEBUG=*', () => {
  it.each(ways)(
    'prints none of them by %s (%s), which prints what careless code holds',
    async (way) => {
      expect((await lostBy(way, 'careless')).leaks).toBeGreaterThan(0)
      expect(await lostBy(way, 'careful')).toEqual({ secrets: subjects, leaks: 0 })
    },
  )
})
