import type { Plugin } from 'esbuild'
import { defineConfig } from 'tsup'
import { elementText } from './src/handler/element-text.ts'
import { openApiText } from './src/wire/openapi-text.ts'

/**
 * Puts the results of two functions in place of the files that hold them, so that no published file
 * needs the tools that make them.
 */
const madeAtBuildTime: Plugin = {
  name: 'made at build time',
  setup(build) {
    build.onResolve({ filter: /^(zod|esbuild)(\/|$)/ }, ({ path, importer }) => ({
      errors: [{ text: `${importer} must not load ${path} where the package runs.` }],
    }))
    const replace = (filter: RegExp, name: string, make: () => Promise<string>) =>
      build.onLoad({ filter }, async () => {
        const text = JSON.stringify(await make())
        return { contents: `const text = ${text}\nexport const ${name} = async () => text\n` }
      })
    replace(/\/wire\/openapi-text\.ts$/, 'openApiText', openApiText)
    replace(/\/handler\/element-text\.ts$/, 'elementText', elementText)
  },
}

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    node: 'src/node.ts',
    environment: 'src/environment.ts',
    element: 'src/element/index.ts',
  },
  format: 'esm',
  target: 'node22',
  dts: true,
  clean: true,
  treeshake: true,
  splitting: true,
  removeNodeProtocol: false,
  external: [/^node:/],
  esbuildPlugins: [madeAtBuildTime],
})
