import type { FailureDetail } from '@force-reset/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parametersOf } from '../../wire/failure-problem.ts'
import { readReset, readTrouble, readView } from './read-response.ts'

const user = { id: '42', username: 'kim', version: 'v1', status: 'active', privileged: false }
const receipt = {
  mustChange: 'enforced',
  expiresAt: '2030-01-02T03:04:05.000Z',
  unlocked: true,
  sessionsRevoked: 2,
  endpoint: 'memory',
  survives: ['api_keys'],
  unreadRules: ['PSO'],
  auditComplete: true,
}

const overTheWire = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

describe('readTrouble', () => {
  it.each([
    { reason: 'field', field: 'reason', problem: 'too_long', limit: 500 },
    { reason: 'status', status: 'suspended' },
    { reason: 'rule', message: 'Not on Sundays.' },
    { reason: 'denied', message: 'Not you.' },
    { reason: 'stale_version' },
    { reason: 'foreign_version', keyLabel: 'b' },
    { reason: 'changed_during_write' },
    { reason: 'rules', bits: 12.5, leastBits: 40 },
    { reason: 'audit_timeout', limitMs: 5_000 },
    {
      reason: 'store',
      key: 'read_only',
      what: 'The database is read-only.',
      parameters: { container: 'ou=people' },
      cause: { code: 'X', sqlState: '25006', ldapResult: 1 },
    },
  ] satisfies readonly FailureDetail[])('reads the reason of core as it was sent: %j', (detail) => {
    const { message, what, ...fields } = { message: '', what: '', ...detail }
    const trouble = readTrouble(
      overTheWire({ code: 'busy', detail: 'English.', parameters: parametersOf(detail) }),
    )
    expect(trouble?.reason).toMatchObject(fields)
  })

  it.each([
    { reason: 'callback_failed', callback: 'audit' },
    { reason: 'status', status: 'frozen' },
    { reason: 'field', field: 'reason', problem: 'rude' },
    { reason: 'rules', leastBits: 'many' },
    { reason: 'store', key: 7 },
    { reason: 'lunar' },
  ])('keeps the parameters of a reason that it cannot read: %j', (parameters) => {
    const trouble = readTrouble({ code: 'busy', detail: 'English.', parameters })
    expect(trouble).toMatchObject({ code: 'busy', reason: undefined, parameters })
  })

  it('reads no bits at all as zero', () => {
    const detail = { reason: 'rules', bits: Number.NEGATIVE_INFINITY, leastBits: 40 } as const
    const parameters = parametersOf(detail)
    expect(readTrouble(overTheWire({ code: 'x', detail: 'x', parameters }))?.reason).toEqual({
      reason: 'rules',
      bits: 0,
      leastBits: 40,
    })
  })

  it('writes out what cannot be seen, however deep', () => {
    const parameters = { reason: 'store', key: 'a\u202eb', parameters: { dn: 'c\u200bd' } }
    const trouble = readTrouble({ code: 'busy', detail: 'e\u202ef', parameters })
    expect(trouble?.detail).toBe(String.raw`e\u{202e}f`)
    expect(trouble?.reason).toMatchObject({
      key: String.raw`a\u{202e}b`,
      parameters: { dn: String.raw`c\u{200b}d` },
    })
  })
})

describe('readView', () => {
  it('reads the code, the words and the parameters of a preview that refuses', () => {
    const reset = {
      allowed: false,
      code: 'not_eligible',
      detail: 'English.',
      parameters: { reason: 'status', status: 'suspended' },
    }
    expect(readView({ user, reset })?.reset).toMatchObject({
      allowed: false,
      refusal: { code: 'not_eligible', reason: { reason: 'status', status: 'suspended' } },
    })
  })

  it('takes fields, codes and survivors of a newer server', () => {
    const newer = { ...user, place: 'Berlin', facts: [{ name: 'a', value: 'b' }], mood: 1 }
    const survives = ['sessions', 'crystals']
    expect(readView({ user: newer, reset: { allowed: true, survives }, extra: 1 })?.reset).toEqual({
      allowed: true,
      survives,
    })
    const refused = { allowed: false, code: 'teapot', detail: 'x' }
    expect(readView({ user, reset: refused })?.reset).toMatchObject({ refusal: { code: 'teapot' } })
  })

  it.each([
    ['no account', { reset: { allowed: true, survives: [] } }],
    ['no version', { user: { id: '1', username: 'k' }, reset: { allowed: true, survives: [] } }],
    ['neither allowed nor refused', { user, reset: { allowed: 'yes', survives: [] } }],
    ['a refusal without a code', { user, reset: { allowed: false, detail: 'x' } }],
    ['a list', []],
    ['nothing', undefined],
  ])('reads no account from %s', (_, json) => {
    expect(readView(json)).toBeUndefined()
  })
})

describe('readReset', () => {
  it('reads what the reset did, field by field', () => {
    expect(
      readReset({ resetId: 'r', user, receipt: { ...receipt, extra: 'x' }, extra: 1 }),
    ).toEqual({ resetId: 'r', user: { id: '42', username: 'kim', version: 'v1' }, receipt })
  })

  it('takes the least that a receipt can claim for what it cannot read', () => {
    const malformed = { mustChange: 'maybe', expiresAt: 'soon', sessionsRevoked: '2' }
    expect(readReset({ resetId: 'r', user, receipt: malformed })?.receipt).toEqual({
      mustChange: 'off',
      expiresAt: null,
      unlocked: false,
      sessionsRevoked: null,
      endpoint: '',
      survives: [],
      unreadRules: [],
      auditComplete: false,
    })
  })
})

describe('every reader', () => {
  it('takes any JSON without failing', () => {
    const names = fc.constantFrom('user', 'reset', 'receipt', 'code', 'detail', 'parameters')
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.dictionary(names, fc.jsonValue())), (json) => {
        for (const read of [readTrouble, readView, readReset]) read(json)
      }),
    )
  })
})
