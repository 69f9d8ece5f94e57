import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asksForIdentity, methodsOf, misfitOf, routeOf } from './route.ts'

describe('routeOf', () => {
  it('finds every id again that was percent-encoded', () => {
    const anyId = fc.string({ unit: 'grapheme', minLength: 1 }).filter((id) => id.isWellFormed())
    fc.assert(
      fc.property(anyId, fc.constantFrom('', '/api', '/a/b'), (userId, base) => {
        const path = `${base}/users/${encodeURIComponent(userId)}`
        expect(routeOf(base, path)).toEqual({ name: 'view', userId })
        expect(routeOf(base, `${path}/force-reset`)).toEqual({ name: 'reset', userId })
      }),
    )
  })

  it('never throws, and finds nothing outside its base path', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (path) => {
        if (!path.startsWith('/api/')) expect(routeOf('/api', path)).toBeUndefined()
        else routeOf('/api', path)
      }),
    )
  })

  it.each([
    ['/users', { name: 'list' }],
    ['/users/a%2Fb', { name: 'view', userId: 'a/b' }],
    ['/users/a%2fforce-reset', { name: 'view', userId: 'a/force-reset' }],
    ['/users/..', { name: 'view', userId: '..' }],
    ['/users/%2e%2e/force-reset', { name: 'reset', userId: '..' }],
    ['/users/42/check', { name: 'check', userId: '42' }],
    ['/users/42/check/', undefined],
    ['/users/check', { name: 'view', userId: 'check' }],
    ['/users/%00', { name: 'view', userId: '\0' }],
    ['/users/a+b', { name: 'view', userId: 'a+b' }],
    ['/users/%ff', { name: 'malformed' }],
    ['/users/%', { name: 'malformed' }],
    ['/users/%ed%a0%80/force-reset', { name: 'malformed' }],
    ['/users/42/start-verification', { name: 'start', userId: '42' }],
    ['/users/42/answer-verification', { name: 'answer', userId: '42' }],
    ['/users/42/fail-verification', { name: 'fail', userId: '42' }],
    ['/vouches', { name: 'vouches' }],
    ['/vouch', { name: 'vouch' }],
    ['/element-verification.js', { name: 'element-verification' }],
    ['/element-vouch.js', { name: 'element-vouch' }],
    ['/openapi.json', { name: 'openapi' }],
    ['/element.js', { name: 'element' }],
    ['', undefined],
    ['/', undefined],
    ['//users', undefined],
    ['/users/', undefined],
    ['/users//force-reset', undefined],
    ['/users/1/', undefined],
    ['/users/1/force-reset/', undefined],
    ['/users/1/Force-Reset', undefined],
    ['/users/1/force%2Dreset', undefined],
    ['/Users', undefined],
    ['/%75sers', undefined],
    ['/x/../users', undefined],
    ['/users;a=b', undefined],
    ['/constructor', undefined],
    ['/__proto__', undefined],
  ])('reads %s', (path, expected) => {
    expect(routeOf('', path)).toEqual(expected)
  })

  it('changes something with POST alone', () => {
    for (const name of ['reset', 'check', 'start', 'answer', 'fail'] as const)
      expect(methodsOf({ name, userId: '1' })).toEqual(['POST'])
    for (const name of ['vouches', 'vouch'] as const) expect(methodsOf({ name })).toEqual(['POST'])
    for (const name of ['list', 'openapi', 'element'] as const)
      expect(methodsOf({ name })).toEqual(['GET', 'HEAD'])
  })

  it('takes no page of a voucher for a path that lost its beginning', () => {
    expect(misfitOf('/console/api', '/api/users')?.advice).toBe('path_cut')
    for (const path of ['/vouch', '/console/vouch', '/console/api/x/vouches'])
      expect(misfitOf('/console/api', path)).toBeUndefined()
  })

  it('knows the routes by which a caller is identified', () => {
    const paths = ['/vouch', '/vouches', '/users/1/start-verification', '/element-vouch.js']
    for (const path of paths) expect(routeOf('', path)).toSatisfy(asksForIdentity)
    for (const path of ['/users', '/users/1/force-reset', '/users/1', '/element.js'])
      expect(routeOf('', path)).not.toSatisfy(asksForIdentity)
  })
})
