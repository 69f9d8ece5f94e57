import { describe, expect, it } from 'vitest'
import { dayIn, readTrailView, type TrailView, trailQueryOf } from './trail-query.ts'

describe('the view of the trail', () => {
  it('survives the way into an address and back', () => {
    const view: TrailView = {
      account: 'a&b=c',
      operator: 'kim',
      event: 'reset.applied',
      day: '2026-10-25',
      zone: 'Europe/Berlin',
      before: 51,
    }
    expect(readTrailView(new URLSearchParams(trailQueryOf(view)))).toEqual(view)
  })

  it('is an empty query for the newest of all events', () => {
    const view = readTrailView(new URLSearchParams('zone=Asia/Tokyo'))
    expect(trailQueryOf(view)).toBe('')
  })

  it.each(['event=reset', 'event=toString', 'day=2026-02-30', 'day=today', 'before=x'])(
    'leaves out %s, which makes no sense',
    (query) => {
      expect(trailQueryOf(readTrailView(new URLSearchParams(query)))).toBe('')
    },
  )

  it('takes a zone that there is not for UTC', () => {
    expect(readTrailView(new URLSearchParams('zone=Mars/Olympus')).zone).toBe('UTC')
  })
})

describe('dayIn', () => {
  it.each([
    ['2026-11-24', 'UTC', '2026-11-24T00:00:00.000Z', 24],
    ['2026-11-24', 'Europe/Berlin', '2026-11-23T23:00:00.000Z', 24],
    ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00.000Z', 23],
    ['2026-10-25', 'Europe/Berlin', '2026-10-24T22:00:00.000Z', 25],
    ['2026-11-01', 'America/New_York', '2026-11-01T04:00:00.000Z', 25],
    ['2026-11-24', 'Asia/Kathmandu', '2026-11-23T18:15:00.000Z', 24],
    ['2026-11-24', 'Pacific/Kiritimati', '2026-11-23T10:00:00.000Z', 24],
    ['2026-11-24', 'Pacific/Pago_Pago', '2026-11-24T11:00:00.000Z', 24],
    // The clock goes from midnight to one o'clock.
    ['2026-04-24', 'Africa/Cairo', '2026-04-23T22:00:00.000Z', 23],
  ])('begins %s in %s at %s, and is %d hours long', (day, zone, from, hours) => {
    const found = dayIn(day, zone)
    expect(found?.from.toISOString()).toBe(from)
    expect(found && (found.until.getTime() - found.from.getTime()) / 3_600_000).toBe(hours)
  })
})
