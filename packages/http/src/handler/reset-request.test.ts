import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { refusalOf } from '../test/refusal.fixture.ts'
import { wireResetRequestSchema } from '../wire/wire.ts'
import { readResetBody } from './reset-request.ts'

const anyField = fc.oneof(fc.string(), fc.constant(undefined), fc.jsonValue({ maxDepth: 1 }))
const almost = fc.record(
  {
    version: anyField,
    reason: anyField,
    proofs: fc.oneof(anyField, fc.array(fc.oneof({ weight: 9, arbitrary: fc.string() }, anyField))),
    override: fc.oneof(anyField, fc.boolean()),
    other: anyField,
  },
  { requiredKeys: [] },
)

describe('readResetBody', () => {
  it('takes exactly what the schema of the OpenAPI document takes', () => {
    let taken = 0
    fc.assert(
      fc.property(fc.oneof({ weight: 4, arbitrary: almost }, fc.jsonValue()), (value) => {
        const read = readResetBody(value, true)
        const expected = wireResetRequestSchema.safeParse(value)
        expect(read.ok).toBe(expected.success)
        if (!read.ok || !expected.success) return
        taken += 1
        expect({ ...read.body }).toEqual({ ...expected.data })
      }),
    )
    expect(taken).toBeGreaterThan(0)
  })

  it.each<[string, unknown, string, string]>([
    ['no object', 'version', 'body', 'malformed'],
    ['a number', 1, 'body', 'malformed'],
    ['null', null, 'body', 'malformed'],
    ['a list', [{ version: 'v' }], 'body', 'malformed'],
    ['a version of null', { version: null }, 'version', 'not_a_string'],
    ['a version that is a number', { version: 1 }, 'version', 'not_a_string'],
    ['a reason that is a list', { version: 'v', reason: ['x'] }, 'reason', 'not_a_string'],
    [
      'two wrong fields, of which it names the known one',
      { x: 1, reason: 1 },
      'reason',
      'not_a_string',
    ],
    ['a field that is mistyped', { version: 'v', raeson: 'x' }, 'raeson', 'unknown'],
    ['a proof that nobody asks for', { version: 'v', proofs: ['x'] }, 'proofs', 'unknown'],
    ['an override that nobody asks for', { override: true }, 'override', 'unknown'],
    ['a prototype', JSON.parse('{"version":"v","__proto__":{}}'), '__proto__', 'unknown'],
    [
      'a long name, of which it repeats 64 characters',
      { ['x'.repeat(99)]: 1 },
      'x'.repeat(64),
      'unknown',
    ],
  ])('refuses %s and names the field', (_, value, field, problem) => {
    expect(refusalOf(readResetBody(value, false))).toMatchObject({
      code: 'invalid_request',
      parameters: { reason: 'field', field, problem },
    })
  })

  it.each<[object, object]>([
    [{}, {}],
    [{ version: 'v' }, { version: 'v' }],
    [
      { version: 'v', reason: '' },
      { version: 'v', reason: '' },
    ],
    [Object.assign(Object.create(null), { version: 'v' }), { version: 'v' }],
  ])('takes %j', (value, body) => {
    expect(readResetBody(value, false)).toEqual({ ok: true, body })
  })
})
