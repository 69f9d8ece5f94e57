import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { faultsInExamples } from './examples.ts'

const text = `
/**
 * Twice a number.
 *
 * @example
 * const four: number = double(given)
 */
export function double(value: number): number { return value * 2 }

/**
 * @example
 * import { sep } from 'node:path'
 * return half(sep.length)
 */
export const half = (value: number): number => value / 2

/** Says nothing of its use. */
export function silent(): void {}

/**
 * @example
 * const text: string = broken()
 */
export function broken(): number { return 1 }

/** No function. */
export const limit = 5
/** No value. */
export interface Limit { readonly limit: number }
`

it('names functions without an example, and examples that do not compile', async () => {
  const folder = await mkdtemp(join(import.meta.dirname, 'examples-'))
  try {
    const entryPoint = join(folder, 'index.ts')
    await writeFile(entryPoint, text)
    expect(
      faultsInExamples({ entryPoints: [entryPoint], prelude: 'declare const given: number' }),
    ).toEqual([
      'silent has no example',
      expect.stringMatching(/^example-1-of-broken: Type 'number' is not assignable/),
    ])
  } finally {
    await rm(folder, { recursive: true })
  }
})
