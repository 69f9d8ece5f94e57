import { describe, expect, it } from 'vitest'
import { isCrossSite } from './guards.ts'

const post = (headers: Record<string, string>) =>
  new Request('http://127.0.0.1:3000/signin', {
    method: 'POST',
    headers: { host: '127.0.0.1:3000', ...headers },
  })

describe('isCrossSite', () => {
  it.each<[Record<string, string>, boolean]>([
    [{ 'sec-fetch-site': 'same-origin', origin: 'http://127.0.0.1:3000' }, false],
    [{ 'sec-fetch-site': 'none' }, false],
    [{ 'sec-fetch-site': 'same-site' }, true],
    [{ 'sec-fetch-site': 'cross-site' }, true],
    [{ 'sec-fetch-site': 'cross-site', origin: 'http://127.0.0.1:3000' }, true],
    [{ origin: 'http://127.0.0.1:3000' }, false],
    [{ origin: 'http://127.0.0.1:4000' }, true],
    [{ origin: 'http://127.0.0.1:3000.evil.example' }, true],
    [{ origin: 'null' }, true],
    [{}, false],
  ])('judges %j: %j', (headers, expected) => {
    expect(isCrossSite(post(headers))).toBe(expected)
  })
})
