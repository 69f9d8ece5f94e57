import { describe, expect, it } from 'vitest'
import type { Happening, RaceRules, World } from './race-model.ts'
import { firstWorld, worldsAfter } from './race-model.ts'

const strict: RaceRules = {
  judgedBefore: [],
  looksInPieces: false,
  ownChangeSignsIn: false,
  generationsLast: false,
  ownPasswordsLinger: false,
}
const late: RaceRules = {
  judgedBefore: ['generation', 'suspended', 'privileged', 'name'],
  looksInPieces: true,
  ownChangeSignsIn: true,
  generationsLast: true,
  ownPasswordsLinger: true,
}
const first = firstWorld({ password: 'own-0', suspended: false, privileged: false })

const look = (by: string, change: object = {}): Happening => ({
  kind: 'look',
  by,
  seen: { eligible: true, privileged: false, version: 'v1', ...change },
})
const write = (by: string, outcome = 'applied'): Happening => ({ kind: 'write', by, outcome })
const act = (kind: 'suspend' | 'activate' | 'promote' | 'rename' | 'remove'): Happening => ({
  kind,
  by: kind,
  done: true,
})

/** The worlds after turns, in each of which these happenings were under way at once. */
function after(rules: RaceRules, ...turns: readonly (readonly Happening[])[]): readonly World[] {
  return turns.reduce<readonly World[]>((worlds, turn) => worldsAfter(worlds, turn, rules), [first])
}

describe.each([
  ['judges within its write', strict],
  ['judges before its write', late],
])('a store that %s', (_, rules) => {
  it.each<[string, readonly (readonly Happening[])[]]>([
    ['a reset of an account that stayed as it was', [[look('a')], [write('a')]]],
    [
      'a conflict after another reset',
      [[look('a'), look('b')], [write('b')], [write('a', 'conflict')]],
    ],
    [
      'a refusal of a suspended account',
      [[look('a')], [act('suspend')], [write('a', 'not_eligible')]],
    ],
    [
      'a refusal of a deleted account',
      [[look('a')], [act('remove')], [write('a', 'user_not_found')]],
    ],
    [
      'a refusal while the account is being suspended',
      [[look('a')], [write('a', 'not_eligible'), act('suspend')]],
    ],
    ['a reset while the account is being suspended', [[look('a')], [write('a'), act('suspend')]]],
    [
      'another version after a change',
      [[look('a')], [act('rename')], [look('b', { version: 'v2' })]],
    ],
    [
      'a sign-in with the password of the reset',
      [[look('a')], [write('a')], [{ kind: 'sign_in', password: 'a', opened: true }]],
    ],
  ])('may answer with %s', (_title, turns) => {
    expect(after(rules, ...turns)).not.toEqual([])
  })

  it.each<[string, readonly (readonly Happening[])[]]>([
    ['two resets after one look', [[look('a'), look('b')], [write('a')], [write('b')]]],
    [
      'a reset of an account that was suspended before',
      [[look('a')], [act('suspend')], [write('a')]],
    ],
    [
      'a reset of an account that was made privileged before',
      [[look('a')], [act('promote')], [write('a')]],
    ],
    ['a reset of an account that has another name', [[look('a')], [act('rename')], [write('a')]]],
    ['a reset of an account that was deleted', [[look('a')], [act('remove')], [write('a')]]],
    ['a conflict where nothing changed', [[look('a')], [write('a', 'conflict')]]],
    ['an eligible account that is suspended', [[act('suspend')], [look('a')]]],
    ['a plain account that is privileged', [[act('promote')], [look('a')]]],
    ['the version of before a change', [[look('a')], [act('rename')], [look('b')]]],
    ['another version without a change', [[look('a')], [look('b', { version: 'v2' })]]],
    [
      'a sign-in with the password before',
      [[look('a')], [write('a')], [{ kind: 'sign_in', password: 'own-0', opened: true }]],
    ],
    [
      'a sign-in to a suspended account',
      [[act('suspend')], [{ kind: 'sign_in', password: 'own-0', opened: true }]],
    ],
  ])('may never answer with %s', (_title, turns) => {
    expect(after(rules, ...turns)).toEqual([])
  })
})

describe('two writes of one look that are under way at once', () => {
  const turns = [
    [look('a'), look('b')],
    [write('a'), write('b')],
  ] as const

  it('may both be applied where the store judges before its write, and only there', () => {
    expect(after(late, ...turns)).not.toEqual([])
    expect(after(strict, ...turns)).toEqual([])
  })

  it('are never both applied where the password is judged within', () => {
    const rules: RaceRules = { ...late, judgedBefore: ['suspended', 'privileged', 'name'] }
    expect(after(rules, ...turns)).toEqual([])
  })
})

describe("the user's own change", () => {
  const change = (done: boolean): Happening => ({
    kind: 'own_change',
    by: 'the user',
    from: 'own-0',
    to: 'own-1',
    done,
  })

  it('is refused after a reset where the change signs in, and only there', () => {
    const reset = [[look('a')], [write('a')]] as const
    expect(after(late, ...reset, [change(false)])).not.toEqual([])
    expect(after(late, ...reset, [change(true)])).toEqual([])
    expect(after(strict, ...reset, [change(true)])).not.toEqual([])
    expect(after(strict, ...reset, [change(false)])).toEqual([])
  })

  it('may leave the version as it is where a generation lasts a second, and only there', () => {
    const turns = [[look('a')], [change(true)], [look('b')], [write('b')]] as const
    const quick: RaceRules = { ...strict, generationsLast: true }
    expect(after(quick, ...turns)).not.toEqual([])
    expect(after(strict, ...turns)).toEqual([])
  })

  it('may leave the password before it working, until a reset, and only where that lingers', () => {
    const before: Happening = { kind: 'sign_in', password: 'own-0', opened: true }
    const other = { version: 'v2' }
    const changed = [[look('a')], [change(true)]] as const
    expect(after(late, ...changed, [before])).not.toEqual([])
    expect(after(strict, ...changed, [before])).toEqual([])
    const reset = [...changed, [look('b', other)], [write('b')]] as const
    expect(after(late, ...reset)).not.toEqual([])
    expect(after(late, ...reset, [before])).toEqual([])
  })
})
