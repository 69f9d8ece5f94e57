import { describe, expect, it } from 'vitest'
import { safeNext } from './sign-in-routes.ts'

describe('safeNext', () => {
  it.each([
    ['/console/users/42?search=ada', '/console/users/42?search=ada'],
    ['/console/audit', '/console/audit'],
    ['/console/users/a%2Fb', '/console/users/a%2Fb'],
    [undefined, '/console/users'],
    ['', '/console/users'],
    ['https://evil.example/console/users', '/console/users'],
    ['//evil.example/console/users', '/console/users'],
    ['/console/..//evil.example', '/console/users'],
    ['/console/users/../../signin', '/console/users'],
    ['/console\\evil.example', '/console/users'],
    ['/console/sign-out', '/console/users'],
    ['/console/api/users/1', '/console/users'],
    ['javascript:alert(1)', '/console/users'],
  ])('takes %j as %s', (next, expected) => {
    expect(safeNext(next)).toBe(expected)
  })
})
