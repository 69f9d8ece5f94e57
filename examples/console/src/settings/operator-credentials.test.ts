import { describe, expect, it } from 'vitest'
import { checkOperator } from './operator-credentials.ts'

describe('checkOperator', () => {
  const check = checkOperator({ username: 'operator', password: 'correct horse' })

  it('accepts the right name with the right password', () => {
    expect(check({ username: 'operator', password: 'correct horse' })).toBe(true)
  })

  it.each([
    ['operator', 'correct hors'],
    ['operator', ''],
    ['Operator', 'correct horse'],
    ['', 'correct horse'],
    ['operatorcorrect', ' horse'],
  ])('refuses %j with %j', (username, password) => {
    expect(check({ username, password })).toBe(false)
  })
})
