import { expect, it } from 'vitest'
import { factsProblem, shownFacts } from './shown-facts.ts'

it('keeps the order of the facts, and leaves out those without a value', () => {
  const read = [
    ['Department', ' Nursing '],
    ['Manager', null],
    ['Room', undefined],
    ['Unit', ' \n'],
    ['Employee number', '4711'],
  ] as const
  expect(shownFacts(read)).toEqual([
    { name: 'Department', value: 'Nursing' },
    { name: 'Employee number', value: '4711' },
  ])
  expect(shownFacts([])).toBeUndefined()
  expect(shownFacts([['Unit', '']])).toBeUndefined()
})

it('holds at most twelve facts of at most 200 characters, none of them cut in half', () => {
  const long = '🙂'.repeat(100_000)
  const facts = shownFacts(Array.from({ length: 1_000 }, (_, i) => [`Fact ${i}`, long] as const))
  expect(facts).toHaveLength(12)
  expect(facts?.[11]).toEqual({ name: 'Fact 11', value: `${'🙂'.repeat(200)}…` })
  expect(shownFacts([['Unit', 'x'.repeat(200)]])).toEqual([
    { name: 'Unit', value: 'x'.repeat(200) },
  ])
})

it('leaves hidden characters to the page that shows the fact', () => {
  const value = '\u202e<b>\0'
  expect(shownFacts([['Unit', value]])).toEqual([{ name: 'Unit', value }])
})

it.each([
  [{ Department: 'dept', 'Employee number': 'no' }, undefined],
  [{}, undefined],
  [{ Größe: 'size' }, undefined],
  [undefined, 'object'],
  [null, 'object'],
  [['dept'], 'object'],
  ['dept', 'object'],
  [{ 7: 'seven' }, 'letter'],
  [{ '': 'dept' }, 'letter'],
  [{ ' Department': 'dept' }, 'letter'],
  [{ 'De\u202epartment': 'dept' }, 'letter'],
  [{ ['x'.repeat(41)]: 'dept' }, '40'],
  [Object.fromEntries(Array.from({ length: 13 }, (_, i) => [`f${i}`, 'x'])), '12'],
])('takes names as operators read them: %j', (option, problem) => {
  const found = factsProblem(option)
  if (problem === undefined) expect(found).toBeUndefined()
  else expect(found).toContain(problem)
})
