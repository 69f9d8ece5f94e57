import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { ForceResetError } from '@force-reset/core'
import { describe, expect, it } from 'vitest'
import { auditEnvironment, hasSwap, mayDumpCore } from './environment.ts'

const run = promisify(execFile)
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
  const { stdout } = await run('/bin/sh', ['-c', command, process.execPath, ...args], { env })
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
