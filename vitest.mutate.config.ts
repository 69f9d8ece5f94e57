import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** A package as its source in this very folder: node_modules leads to the unchanged sources. */
const source = (path: string) => fileURLToPath(new URL(`./packages/${path}`, import.meta.url))

/** The test files that `.ci/mutate.mjs` chooses for the mutated files. */
const include = JSON.parse(process.env['MUTATE_TESTS'] ?? '[]')

export default defineConfig({
  resolve: {
    conditions: ['@force-reset/source', 'node'],
    alias: [
      { find: /^@force-reset\/core$/, replacement: source('core/src/index.ts') },
      { find: /^@force-reset\/core\/store$/, replacement: source('core/src/store.ts') },
      { find: /^@force-reset\/core\/testing$/, replacement: source('core/src/testing/index.ts') },
      { find: /^@force-reset\/testing\/races$/, replacement: source('testing/src/races.ts') },
    ],
  },
  ssr: { resolve: { conditions: ['@force-reset/source', 'node'] } },
  test: { include, testTimeout: 300_000, hookTimeout: 300_000 },
})
