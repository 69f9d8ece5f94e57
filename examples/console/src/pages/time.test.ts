import { describe, expect, it } from 'vitest'
import { minute, second } from './time.ts'

const moment = new Date('2026-09-04T02:05:09.123Z')

describe('a moment on screen', () => {
  it('is in UTC, whatever the zone of the server', () => {
    expect(String(minute(moment))).toBe(
      '<time datetime="2026-09-04T02:05:09.123Z" data-to="minute">4 Sept 2026, 02:05</time>',
    )
    expect(String(second(moment))).toContain('>4 Sept 2026, 02:05:09<')
  })

  it.each([[undefined], [new Date(Number.NaN)]])('is not known when it is %s', (missing) => {
    expect(String(second(missing))).toContain('Not known')
  })
})
