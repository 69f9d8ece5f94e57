import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { entityTagOf, versionOfEntityTag } from './entity-tag.ts'

describe('entity tags', () => {
  it('carry every version there and back, weak or strong', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (version) => {
        const tag = entityTagOf(version)
        if (tag === undefined) return expect(version.isWellFormed()).toBe(false)
        expect(tag).toMatch(/^W\/"[!#-~]+"$/)
        expect(versionOfEntityTag(tag)).toBe(version)
        expect(versionOfEntityTag(tag.slice(2))).toBe(version)
      }),
    )
  })

  it('are read without the spaces around them', () => {
    expect(versionOfEntityTag(' "a" ')).toBe('a')
  })

  it('do not exist for text that is not Unicode', () => {
    expect(entityTagOf('\ud800')).toBeUndefined()
  })

  it.each([
    '*',
    '',
    '""',
    'W/""',
    'abc',
    '"a',
    'w/"a"',
    '"a", "b"',
    '"a" "b"',
    '"a b"',
    '"%ff"',
    '"ä"',
  ])('are not %s', (value) => {
    expect(versionOfEntityTag(value)).toBeUndefined()
  })
})
