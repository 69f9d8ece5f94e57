import { once } from 'node:events'
import { open } from 'node:fs/promises'
import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { watchLeaks } from './leak-check.ts'

describe('watchLeaks', () => {
  it('finds nothing after work that is over', async () => {
    const watch = watchLeaks()
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const file = await open(import.meta.filename)
    const timer = setTimeout(() => undefined, 60_000)
    clearTimeout(timer)
    await file.close()
    server.close()
    expect(await watch.stop()).toEqual([])
  })

  it.each<[string, RegExp, () => Promise<() => unknown>]>([
    [
      'a server that listens',
      /^1 of TCPServerWrap$/,
      async () => {
        const server = createServer().listen(0, '127.0.0.1')
        await once(server, 'listening')
        return () => server.close()
      },
    ],
    [
      'a timer',
      /^a timer that was started at .*leak-check\.test\.ts/,
      async () => {
        const timer = setTimeout(() => undefined, 600_000)
        return () => clearTimeout(timer)
      },
    ],
    [
      'an open file',
      /^1 of open files$/,
      async () => {
        const file = await open(import.meta.filename)
        return () => file.close()
      },
    ],
    [
      'a rejection that nobody handles',
      /^a rejection that nobody handles \(RangeError: planted\)$/,
      async () => {
        const others = process.listeners('unhandledRejection')
        // The runner of the tests would take the planted rejection for a fault of this file.
        const own = others.at(-1)
        for (const other of others) if (other !== own) process.off('unhandledRejection', other)
        void Promise.reject(new RangeError('planted'))
        await new Promise((resolve) => setImmediate(resolve))
        return () => {
          for (const other of others) if (other !== own) process.on('unhandledRejection', other)
        }
      },
    ],
  ])('finds %s', async (_, words, leak) => {
    const watch = watchLeaks()
    const cure = await leak()
    const left = await watch.stop()
    await cure()
    expect(left).toContainEqual(expect.stringMatching(words))
  })
})
