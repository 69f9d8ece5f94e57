import { describe, expect, it } from 'vitest'
import { dialects } from './dialect-of.ts'
import { failureKinds } from './failure-kind.ts'
import { failureKindOf } from './failure-kind-of.ts'

describe('the codes of a database', () => {
  it.each(dialects.map((dialect) => [dialect.name, dialect] as const))(
    'stand once in the table of %s',
    (_, { failures }) => {
      const codes = Object.values(failures).flat()
      expect(codes.length).toBeGreaterThan(0)
      expect(codes.length).toBe(new Set(codes).size)
    },
  )

  it('mean each kind of failure in at least one database', () => {
    for (const kind of failureKinds)
      expect(dialects.some(({ failures }) => failures[kind].length > 0)).toBe(true)
  })

  it('are numbers of one database only: 5 is a lock of SQLite and nothing of MySQL', () => {
    expect(failureKindOf({ sqlite: 5 })).toBe('locked')
    expect(failureKindOf({ sqlite: 0x105 })).toBe('locked')
    expect(failureKindOf({ errno: 5 })).toBeUndefined()
    expect(failureKindOf({ errno: 1205, sqlState: 'HY000' })).toBe('locked')
    expect(failureKindOf({ sqlite: 1205 })).toBeUndefined()
  })

  it('name a foreign key before other constraints, and an unknown code not at all', () => {
    expect(failureKindOf({ sqlState: '23503' })).toBe('referenced')
    expect(failureKindOf({ sqlState: '23505' })).toBe('constraint')
    expect(failureKindOf({ errno: 1451, sqlState: '23000' })).toBe('referenced')
    expect(failureKindOf({ sqlState: 'XX000' })).toBeUndefined()
    expect(failureKindOf({})).toBeUndefined()
  })
})
