import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { randomPassword } from '../directories/sample-users.ts'
import { scanMemory, scanMemoryForAll } from './scan-memory.ts'

/** Another process that holds one copy of the bytes it is given, and no other trace of them. */
interface Holder {
  readonly pid: number
  readonly child: ChildProcess
  hold(bytes: Uint8Array): Promise<void>
}

async function startHolder(): Promise<Holder> {
  const script = fileURLToPath(new URL('./hold-bytes.fixture.ts', import.meta.url))
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'], env: {} })
  const { pid, stdin, stdout } = child
  if (pid === undefined) throw new Error('The holder could not be started.')
  const hold = async (bytes: Uint8Array) => {
    const masked = Buffer.from(bytes.map((byte) => byte ^ 0x5a)).toString('hex')
    stdin.write(`${masked}\n`)
    await once(stdout, 'data')
  }
  // The process answers when it has all the memory with which it starts.
  await hold(new Uint8Array())
  return { pid, child, hold }
}

describe('scanMemory', () => {
  let holder: Holder
  let secret: string
  beforeEach(async () => {
    holder = await startHolder()
    secret = randomPassword()
  })
  afterEach(() => {
    holder.child.kill('SIGKILL')
  })

  it.each<[string, (value: string) => Buffer, 'utf8' | 'utf16le' | 'hex' | 'base64' | 'fragments']>(
    [
      ['UTF-8', (value) => Buffer.from(value), 'utf8'],
      ['UTF-16', (value) => Buffer.from(value, 'utf16le'), 'utf16le'],
      ['hexadecimal', (value) => Buffer.from(Buffer.from(value).toString('hex')), 'hex'],
      ['base64', (value) => Buffer.from(Buffer.from(`a${value}`).toString('base64')), 'base64'],
      ['eight bytes', (value) => Buffer.from(value.slice(5, 13)), 'fragments'],
    ],
  )(
    'finds the one copy that another process holds in %s, and nothing once it is wiped',
    async (_, encode, encoding) => {
      await holder.hold(encode(secret))
      const held = await scanMemory(holder.pid, secret)
      expect(held.found[encoding]).toBe(1)
      expect(held.total).toBe(1)
      await holder.hold(new Uint8Array())
      const wiped = await scanMemory(holder.pid, secret)
      expect(wiped.total).toBe(0)
      expect(wiped.scannedBytes).toBeGreaterThan(10_000_000)
    },
  )

  it('finds a string that another process never meant to keep', async () => {
    const careless = spawn(
      process.execPath,
      [
        '-e',
        `process.stdin.on('data', (text) => {
          globalThis.kept = JSON.parse(text).password
          console.log('ok')
        })`,
      ],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    )
    try {
      careless.stdin.write(JSON.stringify({ password: secret }))
      await once(careless.stdout, 'data')
      expect((await scanMemory(careless.pid ?? 0, secret)).total).toBeGreaterThan(0)
    } finally {
      careless.kill('SIGKILL')
    }
  })

  it('finds nothing of a secret that the process was never given, and lets it go on', async () => {
    const scan = await scanMemory(holder.pid, secret)
    expect(scan.total).toBe(0)
    expect(scan.scannedBytes).toBeGreaterThan(10_000_000)
    // The process answers, so it is not stopped any more.
    await holder.hold(Buffer.from(secret))
    expect((await scanMemory(holder.pid, secret, { freeze: false })).total).toBe(1)
  })

  it('tells several secrets apart in one pass', async () => {
    const other = randomPassword()
    await holder.hold(Buffer.from(secret))
    const scans = await scanMemoryForAll(holder.pid, [other, secret])
    expect(scans.map(({ total }) => total)).toEqual([0, 1])
  })

  it('refuses to scan itself, and says when there is no such process', async () => {
    await expect(scanMemory(process.pid, secret)).rejects.toThrow(/its own memory/)
    holder.child.kill('SIGKILL')
    await once(holder.child, 'exit')
    await expect(scanMemory(holder.pid, secret)).rejects.toThrow(/ENOENT/)
  })
})
