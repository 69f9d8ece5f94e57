import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { scanMemory } from '@force-reset/testing'
import { verify } from 'argon2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { argon2id } from '../hashing/argon2.ts'

const mask = 0x5a

describe.runIf(process.platform === 'linux')(
  'the memory of a process that resets [read from /proc, which is on Linux]',
  () => {
    let pid = 0
    let reset: (hasher: string) => Promise<string>
    let stop: () => Promise<void>
    beforeAll(async () => {
      const script = fileURLToPath(
        new URL('../fixtures/reset-for-memory.fixture.ts', import.meta.url),
      )
      const child = spawn(process.execPath, ['--conditions', '@force-reset/source', script], {
        stdio: ['pipe', 'pipe', 'inherit'],
        env: {},
      })
      const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
      pid = child.pid ?? 0
      reset = async (hasher) => {
        child.stdin.write(`${hasher}\n`)
        const { value = '' } = await answers.next()
        return Buffer.from(Buffer.from(value, 'hex').map((byte) => byte ^ mask)).toString()
      }
      stop = async () => {
        child.stdin.end()
        await once(child, 'exit')
      }
    })
    afterAll(async () => await stop?.())

    it('holds nothing of the temporary password after a reset hashed with argon2id', async () => {
      for (let i = 0; i < 3; i += 1) {
        const password = await reset('argon2id')
        expect(password).toMatch(/^[a-x2-9]{4}(\.[a-x2-9]{4}){3}$/)
        const { found, scannedBytes } = await scanMemory(pid, password)
        expect(Object.entries(found).filter(([, count]) => count > 0)).toEqual([])
        expect(scannedBytes).toBeGreaterThan(10_000_000)
      }
    })

    it('is searched by something that finds what a careless hasher leaves', async () => {
      expect((await scanMemory(pid, await reset('careless'))).total).toBeGreaterThan(0)
    })
  },
)

describe('argon2id', () => {
  it('hashes a password in a part of a larger buffer, and nothing beside it', async () => {
    const larger = new Uint8Array(new ArrayBuffer(64)).fill(65)
    const password = larger.subarray(8, 16).fill(66)
    expect(await verify(await argon2id({ memoryKib: 8, passes: 1 })(password), 'BBBBBBBB')).toBe(
      true,
    )
  })
})
