import { describe, expect, it } from 'vitest'
import { workQueue } from './work-queue.ts'

describe('a queue of work', () => {
  it('runs so many at a time and never more, in the order of arrival', async () => {
    const queue = workQueue({ concurrency: 3, waiting: 100 })
    const started: number[] = []
    let running = 0
    let most = 0
    const work = (n: number) => async () => {
      started.push(n)
      running += 1
      most = Math.max(most, running)
      // Turns of the loop of different lengths, so that places come free out of order.
      for (let i = 0; i <= n % 4; i += 1) await new Promise((resolve) => setImmediate(resolve))
      running -= 1
      return n
    }
    const numbers = Array.from({ length: 50 }, (_, n) => n)
    expect(await Promise.all(numbers.map((n) => queue.run(work(n))))).toEqual(numbers)
    expect(most).toBe(3)
    expect(started).toEqual(numbers)
  })

  it('gives the place of work that fails to the next in line', async () => {
    const queue = workQueue({ concurrency: 1, waiting: 1 })
    const failing = queue.run(() => Promise.reject(new Error('x')))
    const next = queue.run(async () => 'next')
    await expect(failing).rejects.toThrow('x')
    expect(await next).toBe('next')
  })

  it('is busy for one more than may wait', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>()
    const queue = workQueue({ concurrency: 2, waiting: 1 })
    const accepted = [1, 2, 3].map(() => queue.run(() => gate))
    await expect(queue.run(() => gate)).rejects.toThrow(expect.objectContaining({ code: 'busy' }))
    open()
    await Promise.all(accepted)
  })
})
