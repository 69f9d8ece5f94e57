import { describe, expect, it } from 'vitest'
import { mixedScripts } from './mixed-scripts.ts'

describe('mixedScripts', () => {
  it.each([
    ['p\u0430ul', ['Latin', 'Cyrillic']],
    ['\u03bfmar', ['Latin', 'Greek']],
    ['paul', []],
    ['\u043f\u0430\u0432\u0435\u043b', []],
    ['tanaka\u592a\u90ce', []],
    ['user-1_2', []],
  ])('finds in %j the scripts %j', (name, expected) => {
    expect(mixedScripts(name)).toEqual(expected)
  })
})
