import { describe, expect, it } from 'vitest'
import { listQueryOf, readListView } from './list-query.ts'

describe('the view of the list', () => {
  it('survives the way into an address and back', () => {
    const view = { search: 'a&b=c+d é', status: 'pending', cursor: 'x/y+z=' } as const
    expect(readListView(new URLSearchParams(listQueryOf(view)))).toEqual(view)
  })

  it('is an empty query for the first page of everybody', () => {
    expect(listQueryOf({ search: '', status: undefined, cursor: undefined })).toBe('')
  })

  it('leaves out what makes no sense', () => {
    expect(readListView(new URLSearchParams('search=++&status=root&cursor='))).toEqual({
      search: '',
      status: undefined,
      cursor: undefined,
    })
  })

  it('cuts a search that is longer than any name', () => {
    expect(readListView(new URLSearchParams({ search: 'x'.repeat(5_000) })).search).toHaveLength(
      200,
    )
  })
})
