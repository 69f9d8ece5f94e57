import { expect, it } from 'vitest'
import { signInGate } from '../index.ts'

const now = new Date('2026-01-02T03:04:05Z')
const before = new Date(now.getTime() - 1)
const after = new Date(now.getTime() + 1)

it.each([
  [{ mustChange: false }, 'open'],
  [{ mustChange: false, expiresAt: null }, 'open'],
  [{ mustChange: true, expiresAt: null }, 'change_password'],
  [{ mustChange: true, expiresAt: after }, 'change_password'],
  [{ mustChange: true, expiresAt: before }, 'expired'],
  [{ mustChange: true, expiresAt: now }, 'expired'],
  [{ mustChange: false, expiresAt: before }, 'expired'],
  [{ mustChange: false, expiresAt: after }, 'open'],
  [{ mustChange: false, expiresAt: new Date(Number.NaN) }, 'expired'],
] as const)('opens, demands a change or expires: %o', (state, gate) => {
  expect(signInGate(state, now)).toBe(gate)
})
