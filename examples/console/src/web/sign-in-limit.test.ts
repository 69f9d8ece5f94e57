import { describe, expect, it } from 'vitest'
import { signInLimit } from './sign-in-limit.ts'

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
  it('lets ten attempts for one name pass, and then one more every 90 seconds', () => {
    const { desk, advance } = limited()
    expect(times(10, () => desk('kim'))).toEqual(times(10, () => 0))
    expect(desk('kim')).toBe(90)
    advance(40_000)
    expect(desk('kim')).toBe(50)
    advance(50_000)
    expect([desk('kim'), desk('kim')]).toEqual([0, 90])
  })

  it('takes a name in other letters for the same', () => {
    const { desk } = limited()
    times(10, () => desk('kim'))
    expect(desk('KIM')).toBe(90)
    expect(desk('ｋｉｍ')).toBe(90)
  })

  it('counts each name, and the same name at another desk, for itself', () => {
    const { desk, from } = limited()
    times(11, () => desk('kim'))
    expect(desk('lee')).toBe(0)
    expect(from('192.0.2.8')('kim')).toBe(0)
  })

  it('lets forty attempts from one address pass, whatever the names', () => {
    const { desk, from } = limited()
    expect(times(40, (index) => desk(`name ${index}`))).toEqual(times(40, () => 0))
    expect(desk('one more')).toBe(23)
    expect(from('192.0.2.8')('one more')).toBe(0)
  })

  it('slows every address, and locks nobody out, when many addresses try one name', () => {
    const { from, advance } = limited()
    const everywhere = () => times(120, (index) => from(`192.0.2.${index}`)('kim'))
    everywhere()
    // Of the hundred, two have come back meanwhile.
    advance(18_000)
    const second = everywhere()
    expect(second.slice(0, 2)).toEqual([0, 0])
    const operator = from('198.51.100.1')
    expect([operator('kim'), operator('kim')]).toEqual([0, 300])
    advance(300_000)
    everywhere()
    expect(operator('kim')).toBe(0)
    expect(operator('lee')).toBe(0)
  })

  it('lets an attacker with a thousand addresses try a name once in five minutes from each', () => {
    const { from, advance } = limited()
    const addresses = times(1_000, (index) => from(`10.${index >> 8}.${index & 255}.1`))
    const round = () => addresses.filter((at) => at('kim') === 0).length
    expect([round(), round()]).toEqual([1_000, 100])
    let passed = 0
    for (let minute = 0; minute < 60; minute += 1) {
      advance(60_000)
      passed += round()
    }
    expect(passed).toBeLessThan(1_000 * 12 + 500)
  })

  it('counts a browser that signed in before apart from everything else', () => {
    const { limit, desk, from, advance } = limited()
    times(200, () => desk('kim'))
    times(200, (index) => from(`192.0.2.${index}`)('kim'))
    const browser = () => limit.take({ username: 'kim', address: '192.0.2.7', browser: 'token' })
    expect(times(10, browser)).toEqual(times(10, () => 0))
    expect(browser()).toBe(90)
    advance(90_000)
    expect(browser()).toBe(0)
  })

  it('does not prolong the wait by attempts made during it', () => {
    const { desk, advance } = limited()
    times(11, () => desk('kim'))
    advance(89_000)
    expect(times(3, () => desk('kim'))).toEqual([1, 1, 1])
  })

  it('counts a name again from the start after a right attempt, and no address', () => {
    const { limit, desk } = limited()
    times(10, () => desk('kim'))
    limit.succeeded({ username: 'kim', address: '192.0.2.7' })
    expect(times(10, () => desk('kim'))).toEqual(times(10, () => 0))
    times(20, (index) => desk(`name ${index}`))
    limit.succeeded({ username: 'kim', address: '192.0.2.7' })
    expect(desk('kim')).toBe(23)
  })

  it('remembers a bounded number of addresses', () => {
    const { from } = limited()
    times(41, (index) => from('192.0.2.7')(`name ${index}`))
    times(10_000, (index) => from(`10.1.${index >> 8}.${index & 255}`)(`other ${index}`))
    expect(from('192.0.2.7')('one more')).toBe(0)
  })
})
