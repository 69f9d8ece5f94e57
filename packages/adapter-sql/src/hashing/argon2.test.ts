import * as crypto from 'node:crypto'
import { availableParallelism } from 'node:os'
import { ForceResetError } from '@force-reset/core'
import { needsRehash, verify } from 'argon2'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { argon2id } from './argon2.ts'

const bytesOf = (text: string) => new Uint8Array(Buffer.from(text))
const form = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/

describe('argon2id', () => {
  it('writes m, t, p in the order of strict verifiers, at OWASP’s least cost', async () => {
    expect(form.exec(await argon2id()(bytesOf('a-password')))?.slice(1, 4)).toEqual([
      '19456',
      '2',
      '1',
    ])
  })

  it('refuses an option that is none, and says which one is near', () => {
    const options: object = { memoryKiB: 65_536, memoryKb: 65_536 }
    expect(() => argon2id(options)).toThrow(
      /^argon2id: memoryKiB is no option; did you mean memoryKib\?$/,
    )
  })

  it('makes hashes that the argon2 package verifies, and no other password does', async () => {
    const hash = await argon2id({ memoryKib: 64, passes: 1, lanes: 2 })(bytesOf('right'))
    expect(await verify(hash, 'right')).toBe(true)
    expect(await verify(hash, 'wrong')).toBe(false)
    expect(needsRehash(hash, { memoryCost: 64, timeCost: 1, parallelism: 2 })).toBe(false)
  })

  // Run the tests with Node 24.7 or newer for this one: older ones have no `crypto.argon2Sync`.
  it.runIf('argon2Sync' in crypto)(
    "makes the tag that Node's own Argon2 makes of the same salt [needs Node 24.7]",
    async () => {
      const hash = await argon2id({ memoryKib: 64, passes: 3, lanes: 2 })(bytesOf('right'))
      const [, , , , salt = '', tag = ''] = form.exec(hash) ?? []
      const own = crypto.argon2Sync('argon2id', {
        message: 'right',
        nonce: Buffer.from(salt, 'base64'),
        tagLength: 32,
        memory: 64,
        passes: 3,
        parallelism: 2,
      })
      expect(own.toString('base64').replaceAll('=', '')).toBe(tag)
    },
  )

  it('salts every hash anew and leaves what it was lent as it was', async () => {
    const password = bytesOf('right')
    const hasher = argon2id({ memoryKib: 8, passes: 1 })
    expect(await hasher(password)).not.toBe(await hasher(password))
    expect(Buffer.from(password).toString()).toBe('right')
  })

  it('refuses a cost out of range', () => {
    const bad = fc.constantFrom(
      ...[
        { memoryKib: 7 },
        { memoryKib: 31, lanes: 4 },
        { passes: 0 },
        { lanes: 0 },
        { passes: 1.5 },
      ],
      ...[{ concurrency: 0 }, { greatestQueue: -1 }, { memoryKib: Number.NaN }],
    )
    fc.assert(
      fc.property(bad, (options) => {
        expect(() => argon2id(options)).toThrow(ForceResetError)
      }),
    )
  })

  it('hashes as many at a time as there are processors, unless told otherwise', async () => {
    for (const [options, atATime] of [
      [{}, availableParallelism()],
      [{ concurrency: 3 }, 3],
    ] as const) {
      const hasher = argon2id({ memoryKib: 8, passes: 1, greatestQueue: 0, ...options })
      // With nobody allowed to wait, whoever is not hashing is refused.
      const results = await Promise.allSettled(
        Array.from({ length: 40 }, () => hasher(bytesOf('x'))),
      )
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(
        Math.min(atATime, 40),
      )
    }
  })

  it('hashes whatever waits for its turn', async () => {
    const hasher = argon2id({ memoryKib: 8, passes: 1, concurrency: 2, greatestQueue: 50 })
    const hashes = await Promise.all(Array.from({ length: 40 }, () => hasher(bytesOf('x'))))
    expect(new Set(hashes).size).toBe(40)
  })
})
