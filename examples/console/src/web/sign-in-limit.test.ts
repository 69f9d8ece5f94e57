import { describe, expect, it } from 'vitest'
import { signInLimit } from './sign-in-limit.ts'

const quarterHourMs = 15 * 60_000

/** A limit with a clock, and attempts with one name from one address. */
function limited() {
  let time = 1_000
  const limit = signInLimit(() => time)
  const from = (address: string) => (username: string) => limit.take({ username, address })
  return {
    limit,
    desk: from('192.0.2.7'),
    from,
    advance: (ms: number) => {
      time += ms
    },
  }
}

const times = <T>(count: number, work: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, index) => work(index))

describe('signInLimit', () => {
  it('lets ten attempts for one account pass, and says how long to wait after them', () => {
    const { desk, advance } = limited()
    expect(times(10, () => desk('kim'))).toEqual(times(10, () => 0))
    advance(quarterHourMs - 50_000)
    expect(desk('kim')).toBe(50)
  })

  it('takes a name in other letters for the same', () => {
    const { desk } = limited()
    times(10, () => desk('kim'))
    expect(desk('KIM')).toBe(900)
    expect(desk('ｋｉｍ')).toBe(900)
  })

  it('counts each account, and the same account at another desk, for itself', () => {
    const { desk, from } = limited()
    times(11, () => desk('kim'))
    expect(desk('lee')).toBe(0)
    expect(from('192.0.2.8')('kim')).toBe(0)
  })

  it('lets forty attempts from one address pass, whatever the accounts', () => {
    const { desk, from } = limited()
    expect(times(40, (index) => desk(`name ${index}`))).toEqual(times(40, () => 0))
    expect(desk('one more')).toBe(900)
    expect(from('192.0.2.8')('one more')).toBe(0)
  })

  it('lets a hundred attempts for one account pass, wherever they come from', () => {
    const { from } = limited()
    expect(times(100, (index) => from(`192.0.2.${index}`)('kim'))).toEqual(times(100, () => 0))
    expect(from('198.51.100.1')('kim')).toBe(900)
  })

  it('starts again when the window is over', () => {
    const { desk, advance } = limited()
    times(11, () => desk('kim'))
    advance(quarterHourMs)
    expect(desk('kim')).toBe(0)
  })

  it('does not prolong the wait by attempts made during it', () => {
    const { desk, advance } = limited()
    times(11, () => desk('kim'))
    advance(quarterHourMs - 1_000)
    expect(times(3, () => desk('kim'))).toEqual([1, 1, 1])
  })

  it('counts an account again from the start after a right attempt, and no address', () => {
    const { limit, desk } = limited()
    times(10, () => desk('kim'))
    limit.succeeded({ username: 'kim', address: '192.0.2.7' })
    expect(times(10, () => desk('kim'))).toEqual(times(10, () => 0))
    times(20, (index) => desk(`name ${index}`))
    limit.succeeded({ username: 'kim', address: '192.0.2.7' })
    expect(desk('kim')).toBe(900)
  })

  it('remembers a bounded number of addresses', () => {
    const { from } = limited()
    times(41, (index) => from('192.0.2.7')(`name ${index}`))
    times(10_000, (index) => from(`10.1.${index >> 8}.${index & 255}`)(`other ${index}`))
    expect(from('192.0.2.7')('one more')).toBe(0)
  })
})
