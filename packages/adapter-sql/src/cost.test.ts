import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

it('a reset costs the store at most 150 microseconds of processor time beside its hash and its two statements', async () => {
  const script = fileURLToPath(new URL('./fixtures/cost-of-reset.fixture.ts', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions', '@force-reset/source', script], { env: {} })
  process.stdout.write(`one reset: ${stdout} µs of processor time of the store's own\n`)
  expect(Number(stdout)).toBeGreaterThan(1)
  expect(Number(stdout)).toBeLessThan(150)
})
