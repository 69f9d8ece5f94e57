import { fileURLToPath } from 'node:url'
import type { Plugin } from 'esbuild'
import { defineConfig } from 'tsup'
import { shortStyles } from './src/scripts/bundle-script.ts'
import { elementText } from './src/scripts/element-text.ts'
import { elementVerificationText } from './src/scripts/element-verification-text.ts'
import { elementVouchText } from './src/scripts/element-vouch-text.ts'
import { openApiText } from './src/wire/openapi-text.ts'

/** The files that hold one function each, whose result the package has in their place. */
const made = [
  { file: 'scripts/element-text.ts', name: 'elementText', make: elementText },
  {
    file: 'scripts/element-verification-text.ts',
    name: 'elementVerificationText',
    make: elementVerificationText,
  },
  {
    file: 'scripts/element-vouch-text.ts',
    name: 'elementVouchText',
    make: elementVouchText,
  },
  { file: 'wire/openapi-text.ts', name: 'openApiText', make: openApiText },
]

/** Puts the results in place of the files. Fails the build when it has not found every file. */
const madeAtBuildTime: Plugin = {
  name: 'made at build time',
  setup({ onLoad, onEnd }) {
    const missing = new Set(made.map(({ file }) => file))
    onLoad({ filter: /-text\.ts$/ }, async ({ path }) => {
      const one = made.find(
        ({ file }) => path === fileURLToPath(new URL(`src/${file}`, import.meta.url)),
      )
      if (one === undefined) return undefined
      missing.delete(one.file)
      const text = JSON.stringify(await one.make())
      return { contents: `const text = ${text}\nexport const ${one.name} = async () => text\n` }
    })
    onEnd(() => ({
      errors: [...missing].map((file) => ({ text: `src/${file} was not replaced by its result.` })),
    }))
  },
}

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    node: 'src/node.ts',
    environment: 'src/environment.ts',
    element: 'src/element/index.ts',
    'element-vouch': 'src/element/vouch.ts',
  },
  format: 'esm',
  target: 'node22',
  dts: true,
  clean: true,
  treeshake: true,
  splitting: true,
  removeNodeProtocol: false,
  external: [/^node:/],
  esbuildPlugins: [madeAtBuildTime, shortStyles],
})
