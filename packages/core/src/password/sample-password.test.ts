import { describe, expect, it, vi } from 'vitest'
import { characters, grouped } from '../index.ts'
import type { PasswordRules } from '../port/password.ts'
import { acceptanceOf, type FittedPlan } from './acceptance.ts'
import { samplePassword } from './sample-password.ts'

function planOf(format: ReturnType<typeof grouped>, rules: PasswordRules = {}): FittedPlan {
  const plan = format.fit(rules)
  if (plan === undefined) throw new Error('the format does not fit')
  return { ...plan, acceptance: acceptanceOf(rules, plan.anyOf) }
}

describe('samplePassword', () => {
  it('wipes the memory in which the password was spelled', () => {
    const spelled: ArrayBuffer[] = []
    const { slice } = ArrayBuffer.prototype
    const spy = vi.spyOn(ArrayBuffer.prototype, 'slice').mockImplementation(function (
      this: ArrayBuffer,
      ...range
    ) {
      spelled.push(this)
      return slice.apply(this, range)
    })
    try {
      const password = samplePassword(planOf(grouped()))
      expect(password?.every((byte) => byte !== 0)).toBe(true)
    } finally {
      spy.mockRestore()
    }
    expect(spelled).toHaveLength(1)
    expect(spelled.every((memory) => new Uint8Array(memory).every((byte) => byte === 0))).toBe(true)
  })

  it('counts nothing where the first password that is drawn is accepted', () => {
    const plan = planOf(characters({ length: 20, alphabet: 'ab' }))
    const accepts = vi.fn(plan.acceptance.accepts)
    samplePassword({ ...plan, acceptance: { ...plan.acceptance, accepts } })
    expect(accepts).toHaveBeenCalledOnce()
  })

  it('answers nothing, and ends, where nothing is accepted', () => {
    const plan = planOf(characters({ length: 2, alphabet: 'ab' }), { forbidden: ['a', 'b'] })
    expect(samplePassword(plan)).toBeUndefined()
  })
})
