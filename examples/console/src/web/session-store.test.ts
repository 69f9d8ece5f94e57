import { describe, expect, it } from 'vitest'
import { sessionStore } from './session-store.ts'

const minute = 60_000
const fixture = (sessions?: number) => {
  let time = 0
  const store = sessionStore<string>({
    idleMs: 15 * minute,
    absoluteMs: 8 * 60 * minute,
    now: () => time,
    ...(sessions === undefined ? {} : { sessions }),
  })
  return { store, advance: (ms: number) => (time += ms) }
}

describe('sessionStore', () => {
  it('answers what a token stands for, and nothing for a token it never gave out', () => {
    const { store } = fixture()
    const token = store.open('ada')
    expect(token).toMatch(/^[\w-]{43}$/)
    expect(store.read(token)).toBe('ada')
    expect(store.read('x'.repeat(43))).toBeUndefined()
    expect(store.read(undefined)).toBeUndefined()
  })

  it('gives every session a token of its own', () => {
    const { store } = fixture()
    expect(store.open('ada')).not.toBe(store.open('ada'))
  })

  it('ends a session that was not used for the idle period, and keeps one that was', () => {
    const { store, advance } = fixture()
    const token = store.open('ada')
    advance(14 * minute)
    expect(store.read(token)).toBe('ada')
    advance(14 * minute)
    expect(store.read(token)).toBe('ada')
    advance(15 * minute)
    expect(store.read(token)).toBeUndefined()
  })

  it('ends a session after the absolute period although it is in use', () => {
    const { store, advance } = fixture()
    const token = store.open('ada')
    for (let used = 0; used < 47; used += 1) {
      advance(10 * minute)
      expect(store.read(token)).toBe('ada')
    }
    advance(10 * minute)
    expect(store.read(token)).toBeUndefined()
  })

  it('tells why a session is over, and nothing of one that goes on or was ended', () => {
    const { store, advance } = fixture()
    const [idle, used, ended] = [store.open('ada'), store.open('bo'), store.open('cy')]
    store.end(ended)
    expect([idle, used, ended, 'x', undefined].map(store.expiryOf)).toEqual(Array(5))
    for (let quarter = 0; quarter < 34; quarter += 1) {
      advance(14 * minute)
      store.read(used)
    }
    advance(4 * minute)
    expect(store.expiryOf(used)).toBe('absolute')
    const other = store.open('dee')
    advance(15 * minute)
    expect([idle, used, other].map(store.expiryOf)).toEqual(['idle', 'absolute', 'idle'])
  })

  it('counts no session that was over among those that it ends', () => {
    const { store, advance } = fixture()
    store.open('ada')
    advance(15 * minute)
    const token = store.open('ada')
    expect(store.endWhere((value) => value === 'ada')).toBe(1)
    expect(store.read(token)).toBeUndefined()
  })

  it('ends a session at once', () => {
    const { store } = fixture()
    const token = store.open('ada')
    store.end(token)
    expect(store.read(token)).toBeUndefined()
  })

  it('ends the sessions that match, and no others', () => {
    const { store } = fixture()
    const [first, second, other] = [store.open('ada'), store.open('ada'), store.open('bo')]
    expect(store.endWhere((value) => value === 'ada')).toBe(2)
    expect([store.read(first), store.read(second), store.read(other)]).toEqual([
      undefined,
      undefined,
      'bo',
    ])
  })

  it('makes room for a new session by ending the least recently used one', () => {
    const { store } = fixture(2)
    const [first, second] = [store.open('ada'), store.open('bo')]
    store.read(first)
    store.open('cy')
    expect(store.read(first)).toBe('ada')
    expect(store.read(second)).toBeUndefined()
  })
})
