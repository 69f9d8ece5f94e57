import { defineConfig } from 'tsup'

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    store: 'src/store.ts',
    evidence: 'src/evidence.ts',
    verification: 'src/verification.ts',
    testing: 'src/testing/index.ts',
  },
  format: 'esm',
  target: 'node22',
  dts: true,
  clean: true,
  treeshake: true,
  removeNodeProtocol: false,
  external: [/^node:/],
})
