import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { refusalOf } from '../test/refusal.fixture.ts'
import { readListQuery } from './list-query.ts'

const nothing = { search: undefined, statuses: undefined, cursor: undefined, limit: undefined }

describe('readListQuery', () => {
  it('finds every search and cursor again that was percent-encoded', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.string({ unit: 'grapheme' }),
        (search, cursor) => {
          fc.pre(search.isWellFormed() && cursor.isWellFormed())
          const query = new URLSearchParams({ search, cursor }).toString()
          expect(readListQuery(query)).toEqual({ ok: true, query: { ...nothing, search, cursor } })
          const encoded =
            `search=${encodeURIComponent(search)}` + `&cursor=${encodeURIComponent(cursor)}`
          expect(readListQuery(encoded)).toEqual({
            ok: true,
            query: { ...nothing, search, cursor },
          })
        },
      ),
    )
  })

  it.each([
    ['', nothing],
    ['search=', { ...nothing, search: '' }],
    ['status=active&status=pending', { ...nothing, statuses: ['active', 'pending'] }],
    ['limit=10', { ...nothing, limit: 10 }],
    ['limit=999999999', { ...nothing, limit: 999_999_999 }],
    ['search=a+b', { ...nothing, search: 'a b' }],
  ])('reads %s', (query, expected) => {
    expect(readListQuery(query)).toEqual({ ok: true, query: expected })
  })

  it.each([
    ['serach=a', 'serach', 'unknown'],
    ['q=a', 'q', 'unknown'],
    ['search=a&search=b', 'search', 'malformed'],
    ['limit=10&limit=20', 'limit', 'malformed'],
    ['status=Active', 'status', 'malformed'],
    ['status=active&status=everybody', 'status', 'malformed'],
    ['status=', 'status', 'malformed'],
    ['status=constructor', 'status', 'malformed'],
    ['limit=-1', 'limit', 'malformed'],
    ['limit=1e3', 'limit', 'malformed'],
    ['limit=', 'limit', 'malformed'],
    ['limit=9999999999', 'limit', 'malformed'],
    ['__proto__=1', '__proto__', 'unknown'],
    [`${'x'.repeat(100)}=1`, 'x'.repeat(64), 'unknown'],
  ])('refuses %s and names the parameter', (query, field, problem) => {
    expect(refusalOf(readListQuery(query))).toMatchObject({
      code: 'invalid_request',
      detail: problem === 'unknown' ? `Unknown parameter: ${field}.` : `${field} is not valid.`,
      parameters: { reason: 'field', field, problem },
    })
  })

  it('refuses percent-encoding that decodes to nothing', () => {
    expect(refusalOf(readListQuery('search=%ff'))).toMatchObject({ code: 'malformed' })
  })
})
