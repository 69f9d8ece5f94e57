import { describe, expect, it } from 'vitest'
import { dialects } from './dialect-of.ts'
import { readDriverError } from './driver-error.ts'
import { failureKinds } from './failure-kind.ts'

const kindOf = (error: object) => readDriverError(error).kind

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
    expect(kindOf({ errcode: 5 })).toBe('row_locked')
    expect(kindOf({ errcode: 0x105 })).toBe('row_locked')
    expect(kindOf({ errno: 5 })).toBeUndefined()
    expect(kindOf({ errno: 1205, sqlState: 'HY000' })).toBe('row_locked')
    expect(kindOf({ errcode: 1205 })).toBeUndefined()
  })

  it('name a foreign key before other constraints, and an unknown code not at all', () => {
    expect(kindOf({ sqlState: '23503' })).toBe('referenced')
    expect(kindOf({ sqlState: '23505' })).toBe('constraint')
    expect(kindOf({ errno: 1451, sqlState: '23000' })).toBe('referenced')
    expect(kindOf({ sqlState: 'XX000' })).toBeUndefined()
    expect(kindOf({})).toBeUndefined()
  })
})
