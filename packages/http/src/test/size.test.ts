import { fileURLToPath } from 'node:url'
import { brotliCompressSync } from 'node:zlib'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'

/** The scripts that the built package holds as text: see tsup.config.ts. */
const scripts = ['*/element-text.ts', '*/element-verification-text.ts', '*/element-vouch-text.ts']

/** The files that are imported only when a request needs them. */
const importedLater = [...scripts, '*/openapi-text.ts', '*/verify-caller.ts', '*/wire-offer.ts']

interface Bundle {
  /** Bytes in brotli. */
  readonly size: number
  /** Files that are in the bundle. */
  readonly files: readonly string[]
}

/** Both shells, minified, with everything that they import but `external`. */
async function bundle(external: readonly string[]): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    stdin: {
      contents: "export * from '../index.ts'; export * from '../node.ts'",
      resolveDir: fileURLToPath(new URL('.', import.meta.url)),
    },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    conditions: ['@force-reset/source'],
    external: [...external],
    legalComments: 'none',
  })
  const size = brotliCompressSync(outputFiles[0]?.contents ?? new Uint8Array()).length
  return { size, files: Object.keys(metafile.inputs) }
}

const foreign = (files: readonly string[]): readonly string[] =>
  files.filter((file) => file.includes('node_modules'))

describe('both shells', () => {
  it('have at most 11.15 kB in brotli', async () => {
    const { size } = await bundle([...importedLater, '@force-reset/core'])
    expect(size).toBeLessThanOrEqual(11_144)
  })

  it('have at most 23.16 kB in brotli with core, and count what is bundled', async () => {
    const { size } = await bundle(importedLater)
    expect(size).toBeLessThanOrEqual(23_160)
    const { size: alone } = await bundle([...importedLater, '@force-reset/core'])
    expect(size).toBeGreaterThan(alone + 2_000)
  })

  it('load no package but core, where zod is loaded to make the OpenAPI document', async () => {
    expect(foreign((await bundle(importedLater)).files)).toEqual([])
    const { files } = await bundle(scripts)
    expect(foreign(files)).toContainEqual(expect.stringContaining('/zod/'))
  })
})
