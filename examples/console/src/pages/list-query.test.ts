import { describe, expect, it } from 'vitest'
import {
  firstPageOf,
  type ListView,
  listQueryOf,
  nextPageOf,
  previousPageOf,
  readListView,
} from './list-query.ts'

describe('the view of the list', () => {
  it('survives the way into an address and back', () => {
    const view: ListView = {
      search: 'a&b=c+d é',
      status: 'pending',
      cursor: 'x/y+z=',
      page: 4,
      earlier: ['a=', 'b&'],
    }
    expect(readListView(new URLSearchParams(listQueryOf(view)))).toEqual(view)
  })

  it('is an empty query for the first page of everybody', () => {
    expect(listQueryOf(readListView(new URLSearchParams()))).toBe('')
  })

  it('leaves out what makes no sense', () => {
    expect(
      readListView(new URLSearchParams('search=++&status=root&cursor=&page=0&earlier=x')),
    ).toEqual({
      search: '',
      status: undefined,
      cursor: undefined,
      page: 1,
      earlier: [],
    })
  })

  it('leads from page to page, and all the way back', () => {
    const first = readListView(new URLSearchParams('search=kim'))
    const pages = [first]
    for (const cursor of ['b', 'c', 'd']) pages.push(nextPageOf(pages.at(-1) ?? first, cursor))
    expect(pages.map(({ page, cursor }) => [page, cursor])).toEqual([
      [1, undefined],
      [2, 'b'],
      [3, 'c'],
      [4, 'd'],
    ])
    for (const [index, page] of pages.entries())
      expect(previousPageOf(page)).toEqual(pages[index - 1])
    expect(firstPageOf(nextPageOf(first, 'b'))).toEqual(first)
  })

  it('keeps as many of the cursors as an address holds, and names no wrong page', () => {
    let view = readListView(new URLSearchParams())
    for (let page = 2; page <= 40; page += 1) view = nextPageOf(view, `${page}`.padStart(250, '-'))
    expect(listQueryOf(view).length).toBeLessThan(4_000)
    const back = []
    for (let at = previousPageOf(view); at; at = previousPageOf(at)) {
      expect(at.cursor).toBe(`${at.page}`.padStart(250, '-'))
      back.push(at.page)
    }
    expect(back).toEqual([39, 38, 37, 36, 35, 34, 33, 32, 31, 30, 29, 28])
  })

  it('cuts a search that is longer than any name', () => {
    expect(readListView(new URLSearchParams({ search: 'x'.repeat(5_000) })).search).toHaveLength(
      200,
    )
  })
})
