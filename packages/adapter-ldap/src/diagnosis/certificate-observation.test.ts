import { describe, expect, it } from 'vitest'
import { certificateObservation } from './certificate-observation.ts'

const now = Date.parse('2030-01-01T00:00:00Z')
const day = 86_400_000

describe('certificateObservation', () => {
  it.each([
    [30 * day, 'ok', /valid until 2030-01-31/],
    [30 * day - 1, 'warning', /ends on 2030-01-30, in 29 days/],
    [1, 'warning', /in 0 days/],
    [Number.NaN, 'unknown', /could not be read/],
  ] as const)('judges a certificate that ends in %s ms: %s', (left, level, words) => {
    const observation = certificateObservation(now + left, now)
    expect(observation.level).toBe(level)
    expect(observation.message).toMatch(words)
  })
})
