import { defineConfig } from 'tsup'

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    argon2: 'src/hashing/argon2.ts',
    'node-sqlite': 'src/node-sqlite.ts',
  },
  format: 'esm',
  target: 'node22',
  dts: true,
  clean: true,
  treeshake: true,
  removeNodeProtocol: false,
  external: [/^node:/],
})
