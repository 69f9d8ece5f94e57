import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fileTime, generalizedTime, toFileTime } from './times.ts'

const dates = fc.date({
  min: new Date('1601-01-02T00:00:00Z'),
  max: new Date('9999-12-31T23:59:59Z'),
  noInvalidDate: true,
})

describe('generalizedTime', () => {
  it('reads every time to the millisecond, however many digits of the second it has', () => {
    fc.assert(
      fc.property(dates, fc.nat(9), (date, digits) => {
        const [whole, fraction = ''] = date
          .toISOString()
          .replace(/[-:TZ]/g, '')
          .split('.')
        const written =
          digits === 0 ? `${whole}Z` : `${whole}.${fraction.padEnd(digits, '0').slice(0, digits)}Z`
        const expected =
          digits >= 3
            ? date.getTime()
            : Math.floor(date.getTime() / 10 ** (3 - digits)) * 10 ** (3 - digits)
        expect(generalizedTime(written)?.getTime()).toBe(expected)
      }),
    )
  })

  it.each([
    ['20200101000000+0100', '2019-12-31T23:00:00Z'],
    ['20200101000000-05', '2020-01-01T05:00:00Z'],
    ['2020010100+0530', '2019-12-31T18:30:00Z'],
    ['20200101000000.5+0000', '2020-01-01T00:00:00.500Z'],
    ['20200101000000,25-0130', '2020-01-01T01:30:00.250Z'],
  ])('reads the offset of %s', (written, expected) => {
    expect(generalizedTime(written)).toEqual(new Date(expected))
  })

  it('takes nothing else for a time', () => {
    fc.assert(
      fc.property(fc.string(), (text) => void expect(generalizedTime(text)).toBeUndefined()),
    )
    for (const text of [
      undefined,
      '',
      '20200101',
      '20200101000000',
      '20200101000000+2500',
      '20201301000000Z',
      '20200101250000Z',
      ' 20200101000000Z',
      '20200101000000Z ',
      '20200101000000Z+01',
      '2020010100000Z',
      '20200101000000.Z',
      '20200101000000 5Z',
      '20200101000000+1',
      '20200101000000+01:30',
    ])
      expect(generalizedTime(text)).toBeUndefined()
  })

  it('reads the lock of an administrator and the first second of all', () => {
    expect(generalizedTime('000001010000Z')?.toISOString()).toBe('0000-01-01T00:00:00.000Z')
    expect(generalizedTime('19700101000000Z')?.getTime()).toBe(0)
  })
})

describe('fileTime', () => {
  it('reads what toFileTime writes', () => {
    fc.assert(
      fc.property(
        dates,
        (date) => void expect(fileTime(toFileTime(date))?.getTime()).toBe(date.getTime()),
      ),
    )
  })

  it('reads a time that Windows documents', () => {
    expect(fileTime('116444736000000000')?.getTime()).toBe(0)
    expect(fileTime('132223104000000000')?.toISOString()).toBe('2020-01-01T00:00:00.000Z')
  })

  it('takes never, and what is no number, for no time', () => {
    const none = [undefined, '', '0', '-1', '9223372036854775807', '1e3', '0x10', ' 1', '1 ']
    for (const text of [...none, '00116444736000000000']) expect(fileTime(text)).toBeUndefined()
    expect(fileTime('0116444736000000000')?.getTime()).toBe(0)
  })
})
