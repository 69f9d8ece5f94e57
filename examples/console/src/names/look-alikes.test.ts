import type { User } from '@force-reset/core'
import { describe, expect, it } from 'vitest'
import { likenessOf } from './look-alikes.ts'

const user = (username: string, displayName?: string): User => ({
  id: username,
  username,
  displayName,
  status: 'active',
  privileged: false,
  version: '1',
})

describe('likenessOf', () => {
  it.each([
    ['kim', 'KIM', 'same'],
    ['ｋｉｍ', 'kim', 'same'],
    ['ki\u200bm', 'kim', 'same'],
    ['p\u0430ul', 'paul', 'alike'],
    ['paul.morgan', 'PaulMorgan', 'alike'],
    ['m\u00fcller', 'muller', 'alike'],
    ['ka1', 'kal', 'alike'],
    ['Iisa', 'lisa', 'alike'],
    ['bernd', 'bemd', 'alike'],
    ['\u03bf\u03c1a', 'opa', 'alike'],
    ['kim', 'tim', undefined],
    ['kim1', 'kim2', undefined],
    ['', '', undefined],
    ['-', '.', undefined],
  ])('finds that %j and %j are %s', (one, other, likeness) => {
    expect(likenessOf(user(one), user(other))).toBe(likeness)
  })

  it('compares names with names and user names with user names', () => {
    expect(likenessOf(user('a1', 'Kim Lee'), user('b2', 'kim  lee'))).toBe('same')
    expect(likenessOf(user('kim'), user('b2', 'kim'))).toBeUndefined()
    expect(likenessOf(user('a1'), user('b2'))).toBeUndefined()
  })
})
