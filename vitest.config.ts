import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { conditions: ['@force-reset/source', 'node'] },
  ssr: { resolve: { conditions: ['@force-reset/source', 'node'] } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'examples/*/src/**/*.test.ts'],
    reporters: ['default', './.ci/count-reporter.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    passWithNoTests: false,
  },
})
