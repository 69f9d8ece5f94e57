import { expect, it } from 'vitest'
import { memoryForOneProcess } from './memory-for-one-process.ts'

it('rejects where it is full, and has room again when entries have ended', async () => {
  let ms = 0
  const memory = memoryForOneProcess({ mostEntries: 100, now: () => ms })
  for (let i = 0; i < 50; i++) {
    await memory.count(`count-${i}`, 60)
    await memory.keep(`text-${i}`, 'one', 60)
  }
  await expect(memory.count('one-more', 60)).rejects.toBeInstanceOf(RangeError)
  await expect(memory.keep('one-more', 'one', 60)).rejects.toBeInstanceOf(RangeError)
  // What is there already goes on: no guess is forgotten.
  expect((await memory.count('count-0', 60)).count).toBe(2)
  ms = 60_000
  expect((await memory.count('one-more', 60)).count).toBe(1)
})

it('goes by a clock that never goes back, unless another one is given', async () => {
  const memory = memoryForOneProcess()
  await memory.keep('one', 'text', 3_600)
  const { endsInSeconds = 0 } = (await memory.kept('one')) ?? {}
  expect(endsInSeconds).toBeGreaterThan(3_500)
  expect(endsInSeconds).toBeLessThanOrEqual(3_600)
})

it.each([
  ['mostEntries', { mostEntries: 1 }],
  ['now', { now: 5 }],
  ['mostEntrys is no option; did you mean mostEntries?', { mostEntrys: 500 }],
])('refuses a wrong option by name: %s', (words, options) => {
  expect(() => memoryForOneProcess(Object(options))).toThrowError(words)
})
