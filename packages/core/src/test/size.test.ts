import { brotliCompressSync } from 'node:zlib'
import { build } from 'esbuild'
import { expect, it } from 'vitest'

/** Bytes after bundling, minifying and compression with brotli at its best. */
async function sizeOf(contents: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname, loader: 'ts' },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2024',
  })
  return brotliCompressSync(outputFiles[0]?.contents ?? new Uint8Array()).length
}

it('stays small, with nothing but itself in it', async () => {
  const everything = await sizeOf("export * from '../index.ts'")
  const resetOnly = await sizeOf("export { forceReset } from '../index.ts'")
  expect(everything).toBeGreaterThan(resetOnly)
  expect(everything).toBeLessThanOrEqual(13_910)
  expect(resetOnly).toBeLessThanOrEqual(9_770)
})
