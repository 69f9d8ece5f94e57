import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/**
 * The entry points of the packages as their sources in this very folder: node_modules leads to the
 * unchanged sources.
 */
const alias = ['core', 'adapter-sql', 'adapter-ldap', 'http', 'testing'].flatMap((name) => {
  const folder = new URL(`./packages/${name}/`, import.meta.url)
  const { exports } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'))
  return Object.keys(exports).flatMap((entry) => {
    const source = exports[entry]['@force-reset/source'] ?? exports[entry]
    if (typeof source !== 'string' || !source.endsWith('.ts')) return []
    const find = new RegExp(`^@force-reset/${name}${entry.slice(1)}$`)
    return [{ find, replacement: fileURLToPath(new URL(source, folder)) }]
  })
})

/** The test files that `.ci/mutate.mjs` chooses for the mutated files. */
const include = JSON.parse(process.env['MUTATE_TESTS'] ?? '[]')

export default defineConfig({
  resolve: {
    conditions: ['@force-reset/source', 'node'],
    alias,
  },
  ssr: { resolve: { conditions: ['@force-reset/source', 'node'] } },
  test: { include, testTimeout: 300_000, hookTimeout: 300_000 },
})
