import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { scanMemory } from '../../testing/src/scan-memory.ts'
import { testAuthorities } from '../../testing/src/throwaway-certificates.ts'
import { json } from './both-shells.fixture.ts'
import { send } from './send.fixture.ts'

interface PasswordServer extends AsyncDisposable {
  readonly pid: number
  /** The password of one more reset. */
  reset(): Promise<string>
}

async function start(way: 'careful' | 'careless'): Promise<PasswordServer> {
  const authorities = await testAuthorities()
  const { certificateFile, keyFile } = await authorities.issue(['localhost', '127.0.0.1'])
  const script = fileURLToPath(new URL('./password-server.fixture.ts', import.meta.url))
  const child = spawn(process.execPath, ['--conditions', '@force-reset/source', script, certificateFile, keyFile, way], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {},
  })
  const [line] = await once(child.stdout, 'data')
  const target = { port: Number(String(line)), ca: authorities.ca }
  return {
    pid: child.pid ?? 0,
    reset: async () => {
      const reply = await send(target, { method: 'POST', path: '/users/1/force-reset', headers: json, body: '{"version":"v"}' })
      // The client has everything before the server is told so; by the next answer it has been.
      await send(target, { path: '/users' })
      return JSON.parse(reply.text).temporaryPassword
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end()
      await once(child, 'exit')
    },
  }
}

describe.runIf(process.platform === 'linux')('the memory of a server over TLS [read from /proc, which is on Linux]', () => {
  it('holds nothing of a password that nodeHandler has handed out, not even eight bytes', async () => {
    await using server = await start('careful')
    for (let i = 0; i < 3; i++) {
      const password = await server.reset()
      expect(password).toMatch(/^[a-z2-9]{4}(-[a-z2-9]{4}){3}$/)
      const { found, scannedBytes } = await scanMemory(server.pid, password)
      expect(Object.entries(found).filter(([, count]) => count > 0)).toEqual([])
      expect(scannedBytes).toBeGreaterThan(10_000_000)
    }
  })

  it('is searched by something that finds what a careless handler leaves', async () => {
    await using server = await start('careless')
    expect((await scanMemory(server.pid, await server.reset())).total).toBeGreaterThan(0)
  })
})
