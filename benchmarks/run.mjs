// Runs one benchmark by its name; further arguments go to the benchmark: npm run bench -- core
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** @typedef {{ readonly file: string, readonly flags?: readonly string[] }} Benchmark */

/** @type {Readonly<Record<string, Benchmark>>} */
const benchmarks = {
  core: { file: 'core/reset.ts' },
  sql: { file: 'adapter-sql/reset.ts' },
  'sql-own': { file: 'adapter-sql/own-work.ts' },
  'sql-rows': { file: 'adapter-sql/million-rows.ts', flags: ['--expose-gc'] },
  ldap: { file: 'adapter-ldap/reset.ts' },
  http: { file: 'http/denied-operator.ts' },
  console: { file: 'console/load.ts' },
}

const [name = '', ...rest] = process.argv.slice(2)
const benchmark = Object.hasOwn(benchmarks, name) ? benchmarks[name] : undefined
if (benchmark === undefined) {
  const names = Object.keys(benchmarks).join(' | ')
  process.stderr.write(`Name a benchmark: npm run bench -- ${names}\n`)
  process.exitCode = 2
} else {
  const { file, flags = [] } = benchmark
  const path = fileURLToPath(new URL(file, import.meta.url))
  const conditions = ['--conditions=@force-reset/source', ...flags]
  const { status } = spawnSync(process.execPath, [...conditions, path, ...rest], {
    stdio: 'inherit',
  })
  process.exitCode = status ?? 1
}
