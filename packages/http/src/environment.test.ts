import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ForceResetError } from '@force-reset/core'
import { afterAll, describe, expect, it } from 'vitest'
import { auditEnvironment, hasSwap, mayDumpCore } from './environment.ts'

const run = promisify(execFile)
const folder = await mkdtemp(join(tmpdir(), 'environment-'))
afterAll(() => rm(folder, { recursive: true }))
const { href } = new URL('./environment.ts', import.meta.url)
const program = `
import { auditEnvironment } from ${JSON.stringify(href)}
process.stdout.write(JSON.stringify(auditEnvironment(process).map(({ key }) => key)))`

/** The risks that a real Node process finds in itself. */
async function risksOf(
  flags: readonly string[],
  env: Readonly<Record<string, string>>,
  shell = '',
): Promise<unknown> {
  const command = `${shell}exec "$0" "$@"`
  const args = [
    '--conditions=@force-reset/source',
    ...flags,
    '--input-type=module',
    '--eval',
    program,
  ]
  const { stdout } = await run('/bin/sh', ['-c', command, process.execPath, ...args], {
    env,
    // Node writes its profiles into the folder that it was started in.
    cwd: folder,
  })
  return JSON.parse(stdout)
}

describe('auditEnvironment', () => {
  const calm = { NODE_ENV: 'production' }

  it('finds each setting in a process that has it', async () => {
    expect(await risksOf(['--report-on-fatalerror'], calm, 'ulimit -c 0; ')).toContain('report')
    expect(await risksOf(['--heapsnapshot-signal=SIGUSR2'], calm)).toContain('heap_snapshot')
    expect(await risksOf(['--inspect=127.0.0.1:0'], calm)).toContain('inspector')
    expect(await risksOf([], { ...calm, NODE_OPTIONS: '--report-on-signal' })).toContain('report')
    expect(await risksOf([], { ...calm, DEBUG: 'knex:*' })).toContain('debug')
    expect(await risksOf([], { ...calm, NODE_DEBUG: 'none-of-these' })).toContain('node_debug')
    expect(await risksOf([], {})).toContain('not_production')
    expect(await risksOf([], calm, 'ulimit -S -c unlimited; ')).toContain('core_file')
  })

  it.each<[string, string]>([
    ['--inspect_port=127.0.0.1:0', 'inspector'],
    ['--heap_prof', 'heap_snapshot'],
    ['--heap-prof', 'heap_snapshot'],
    ['--heapsnapshot-near-heap-limit=1', 'heap_snapshot'],
    ['--report_on_signal', 'report'],
    ['--report-uncaught-exception', 'report'],
    ['--cpu-prof', 'profile'],
    ['--cpu_prof', 'profile'],
    ['--perf-basic-prof', 'profile'],
    ['--trace-tls', 'trace'],
    ['--trace_tls', 'trace'],
    ['--trace-event-categories=v8', 'trace'],
    ['--trace_event_categories=v8', 'trace'],
    ['--tls-keylog=keys.log', 'tls_keys'],
    ['--tls_keylog=keys.log', 'tls_keys'],
    ['--abort_on_uncaught_exception', 'core_file'],
  ])('finds %s on the command line, in NODE_OPTIONS, and there in quotes', async (flag, key) => {
    const quiet = 'ulimit -c 0; '
    expect(await risksOf([flag], calm, quiet)).toContain(key)
    expect(await risksOf([], { ...calm, NODE_OPTIONS: flag }, quiet)).toContain(key)
    const quoted = `--no-warnings "${flag.slice(0, 4)}"${flag.slice(4)} "--title=a\\" b"`
    expect(await risksOf([], { ...calm, NODE_OPTIONS: quoted }, quiet)).toContain(key)
  })

  it.each([
    ['NODE_V8_COVERAGE', 'coverage', 'profile'],
    ['SSLKEYLOGFILE', 'keys.log', 'tls_keys'],
    ['NODE_DEBUG_NATIVE', 'NONE_OF_THESE', 'node_debug'],
  ])('finds %s in the environment', async (name, value, key) => {
    expect(await risksOf([], { ...calm, [name]: value })).toContain(key)
  })

  it('finds what a file of variables sets', async () => {
    const file = join(folder, 'variables.env')
    await writeFile(file, 'NODE_OPTIONS="--report-on-signal"\nSSLKEYLOGFILE=keys.log\n')
    const found = await risksOf([`--env-file=${file}`], calm)
    expect(found).toEqual(expect.arrayContaining(['report', 'tls_keys']))
  })

  it('says of a configuration file, where Node takes one, that it is not read', async () => {
    const flag = '--experimental-default-config-file'
    const execArgv = process.allowedNodeEnvironmentFlags.has(flag) ? [flag] : []
    const found =
      execArgv.length > 0
        ? await risksOf(execArgv, calm)
        : auditEnvironment({ execArgv: [flag], env: calm }).map((risk) => risk.key)
    expect(found).toContain('config_file')
  })

  it('takes harmless options for harmless', async () => {
    const harmless = '--trace-warnings --trace-uncaught --stack-trace-limit=20 "--title=--inspect"'
    const found = await risksOf([], { ...calm, NODE_OPTIONS: harmless }, 'ulimit -c 0; ')
    expect([[], ['swap']]).toContainEqual(found)
  })

  it('finds nothing but the machine’s swap in a calm process', async () => {
    const found = await risksOf([], calm, 'ulimit -c 0; ')
    expect([[], ['swap']]).toContainEqual(found)
  })

  it('refuses what it is told to refuse, and names it', () => {
    const observed = { execArgv: [], env: { NODE_ENV: 'production', NODE_DEBUG: 'tls' } }
    expect(() => auditEnvironment(observed, { refuse: ['node_debug'] })).toThrow(ForceResetError)
    expect(() => auditEnvironment(observed, { refuse: ['node_debug'] })).toThrow(/NODE_DEBUG/)
    expect(auditEnvironment(observed, { refuse: ['debug'] }).map(({ key }) => key)).toContain(
      'node_debug',
    )
  })

  it('reads the files of Linux, and takes a missing one for no risk', () => {
    expect(
      mayDumpCore('Max core file size        unlimited            unlimited            bytes'),
    ).toBe(true)
    expect(
      mayDumpCore('Max core file size        0                    unlimited            bytes'),
    ).toBe(false)
    expect(mayDumpCore(undefined)).toBe(false)
    expect(hasSwap('Filename Type Size Used Priority\n/dev/sda2 partition 1 0 -2\n')).toBe(true)
    expect(hasSwap('Filename Type Size Used Priority\n')).toBe(false)
    expect(hasSwap(undefined)).toBe(false)
  })
})
