import { readFileSync } from 'node:fs'
import { url as inspectorUrl } from 'node:inspector'
import { ForceResetError } from '@force-reset/core'

/** A setting of this process by which a temporary password could leave its memory. */
export interface EnvironmentRisk {
  readonly key:
    | 'inspector'
    | 'heap_snapshot'
    | 'report'
    | 'profile'
    | 'trace'
    | 'tls_keys'
    | 'config_file'
    | 'node_debug'
    | 'debug'
    | 'core_file'
    | 'swap'
    | 'not_production'
  /** English: the setting, what can happen, and what to do. */
  readonly message: string
}

/** The parts of Node's `process` that {@link auditEnvironment} looks at. */
export interface ObservedProcess {
  readonly execArgv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
}

const messages: Readonly<Record<EnvironmentRisk['key'], string>> = {
  inspector:
    'A debugger can attach to this process and read its memory. Start Node without --inspect.',
  heap_snapshot:
    'A heap snapshot can be written to disk. Start Node without --heapsnapshot-near-heap-limit, ' +
    '--heapsnapshot-signal and --heap-prof.',
  report:
    'A diagnostic report can be written to disk. Start Node without --report-on-fatalerror, ' +
    '--report-on-signal and --report-uncaught-exception.',
  profile:
    'A profile or a coverage of this process can be written to disk. Start Node without ' +
    '--cpu-prof, --prof, --perf-prof, --perf-basic-prof and --log-all, and unset NODE_V8_COVERAGE.',
  trace:
    'Node can print or write what it sends and receives, or what functions are called with. ' +
    'Start Node without --trace, --trace-tls, --trace-events-enabled and --trace-event-categories.',
  tls_keys:
    'Keys of TLS connections can be written to disk, and whoever has recorded the traffic can ' +
    'then read it. Start Node without --tls-keylog, and unset SSLKEYLOGFILE.',
  config_file:
    'Node takes options from a configuration file, which this check does not read. Pass the ' +
    'options on the command line.',
  node_debug:
    'NODE_DEBUG makes Node print what it sends and receives. Unset it, and NODE_DEBUG_NATIVE.',
  debug: 'DEBUG makes libraries print what they handle. Unset it.',
  core_file:
    'A crash may write the memory of this process to disk. Set its core-file limit to 0 ' +
    '(ulimit -c 0, or LimitCORE=0), and start Node without --abort-on-uncaught-exception.',
  swap: 'Memory of this process may be written to swap. Switch swap off, or encrypt it.',
  not_production:
    'NODE_ENV is not production: frameworks then print errors with more detail than an operator ' +
    'should see.',
}

/**
 * Looks for settings by which a temporary password could end in a file or a log although this
 * library keeps it out of both. Call it once, at the start.
 *
 * The core-file limit and swap are read on Linux only. Elsewhere they are not reported.
 *
 * @param options - `refuse`: the risks that must not be there. Default: none.
 * @returns The risks that are there, without those of `refuse`.
 * @throws {ForceResetError} `ERR_INVALID_CONFIG`, naming the risks, when one of `refuse` is there.
 * @example
 * const refuse = ['inspector', 'node_debug'] as const
 * for (const { message } of auditEnvironment(process, { refuse })) log.warn(message)
 */
export function auditEnvironment(
  observed: ObservedProcess,
  options: { readonly refuse?: readonly EnvironmentRisk['key'][] | undefined } = {},
): readonly EnvironmentRisk[] {
  const { env } = observed
  const flags = [...observed.execArgv, ...wordsOf(env['NODE_OPTIONS'] ?? '')].map(optionName)
  const has = (form: RegExp): boolean => flags.some((flag) => form.test(flag))
  const isSet = (...names: readonly string[]): boolean => names.some((name) => env[name])
  const there: Readonly<Record<EnvironmentRisk['key'], boolean>> = {
    inspector: inspectorUrl() !== undefined || has(/^--inspect/),
    heap_snapshot: has(/^--(heapsnapshot-|heap-prof)/),
    report: has(/^--report-/),
    profile: has(/^--(cpu-prof|prof$|perf-(basic-)?prof|log-all$)/) || isSet('NODE_V8_COVERAGE'),
    trace: has(/^--trace(-tls|-events-enabled|-event-categories)?$/),
    tls_keys: has(/^--tls-keylog$/) || isSet('SSLKEYLOGFILE'),
    config_file: has(/^--(experimental-)?(default-)?config-file$/),
    node_debug: isSet('NODE_DEBUG', 'NODE_DEBUG_NATIVE'),
    debug: isSet('DEBUG'),
    core_file:
      mayDumpCore(linuxFile('/proc/self/limits')) || has(/^--abort-on-uncaught-exception$/),
    swap: hasSwap(linuxFile('/proc/swaps')),
    not_production: env['NODE_ENV'] !== 'production',
  }
  const risks = keys.filter((key) => there[key]).map((key) => ({ key, message: messages[key] }))
  const refused = risks.filter(({ key }) => options.refuse?.includes(key))
  if (refused.length > 0)
    throw new ForceResetError('ERR_INVALID_CONFIG', refused.map(({ message }) => message).join(' '))
  return risks
}

const keys = [
  'inspector',
  'heap_snapshot',
  'report',
  'profile',
  'trace',
  'tls_keys',
  'config_file',
  'node_debug',
  'debug',
  'core_file',
  'swap',
  'not_production',
] as const

/**
 * The words of `NODE_OPTIONS` as Node reads them: separated by spaces, with parts in double quotes.
 * There a backslash stands before a character that is meant itself.
 */
function wordsOf(options: string): readonly string[] {
  const words = options.match(/(?:"(?:[^"\\]|\\.)*"|[^ "])+/gs) ?? []
  return words.map((word) =>
    word.replace(/"((?:[^"\\]|\\.)*)"/gs, (_, quoted: string) => quoted.replace(/\\(.)/gs, '$1')),
  )
}

/** An option without its value. Node takes underscores for dashes. */
function optionName(flag: string): string {
  return flag.replace(/=.*/s, '').replaceAll('_', '-')
}

/**
 * Whether the soft limit of `Max core file size` in proc(5)'s limits file lets a crash write a core
 * file; `false` for a file that is not there.
 *
 * @example
 * const risky = mayDumpCore(readFileSync('/proc/self/limits', 'utf8'))
 */
export function mayDumpCore(limits: string | undefined): boolean {
  const soft = /^Max core file size\s+(\S+)/m.exec(limits ?? '')?.[1]
  return soft !== undefined && soft !== '0'
}

/**
 * Whether proc(5)'s swaps file lists anything below its heading; `false` for a file that is not
 * there.
 *
 * @example
 * const swaps = hasSwap(readFileSync('/proc/swaps', 'utf8'))
 */
export function hasSwap(swaps: string | undefined): boolean {
  return (swaps ?? '').trim().split('\n').length > 1
}

function linuxFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
