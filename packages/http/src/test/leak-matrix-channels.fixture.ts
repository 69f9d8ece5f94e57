import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { fork } from 'node:child_process'
import { Console } from 'node:console'
import { channel as diagnosticsChannel } from 'node:diagnostics_channel'
import { EventEmitter, once } from 'node:events'
import { stringify as queryString } from 'node:querystring'
import { PassThrough } from 'node:stream'
import { format, formatWithOptions, inspect } from 'node:util'
import { deserialize, serialize } from 'node:v8'
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads'
import { expect } from 'vitest'

/** One way in which a value becomes text or bytes. */
export interface LeakChannel {
  readonly name: string
  /** What an onlooker gets to see. */
  send(value: unknown): string | Uint8Array | Promise<string | Uint8Array>
}

const everything = {
  showHidden: true,
  depth: 12,
  maxArrayLength: null,
  maxStringLength: null,
  breakLength: 1_000,
} as const
const bare = { ...everything, customInspect: false } as const
const shown = (value: unknown): string => `${inspect(value, everything)}\n${inspect(value, bare)}`

/** The fields of anything, a text as one of them. */
function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value))
    : { value }
}

function objectOf(value: unknown): object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
    ? value
    : { value }
}

/** What is said when `work` fails, or its result. */
function said(work: () => unknown): string {
  try {
    return shown(work())
  } catch (error) {
    const parts = error instanceof Error ? `${error.message}\n${error.stack}` : ''
    return `${error}\n${parts}\n${shown(error)}`
  }
}

/** The whole, and where that cannot be cloned, each field of it. */
function eachCloned(value: unknown, clone: (part: unknown) => unknown): string {
  return [value, ...Object.values(fieldsOf(value))]
    .map((part) => said(() => clone(part)))
    .join('\n')
}

function consoled(work: (to: Console) => void): string {
  const stream = new PassThrough()
  work(new Console({ stdout: stream, stderr: stream }))
  return String(stream.read() ?? '')
}

/** Everything that can be reached by names and symbols, prototypes and getters included. */
function walked(value: unknown, depth = 6, seen = new Set<unknown>()): string {
  if (
    depth === 0 ||
    seen.has(value) ||
    ((typeof value !== 'object' || value === null) && typeof value !== 'function')
  )
    return String(value)
  seen.add(value)
  const own = Reflect.ownKeys(value).map(
    (key) => `${String(key)}=${read(() => walked(Reflect.get(value, key), depth - 1, seen))}`,
  )
  return [
    read(() => String(value)),
    ...own,
    walked(Object.getPrototypeOf(value), depth - 1, seen),
  ].join('\n')
}

function read(work: () => string): string {
  try {
    return work()
  } catch (error) {
    return String(error)
  }
}

function posted(value: unknown): unknown {
  const { port1, port2 } = new MessageChannel()
  try {
    port1.postMessage(value)
    return receiveMessageOnPort(port2)
  } finally {
    port1.close()
  }
}

async function inWorker(value: unknown, way: 'workerData' | 'postMessage'): Promise<string> {
  const code = `const { parentPort, workerData } = require('node:worker_threads')
    const { inspect } = require('node:util')
    const tell = (value) => {
      parentPort.postMessage(inspect(value, { showHidden: true, depth: 12 }))
      parentPort.close()
    }
    workerData ? tell(workerData) : parentPort.once('message', tell)`
  const parts = [value, ...Object.values(fieldsOf(value))].filter((part) => isCloneable(part))
  try {
    const worker = new Worker(code, {
      eval: true,
      ...(way === 'workerData' ? { workerData: [parts] } : {}),
    })
    if (way === 'postMessage') worker.postMessage([parts])
    const [answer] = await once(worker, 'message')
    return String(answer)
  } catch (error) {
    return shown(error)
  }
}

function isCloneable(value: unknown): boolean {
  try {
    structuredClone(value)
    return true
  } catch {
    return false
  }
}

async function forked(value: unknown, serialization: 'json' | 'advanced'): Promise<string> {
  const child = fork(new URL('./leak-matrix-echo.fixture.ts', import.meta.url), {
    serialization,
    stdio: 'ignore',
    execArgv: [],
    env: {},
  })
  try {
    child.send({
      value:
        serialization === 'json' || isCloneable(value)
          ? value
          : Object.values(fieldsOf(value)).filter(isCloneable),
    })
    const [answer] = await once(child, 'message')
    return String(answer)
  } finally {
    child.kill()
  }
}

async function warned(value: unknown): Promise<string> {
  const before = process.listeners('warning')
  process.removeAllListeners('warning')
  try {
    const heard = once(process, 'warning')
    process.emitWarning(Object.assign(new Error(String(value)), { cause: value, detail: value }))
    return shown(await heard)
  } finally {
    for (const listener of before) process.on('warning', listener)
  }
}

function diagnosed(value: unknown): string {
  const channel = diagnosticsChannel('force-reset-leak-matrix')
  const heard: string[] = []
  const listener = (message: unknown) => void heard.push(shown(message))
  channel.subscribe(listener)
  channel.publish({ value })
  channel.unsubscribe(listener)
  return heard.join('')
}

async function vitestSays(work: () => unknown): Promise<string> {
  try {
    await work()
    return ''
  } catch (error) {
    const fields = JSON.stringify(fieldsOf(error), (_, one) =>
      typeof one === 'bigint' ? `${one}` : one,
    )
    return `${String(error)}\n${shown(error)}\n${fields}`
  }
}

const channel = (name: string, send: LeakChannel['send']): LeakChannel => ({ name, send })
const on = (
  method:
    | 'log'
    | 'info'
    | 'debug'
    | 'warn'
    | 'error'
    | 'dir'
    | 'dirxml'
    | 'table'
    | 'trace'
    | 'group',
): LeakChannel => channel(`console.${method}`, (value) => consoled((to) => to[method](value)))
const says = (name: string, work: (value: unknown) => unknown): LeakChannel =>
  channel(name, (value) => said(() => work(value)))

const asText: readonly LeakChannel[] = [
  says('a template string', (value) => `${value}`),
  says('String()', (value) => String(value)),
  says('concatenation', (value) => ['', value].join('+')),
  says('toLocaleString', (value) => Object(value).toLocaleString()),
  says('Symbol()', (value) => Symbol(String(value)).description),
  says('encodeURIComponent', (value) => encodeURIComponent(String(value))),
  says('querystring.stringify', (value) =>
    queryString({ ...fieldsOf(value) } as Record<string, string>),
  ),
  says('URLSearchParams', (value) =>
    new URLSearchParams(
      Object.entries(fieldsOf(value)).map(([name, one]) => [name, String(one)]),
    ).toString(),
  ),
  says('URL', (value) => new URL(`https://localhost/?q=${value}`).href),
  says('Headers', (value) => new Headers({ 'x-value': String(value) })),
  channel('Buffer.from', (value) => Buffer.from(String(value))),
  channel('TextEncoder', (value) => new TextEncoder().encode(String(value))),
  channel('Blob', async (value) => new Blob([String(value)]).text()),
  channel('Response', async (value) => new Response(String(value)).text()),
  channel('FormData', async (value) => {
    const form = new FormData()
    form.set('value', String(value))
    return new Response(form).text()
  }),
  channel('btoa', (value) => btoa(encodeURIComponent(String(value)))),
]

const byConsole: readonly LeakChannel[] = [
  ...(
    ['log', 'info', 'debug', 'warn', 'error', 'dir', 'dirxml', 'table', 'trace', 'group'] as const
  ).map(on),
  channel('console.assert', (value) => consoled((to) => to.assert(false, value))),
  channel('console.dir with hidden fields', (value) => consoled((to) => to.dir(value, everything))),
]

const byInspect: readonly LeakChannel[] = [
  channel('util.inspect', (value) => inspect(value)),
  channel('util.inspect, showHidden', (value) => inspect(value, everything)),
  channel('util.inspect, customInspect off', (value) => inspect(value, bare)),
  channel('util.inspect, getters', (value) => inspect(value, { ...bare, getters: true })),
  channel('util.inspect, not compact, sorted', (value) =>
    inspect(value, { ...everything, compact: false, sorted: true, colors: true }),
  ),
  channel('util.inspect of a Map and a Set', (value) =>
    inspect(new Map([[value, new Set([value])]]), everything),
  ),
  channel('util.inspect of a Proxy', (value) =>
    inspect(new Proxy(objectOf(value), {}), { ...bare, showProxy: true }),
  ),
  channel('util.inspect of a Promise', (value) => inspect(Promise.resolve(value), bare)),
  ...['%s', '%o', '%O', '%j'].map((way) =>
    channel(`util.format ${way}`, (value) => said(() => format(way, value))),
  ),
  channel('util.formatWithOptions', (value) => formatWithOptions({ ...bare }, '%O', value)),
]

const bySerializing: readonly LeakChannel[] = [
  says('JSON.stringify', (value) => JSON.stringify({ value })),
  says('JSON.stringify with a replacer', (value) =>
    JSON.stringify(value, (_, one) => (typeof one === 'function' ? String(one) : one)),
  ),
  says('JSON.stringify of fields', (value) => JSON.stringify(fieldsOf(value))),
  channel('structuredClone', (value) => eachCloned(value, structuredClone)),
  channel('MessageChannel', (value) => eachCloned(value, posted)),
  channel('v8.serialize', (value) => eachCloned(value, (part) => deserialize(serialize(part)))),
  channel('v8.serialize, as bytes', (value) =>
    isCloneable(value) ? serialize(value) : Buffer.from(said(() => serialize(value))),
  ),
  channel('worker_threads workerData', (value) => inWorker(value, 'workerData')),
  channel('worker_threads postMessage', (value) => inWorker(value, 'postMessage')),
  channel('child_process send, JSON', (value) => forked(value, 'json')),
  channel('child_process send, advanced', (value) => forked(value, 'advanced')),
]

const byReflection: readonly LeakChannel[] = [
  says('spread', (value) => ({ ...objectOf(value) })),
  says('rest', (value) => (({ ...rest }) => rest)(objectOf(value))),
  says('Object.assign', (value) => Object.assign({}, value)),
  says('Object.entries', (value) => Object.entries(objectOf(value))),
  says('Object.values', (value) => Object.values(objectOf(value))),
  says('Object.getOwnPropertyNames', (value) =>
    Object.getOwnPropertyNames(objectOf(value)).map((key) => Reflect.get(objectOf(value), key)),
  ),
  says('Object.getOwnPropertySymbols', (value) =>
    Object.getOwnPropertySymbols(objectOf(value)).map((key) => Reflect.get(objectOf(value), key)),
  ),
  says('Object.getOwnPropertyDescriptors', (value) =>
    Object.getOwnPropertyDescriptors(objectOf(value)),
  ),
  says('for … in', (value) => {
    const found: unknown[] = []
    for (const key in objectOf(value)) found.push(Reflect.get(objectOf(value), key))
    return found
  }),
  says('Reflect.ownKeys', (value) =>
    Reflect.ownKeys(objectOf(value)).map((key) => Reflect.get(objectOf(value), key)),
  ),
  says('Array.from', (value) => Array.from(Object.values(objectOf(value)))),
  channel('a walk over all names and prototypes', (value) => walked(value)),
]

const byErrors: readonly LeakChannel[] = [
  says('assert.strictEqual', (value) => assert.strictEqual(value, 'other')),
  says('assert.deepStrictEqual', (value) => assert.deepStrictEqual({ value }, { value: 'other' })),
  says('assert.notDeepStrictEqual', (value) => assert.notDeepStrictEqual(value, value)),
  says('assert.match', (value) => assert.match(String(value), /^nothing$/)),
  says('assert.throws', (value) =>
    assert.throws(
      () => {
        throw objectOf(value)
      },
      { message: 'other' },
    ),
  ),
  says('assert.ifError', (value) => assert.ifError(value)),
  says('an error with a cause', (value) => new Error('failed', { cause: value })),
  says('an error with a message', (value) => new Error(`failed: ${value}`)),
  says('an error with fields', (value) =>
    Object.assign(new Error('failed'), { value, ...fieldsOf(value) }),
  ),
  says('an AggregateError', (value) => new AggregateError([value], `${value}`)),
  says(
    'an error with causes in causes',
    (value) => new Error('suppressed', { cause: new Error('first', { cause: [value] }) }),
  ),
  says('an unhandled error event', (value) => new EventEmitter().emit('error', value)),
  says('JSON.parse', (value) => JSON.parse(String(value))),
  channel('process.emitWarning', warned),
  channel('process.report', (value) =>
    JSON.stringify(process.report.getReport(new Error(String(value), { cause: value }))),
  ),
]

const byTools: readonly LeakChannel[] = [
  channel('diagnostics_channel', diagnosed),
  channel('AsyncLocalStorage', (value) => {
    const storage = new AsyncLocalStorage<unknown>()
    return storage.run(value, () => shown(storage) + shown(storage.getStore()))
  }),
  channel('vitest toEqual', (value) => vitestSays(() => expect(value).toEqual({ other: 1 }))),
  channel('vitest toBe', (value) => vitestSays(() => expect(value).toBe('other'))),
  channel('vitest toMatchObject', (value) =>
    vitestSays(() => expect(objectOf(value)).toMatchObject({ other: 1 })),
  ),
  channel('vitest toStrictEqual, reversed', (value) =>
    vitestSays(() => expect({ other: 1 }).toStrictEqual(value)),
  ),
  channel('vitest toThrow', (value) =>
    vitestSays(() =>
      expect(() => {
        throw value
      }).toThrow('other'),
    ),
  ),
  channel('vitest resolves', (value) =>
    vitestSays(() => expect(Promise.resolve(value)).resolves.toBe('other')),
  ),
]

/** The channels of this process, and of workers and children that are sent a value. */
export const leakChannels: readonly LeakChannel[] = [
  ...asText,
  ...byConsole,
  ...byInspect,
  ...bySerializing,
  ...byReflection,
  ...byErrors,
  ...byTools,
]
