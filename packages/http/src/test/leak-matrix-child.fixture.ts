// A process of its own that loses all subjects in one of the ways of which only a whole process is
// capable. Says on descriptor 3 what the secrets were.
import assert from 'node:assert/strict'
import { writeSync } from 'node:fs'
import { test } from 'node:test'
import { debuglog } from 'node:util'
import { carelessSubjects, leakSubjects } from './leak-matrix-subjects.fixture.ts'

const [way = '', kind = ''] = process.argv.slice(2)
const subjects = kind === 'careful' ? (await leakSubjects()).subjects : carelessSubjects()
const value = subjects.map((subject) => subject.value)
writeSync(3, JSON.stringify(subjects.map(({ secret }) => secret)))

switch (way) {
  case 'throw':
    queueMicrotask(() => {
      throw value
    })
    break
  case 'cause':
    queueMicrotask(() => {
      throw Object.assign(new Error('failed', { cause: value }), { value })
    })
    break
  case 'reject':
    // Nobody handles it: that is the point.
    void Promise.reject(Object.assign(new Error('failed'), { value }))
    break
  case 'warn':
    process.emitWarning(
      Object.assign(new Error(String(value)), { cause: value, detail: String(value) }),
    )
    break
  case 'debug':
    debuglog('force-reset')('%o %s', value, value)
    break
  case 'test':
    test('differs', () => assert.deepStrictEqual({ value }, { value: 1 }))
    break
  default:
    throw new Error('No such way.')
}
