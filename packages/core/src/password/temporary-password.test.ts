import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { ForceResetError, generateTemporaryPassword, TemporaryPassword } from '../index.ts'

const canary = 'CANARY-7Qx2-mK9p'

function sealed(): { password: TemporaryPassword; memory: Uint8Array<ArrayBuffer> } {
  const memory = new Uint8Array(new TextEncoder().encode(canary))
  return { password: new TemporaryPassword(memory), memory }
}

describe('TemporaryPassword', () => {
  it('reveals its text once, wipes its memory, and says so the second time', () => {
    const { password, memory } = sealed()
    expect(password.state).toBe('sealed')
    expect(password.reveal() === canary).toBe(true)
    expect(password.state).toBe('revealed')
    expect(memory.every((byte) => byte === 0)).toBe(true)
    expect(() => password.reveal()).toThrow(
      expect.objectContaining({ code: 'ERR_SECRET_REVEALED' }),
    )
    expect(() => password.revealBytes(() => undefined)).toThrow(ForceResetError)
  })

  it('hands out its bytes once and wipes them even when the function throws', () => {
    const { password, memory } = sealed()
    expect(() =>
      password.revealBytes((bytes) => {
        expect(new TextDecoder().decode(bytes) === canary).toBe(true)
        throw new Error('broken pipe')
      }),
    ).toThrow('broken pipe')
    expect(memory.every((byte) => byte === 0)).toBe(true)
    expect(password.state).toBe('revealed')
  })

  it('is wiped by dispose() and by `using`, and stays revealed when it was', () => {
    const { password, memory } = sealed()
    password[Symbol.dispose]()
    expect(memory.every((byte) => byte === 0)).toBe(true)
    expect(() => password.reveal()).toThrow(
      expect.objectContaining({ code: 'ERR_SECRET_DISPOSED' }),
    )
    const other = sealed().password
    other.reveal()
    other.dispose()
    expect(other.state).toBe('revealed')
  })

  it('shows nothing of itself however it is printed, cloned or spread', () => {
    const { password } = sealed()
    const printed = [
      String(password),
      `${password}`,
      JSON.stringify({ password }),
      inspect(password, { showHidden: true, customInspect: false, depth: 9 }),
      inspect({ password }, { showProxy: true, getters: true }),
      JSON.stringify(structuredClone({ ...password })),
      Object.entries(password).join(),
      JSON.stringify(Object.getOwnPropertyDescriptors(password)),
    ].join('\n')
    expect(printed).not.toContain('CANARY')
    expect(printed).not.toContain('67,65,78,65')
    const careless = inspect({ password: canary })
    expect(careless).toContain('CANARY')
  })

  it('occupies memory of its own, so that wiping it wipes everything', () => {
    generateTemporaryPassword().revealBytes((bytes) => {
      expect(bytes.buffer.byteLength).toBe(bytes.length)
      expect(bytes.byteOffset).toBe(0)
    })
  })
})
