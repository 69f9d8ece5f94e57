import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { bindRequest, modifyRequest } from './messages.ts'
import { secretValue } from './secret-value.ts'

const canary = 'canary-in-the-ber-writer'

describe('secretValue', () => {
  it.each([0, 900, 1_000, 8_000, 70_000, 600_000])(
    'leaves no copy in the encoder, however often its buffer grew (%s bytes of other values)',
    (size) => {
      const secret = secretValue(new TextEncoder().encode(canary))
      const filler = {
        operation: 'replace',
        attribute: 'description',
        values: ['x'.repeat(size)],
      } as const
      const change = {
        operation: 'replace',
        attribute: 'userPassword',
        values: [secret.value],
      } as const
      const written = watchAllocations(() =>
        modifyRequest(2, { dn: 'cn=x', changes: [filler, change, filler] }).write(),
      )
      expect(written.result.includes(canary)).toBe(true)
      expect(written.buffers.some((buffer) => buffer.includes(canary))).toBe(true)
      secret.wipe()
      expect(written.buffers.some((buffer) => buffer.includes(canary))).toBe(false)
      expect(written.buffers.some((buffer) => buffer.includes(canary.slice(0, 8)))).toBe(false)
    },
  )

  it('is found by the same search where it is handed over as an ordinary value', () => {
    const written = watchAllocations(() =>
      modifyRequest(2, {
        dn: 'cn=x',
        changes: [{ operation: 'replace', attribute: 'userPassword', values: [canary] }],
      }).write(),
    )
    expect(written.buffers.some((buffer) => buffer.includes(canary))).toBe(true)
  })

  it('is printed by nothing that prints a request', () => {
    const secret = secretValue(new TextEncoder().encode(canary))
    const change = {
      operation: 'replace',
      attribute: 'userPassword',
      values: [secret.value],
    } as const
    for (const request of [
      modifyRequest(2, { dn: 'cn=x', changes: [change] }),
      bindRequest(3, { dn: 'cn=x', password: secret.value }),
    ]) {
      const printed = `${JSON.stringify(request)}${inspect(request, { depth: 9 })}`
      for (const form of [
        canary,
        [...Buffer.from(canary)].join(','),
        Buffer.from(canary).toString('hex'),
      ])
        expect(printed).not.toContain(form)
    }
    expect(JSON.stringify({ password: secret.value })).toBe('{"password":"[secret]"}')
  })
})

/** Runs `work` and answers every buffer that was allocated meanwhile. */
function watchAllocations<T>(work: () => T): {
  readonly result: T
  readonly buffers: readonly Buffer[]
} {
  const buffers: Buffer[] = []
  const alloc = Buffer.alloc
  Buffer.alloc = ((...parameters: Parameters<typeof alloc>) => {
    const buffer = alloc(...parameters)
    buffers.push(buffer)
    return buffer
  }) as typeof alloc
  try {
    return { result: work(), buffers }
  } finally {
    Buffer.alloc = alloc
  }
}
