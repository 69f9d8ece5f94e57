import { describe, expect, it } from 'vitest'
import { leasePassword } from './lease-password.ts'

const canary = 'CANARY-7Qx2-mK9p'
const read = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

describe('leasePassword', () => {
  it('lends the password to each use and wipes the copy afterwards', async () => {
    const { lease } = leasePassword(new Uint8Array(new TextEncoder().encode(canary)))
    let kept: Uint8Array | undefined
    const first = await lease.use((bytes) => {
      kept = bytes
      return read(bytes) === canary
    })
    expect(first).toBe(true)
    expect(kept?.every((byte) => byte === 0)).toBe(true)
    expect(await lease.use((bytes) => read(bytes) === canary)).toBe(true)
  })

  it('never hands zeros to a slow use, even where the lease has ended meanwhile', async () => {
    const original = new Uint8Array(new TextEncoder().encode(canary))
    const { lease, end } = leasePassword(original)
    let wake: () => void = () => undefined
    const slow = lease.use(async (bytes) => {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
      return read(bytes) === canary
    })
    end()
    original.fill(0)
    wake()
    expect(await slow).toBe(true)
  })

  it('lends nothing after its end', async () => {
    const { lease, end } = leasePassword(new Uint8Array(4))
    end()
    await expect(lease.use(() => 1)).rejects.toMatchObject({ code: 'ERR_LEASE_ENDED' })
  })

  it('keeps a borrower from changing what will be shown', async () => {
    const { lease } = leasePassword(new Uint8Array(new TextEncoder().encode(canary)))
    await lease.use((bytes) => void bytes.fill(65))
    expect(await lease.use((bytes) => read(bytes) === canary)).toBe(true)
  })

  it('lends a view on a larger buffer as the bytes of that view alone', async () => {
    const { buffer } = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8])
    const { lease } = leasePassword(new Uint8Array(buffer, 2, 4))
    expect(await lease.use((bytes) => [...bytes])).toEqual([3, 4, 5, 6])
  })

  it('wipes the copy of a borrower that fails', async () => {
    const { lease } = leasePassword(new Uint8Array(new TextEncoder().encode(canary)))
    let kept: Uint8Array | undefined
    const failed = lease.use((bytes) => {
      kept = bytes
      throw new Error('hasher failed')
    })
    await expect(failed).rejects.toThrow('hasher failed')
    expect(kept?.every((byte) => byte === 0)).toBe(true)
  })
})
