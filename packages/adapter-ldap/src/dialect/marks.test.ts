import type { Mark } from '@force-reset/core'
import { markOf } from '@force-reset/core/store'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fieldsOf, markWith, standingByTime, timedMark } from './marks.ts'

const format = 'test1'

describe('a mark of fields', () => {
  it('gives back every field that was put in, and tells absent ones', () => {
    const field = fc.option(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }), {
      nil: undefined,
    })
    fc.assert(
      fc.property(fc.array(field, { minLength: 1, maxLength: 3 }), (fields) => {
        expect(fieldsOf(format, markWith(format, fields))).toEqual(fields)
      }),
    )
  })

  it.each(['other1.a/b', 'test2.a/b', 'test1', 'test1.%', 'test1.%E0%A4%A'])(
    'has no fields where the mark is %s',
    (text) => {
      expect(fieldsOf(format, markOf(text))).toBeUndefined()
    },
  )
})

describe('a mark of the second of a password', () => {
  const before = '20261101080000Z'
  const after = '20261101090000Z'
  const later = '20261101100000Z'
  const mark = ({ mustChange = true, edited = false, done = true, from = before } = {}): Mark => {
    const times = (time: string) =>
      edited ? { password: undefined, edit: time } : { password: time }
    return timedMark(format, {
      resetId: '4711',
      mustChange,
      before: from === '' ? { password: undefined } : times(from),
      after: done ? times(after) : undefined,
    })
  }
  const temporary = { now: 'temporary' }
  const old = { now: 'before' }
  const noStamp = { now: 'unknown', why: 'no_stamp' }
  const unreadable = { now: 'unknown', why: 'unreadable' }

  it.each([
    ['the time is the one of the write, and must-change is on', mark(), after, true, temporary],
    ['must-change has gone within that second', mark(), after, false, noStamp],
    ['must-change was not asked for', mark({ mustChange: false }), after, false, noStamp],
    ['must-change is not of the reset', mark({ mustChange: false }), after, true, noStamp],
    ['the time is the same in other letters', mark(), '20261101090000.0Z', true, noStamp],
    ['the time is the one before', mark(), before, false, old],
    ['the time is the one before, of an attempt', mark({ done: false }), before, false, old],
    ['an attempt was followed by a password', mark({ done: false }), after, true, noStamp],
    ['there was no time before', mark({ from: '' }), undefined, false, old],
    ['there is no time any more', mark(), undefined, true, unreadable],
    ['an attempt found no time', mark({ from: '', done: false }), undefined, false, unreadable],
    ['the time is earlier than the write', mark(), '20261101083000Z', true, noStamp],
    ['the time did not move', mark({ from: after }), after, true, noStamp],
    ['the time is no time', mark(), 'yesterday', true, unreadable],
    [
      'a later password has must-change on',
      mark(),
      later,
      true,
      { now: 'replaced', by: 'administrator' },
    ],
    [
      'a later password has no must-change',
      mark(),
      later,
      false,
      { now: 'replaced', by: 'unknown' },
    ],
    [
      'another format made the mark',
      markOf('test2.a'),
      after,
      true,
      { now: 'unknown', why: 'foreign_mark' },
    ],
  ] as const)('where %s', (_, one, password, mustChange, standing) => {
    expect(standingByTime(format, one, { password, mustChange })).toEqual(standing)
  })

  it.each([
    [after, true, temporary],
    [before, false, old],
    // Any edit moves that time, so it tells of no other password.
    [later, false, noStamp],
    [later, true, noStamp],
  ] as const)(
    'tells by the time of the last edit where nothing else is noted: %s, must-change being %s',
    (edit, mustChange, standing) => {
      const now = { password: undefined, edit, mustChange }
      expect(standingByTime(format, mark({ edited: true }), now)).toEqual(standing)
    },
  )

  it('holds no text from a directory but times', () => {
    const hostile = { password: 'x'.repeat(5_000), edit: '\u202e' }
    const made = timedMark(format, {
      resetId: '4711',
      mustChange: true,
      before: hostile,
      after: hostile,
    })
    expect(made).toBe('test1.4711/must_change//')
  })
})
