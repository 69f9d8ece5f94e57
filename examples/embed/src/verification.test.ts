import { join } from 'node:path'
import type { VerificationKey, VerificationKind } from '@force-reset/core'
import { expect, it } from 'vitest'
import { complaintsAbout, programOf, root } from './compile.fixture.ts'
import { openGuide } from './guide/guide.fixture.ts'

const { text, blocks } = await openGuide('verification.md')
const example = join(root, 'examples/embed/src/verification-example.ts')
const broken = join(root, 'examples/embed/src/verification-broken.ts')

it('shows code that compiles, and a mistake in it would not', () => {
  const [shown = ''] = blocks('ts')
  const program = programOf([], {
    [example]: shown,
    [broken]: shown.replace('attestedSuffices', 'planted'),
  })
  expect(complaintsAbout(program, example)).toEqual([])
  expect(complaintsAbout(program, broken)).toHaveLength(1)
})

/** The names in the first column of the table below a heading. */
function namesBelow(heading: string, column = 1): readonly string[] {
  const section = text.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
  return section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|')[column]?.replaceAll('`', '').trim() ?? '')
}

const keys: Readonly<Record<VerificationKey, true>> = {
  no_proof: true,
  not_enough: true,
  proof_expired: true,
  proof_used: true,
  proof_under_way: true,
  proof_of_another: true,
  foreign_proof: true,
  clocks_differ: true,
  account_changed: true,
  no_policy: true,
  closed: true,
  override_refused: true,
  memory_failed: true,
  method_unavailable: true,
  destination_unknown: true,
  destination_changed: true,
  not_started: true,
  wrong_answer: true,
  too_many_answers: true,
  too_many_starts: true,
  code_used: true,
  not_sent: true,
  not_confirmed: true,
  denied: true,
  may_not_vouch: true,
  own_vouch: true,
}

const kinds: Readonly<Record<Exclude<VerificationKind, 'application'>, true>> = {
  call_back: true,
  in_person: true,
  sent_code: true,
  confirmed: true,
  second_person: true,
}

it('names every reason, and no other', () => {
  expect(namesBelow('Why not')).toEqual(Object.keys(keys))
})

it('names every method', () => {
  expect(namesBelow('What each method is worth', 2)).toEqual([...Object.keys(kinds), 'its own'])
})
