import { fileURLToPath } from 'node:url'
import { brotliCompressSync } from 'node:zlib'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'

/** What is imported only when it is asked for, and is text in the built package. */
const lazy = ['*/openapi-text.ts', '*/element-text.ts']

/** Brotli bytes of both shells, minified, with everything that they import but `external`. */
async function sizeOf(external: readonly string[]): Promise<number> {
  const { outputFiles } = await build({
    stdin: {
      contents: "export * from '../index.ts'; export * from '../node.ts'",
      resolveDir: fileURLToPath(new URL('.', import.meta.url)),
    },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    conditions: ['@force-reset/source'],
    external: [...lazy, ...external],
    legalComments: 'none',
  })
  return brotliCompressSync(outputFiles[0]?.contents ?? new Uint8Array()).length
}

describe('the size of both shells in brotli', () => {
  it('is at most 12 kB with zod', async () => {
    expect(await sizeOf(['@force-reset/core'])).toBeLessThanOrEqual(12_000)
  })

  it('is at most 20 kB with zod and core', async () => {
    expect(await sizeOf([])).toBeLessThanOrEqual(20_000)
  })

  it('counts what is bundled', async () => {
    expect(await sizeOf([])).toBeGreaterThan((await sizeOf(['@force-reset/core'])) + 2_000)
    expect(await sizeOf(['@force-reset/core'])).toBeGreaterThan(
      (await sizeOf(['@force-reset/core', 'zod/mini'])) + 2_000,
    )
  })
})
