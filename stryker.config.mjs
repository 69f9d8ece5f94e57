// Mutation testing of the files that `npm run mutate -- FILE…` names; see .ci/mutate.mjs.
export default {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'vitest.mutate.config.ts', related: false },
  coverageAnalysis: 'perTest',
  concurrency: 1,
  dryRunTimeoutMinutes: 30,
  // A busy machine must not pass for a change that never ends.
  timeoutMS: 60_000,
  incremental: true,
  tempDirName: '.cache/mutation/sandboxes',
  ignorePatterns: ['dist', 'benchmarks', '.changeset', '.github'],
  reporters: ['progress-append-only', 'clear-text'],
  clearTextReporter: { allowEmojis: false, logTests: false, reportTests: false },
  thresholds: { high: 100, low: 85, break: 85 },
}
