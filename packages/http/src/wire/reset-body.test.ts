import type { ResetReceipt, ResetSuccess, User } from '@force-reset/core'
import { characters, generateTemporaryPassword, TemporaryPassword } from '@force-reset/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { resetBody } from './reset-body.ts'
import { wireUserSchema } from './wire.ts'
import { wireReceipt, wireUser } from './wire-user.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.constantFrom('"', '\\', '</script>', '\u2028', '\ud800'),
)
const anyDate = fc.date({ noInvalidDate: false })

const anyUser: fc.Arbitrary<User> = fc.record(
  {
    id: anyText,
    username: anyText,
    email: anyText,
    displayName: anyText,
    place: anyText,
    facts: fc.array(fc.record({ name: anyText, value: anyText })),
    status: fc.constantFrom('active' as const, 'pending' as const),
    statusReason: fc.constantFrom('disabled' as const, 'signs_in_elsewhere' as const),
    privileged: fc.boolean(),
    version: anyText,
    locked: fc.boolean(),
    mustChange: fc.boolean(),
    createdAt: anyDate,
    updatedAt: anyDate,
  },
  { requiredKeys: ['id', 'username', 'status', 'privileged', 'version'] },
)

const anyReceipt: fc.Arbitrary<ResetReceipt> = fc.record({
  mustChange: fc.constantFrom(
    'enforced' as const,
    'unproven' as const,
    'application' as const,
    'off' as const,
  ),
  expiresAt: fc.option(anyDate),
  unlocked: fc.boolean(),
  sessionsRevoked: fc.option(fc.nat()),
  endpoint: anyText,
  survives: fc.constant([]),
  unreadRules: fc.array(anyText),
  auditComplete: fc.boolean(),
})

/**
 * Any password that core can make: printable ASCII without the space, with the two characters that
 * JSON escapes.
 */
const anyPassword = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  minLength: 1,
  maxLength: 64,
})

function success(password: string, user: User, receipt: ResetReceipt): ResetSuccess {
  const bytes = new Uint8Array(new ArrayBuffer(password.length))
  encoder.encodeInto(password, bytes)
  return { ok: true, resetId: 'r', user, temporaryPassword: new TemporaryPassword(bytes), receipt }
}

describe('resetBody', () => {
  it('is byte for byte what JSON.stringify makes of the same', () => {
    fc.assert(
      fc.property(anyPassword, anyUser, anyReceipt, (password, user, receipt) => {
        const body = resetBody(success(password, user, receipt))
        const same = {
          resetId: 'r',
          user: wireUser(user),
          temporaryPassword: password,
          receipt: wireReceipt(receipt),
        }
        expect(decoder.decode(body)).toBe(JSON.stringify(same))
      }),
    )
  })

  it('reveals the password and leaves it nowhere else', () => {
    const temporaryPassword = generateTemporaryPassword(
      characters({ alphabet: '"\\abcdefgh', length: 30 }),
    )
    const user: User = {
      id: '1',
      username: 'kim',
      status: 'active',
      privileged: false,
      version: 'v',
    }
    const receipt: ResetReceipt = {
      mustChange: 'application',
      expiresAt: null,
      unlocked: false,
      sessionsRevoked: null,
      endpoint: 'memory',
      survives: [],
      unreadRules: [],
      auditComplete: true,
    }
    const body = resetBody({ ok: true, resetId: 'r', user, temporaryPassword, receipt })
    expect(temporaryPassword.state).toBe('revealed')
    expect(() => temporaryPassword.reveal()).toThrow(/once/)
    expect(body.buffer.byteLength).toBe(body.length)
    expect(JSON.parse(decoder.decode(body)).temporaryPassword).toMatch(/^["\\a-h]{30}$/)
  })

  it('does not lose a password because of a date that is none', () => {
    const user: User = {
      id: '1',
      username: 'kim',
      status: 'active',
      privileged: false,
      version: 'v',
      createdAt: new Date(Number.NaN),
    }
    expect(wireUser(user).createdAt).toBeUndefined()
  })

  it('has every field of an account as the store has it', () => {
    const user: User = {
      id: '1',
      username: 'kim',
      email: 'kim@example.com',
      displayName: 'Kim\u202e Lee',
      place: 'Berlin / Ward 3B',
      facts: [{ name: 'department', value: 'Nursing' }],
      status: 'suspended',
      statusReason: 'blocked',
      privileged: true,
      version: 'v',
      locked: true,
      mustChange: true,
      createdAt: new Date(0),
      updatedAt: new Date(1),
    }
    const moments = {
      createdAt: '1970-01-01T00:00:00.000Z',
      updatedAt: '1970-01-01T00:00:00.001Z',
    }
    expect(wireUserSchema.parse(wireUser(user))).toEqual({ ...user, ...moments })
  })

  it('does not lose a password because of optional fields that hold nonsense', () => {
    const nonsense = {
      email: 5n,
      displayName: {},
      place: ['Berlin'],
      facts: [null, { name: 'department', value: 5n }, { name: 'badge', value: '7', secret: 'x' }],
      statusReason: 7,
      locked: 'yes',
      mustChange: 1n,
      createdAt: 'yesterday',
      updatedAt: 5n,
    }
    const required = { id: '1', username: 'kim', status: 'active', privileged: false, version: 'v' }
    const wire = wireUser(Object.assign(required, nonsense) as unknown as User)
    expect(JSON.parse(JSON.stringify(wire))).toEqual({
      ...{ id: '1', username: 'kim', status: 'active', privileged: false, version: 'v' },
      facts: [{ name: 'badge', value: '7' }],
      locked: false,
      mustChange: false,
    })
    expect(wireUser(Object.assign(required, { facts: 'none' }) as unknown as User).facts).toBe(
      undefined,
    )
  })

  it('takes nothing over that a store’s object holds beside the fields of a user', () => {
    const user = {
      id: '1',
      username: 'kim',
      status: 'active',
      privileged: false,
      version: 'v',
      passwordHash: 'canary',
    } as const
    expect(JSON.stringify(wireUser(user))).not.toContain('canary')
  })
})
