import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
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
    ['serach=a', 'serach'],
    ['search=a&search=b', 'search'],
    ['limit=10&limit=20', 'limit'],
    ['status=Active', 'status'],
    ['status=active&status=everybody', 'status'],
    ['status=', 'status'],
    ['status=constructor', 'status'],
    ['limit=-1', 'limit'],
    ['limit=1e3', 'limit'],
    ['limit=', 'limit'],
    ['limit=9999999999', 'limit'],
    ['__proto__=1', '__proto__'],
    [`${'x'.repeat(100)}=1`, 'x'.repeat(64)],
  ])('refuses %s and names the parameter', (query, field) => {
    expect(readListQuery(query)).toEqual({
      ok: false,
      detail: { reason: 'field', field, problem: 'malformed' },
    })
  })

  it('refuses percent-encoding that decodes to nothing', () => {
    expect(readListQuery('search=%ff')).toEqual({ ok: false, detail: undefined })
  })
})
