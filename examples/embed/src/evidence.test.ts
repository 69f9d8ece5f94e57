import { join } from 'node:path'
import type { AuditEvent } from '@force-reset/core'
import { ocsfAccountChange } from '@force-reset/core/evidence'
import { expect, it } from 'vitest'
import { complaintsAbout, programOf, root } from './compile.fixture.ts'
import { openGuide } from './guide/guide.fixture.ts'

const { text, blocks } = await openGuide('evidence.md')
const example = join(root, 'examples/embed/src/evidence-example.ts')
const broken = join(root, 'examples/embed/src/evidence-broken.ts')

it('shows code that compiles, and a mistake in it would not', () => {
  const [shown = ''] = blocks('ts')
  const program = programOf([], {
    [example]: shown,
    [broken]: shown.replace('vendorName', 'planted'),
  })
  expect(complaintsAbout(program, example)).toEqual([])
  expect(complaintsAbout(program, broken)).toHaveLength(1)
})

/** The types of events in the first column of a table, and the number of the other columns. */
const rows = [...text.matchAll(/^\| (`[a-z_.`, ]+`) \| (\d+), .+ \| (\d+), .+ \|$/gm)].flatMap(
  ([, types = '', activity, status]) =>
    [...types.matchAll(/`([a-z_.]+)`/g)].map(([, type]) => ({ type, activity, status })),
)

it('names the activity and the status of every type of event, as the function answers them', () => {
  expect(rows.map(({ type }) => type).sort()).toEqual([
    'access.denied',
    'access.limited',
    'access.omitted',
    'reset.applied',
    'reset.applied_unused',
    'reset.attempted',
    'reset.not_applied',
    'reset.overtaken',
    'reset.refused',
    'reset.undelivered',
    'reset.unknown',
    'verification.denied',
    'verification.failed',
    'verification.overridden',
    'verification.passed',
    'verification.sent',
    'verification.started',
    'verification.suspicious',
    'verification.vouched',
  ] satisfies readonly AuditEvent['type'][])
  for (const { type, activity, status } of rows) {
    const event: AuditEvent = JSON.parse(
      JSON.stringify({ schema: 1, type, action: 'reset', at: '2026-01-02T03:04:05.678Z' }),
    )
    const { activity_id, status_id } = ocsfAccountChange(event)
    expect({ type, activity: String(activity_id), status: String(status_id) }).toEqual({
      type,
      activity,
      status,
    })
  }
})
