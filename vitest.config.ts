import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { conditions: ['@force-reset/source', 'node'] },
  ssr: { resolve: { conditions: ['@force-reset/source', 'node'] } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'examples/*/src/**/*.test.ts'],
    // Most tests wait for a server or for another process, so more of them run at once than there
    // are cores.
    maxWorkers: Math.max(4, availableParallelism()),
    globalSetup: ['./.ci/expect-node.ts'],
    reporters: ['default', './.ci/count-reporter.ts'],
    // These limits only end a test that hangs. A busy machine must not reach them.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 120_000 } },
    passWithNoTests: false,
  },
})
