// The console under a steady load of resets, lists and requests that are broken off:
// npm run bench -- console 10 (minutes; default 10). Needs Linux, for the open files.
import { execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { Agent, request } from 'node:http'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { sqliteDialect } from '@force-reset/adapter-sql/node-sqlite'
import { Kysely } from 'kysely'
import { sampleUser } from '../../examples/console/src/demo/sample-accounts.ts'
import { createSampleDatabase } from '../../examples/console/src/demo/sample-database.ts'
import { line } from '../medians.ts'
import { percentilePlot, type Series } from './plot.ts'
import { percentile, type Trend, trendOf } from './statistics.ts'

const minutes = Number(process.argv[2] ?? 10)
if (!(minutes > 0 && minutes <= 120)) throw new Error('The minutes are a number up to 120.')

/** Requests of each second. A reset is two requests: a look at the account, and the reset. */
const perSecond = { resets: 3, lists: 6, broken: 2 } as const
/** Further work waits. */
const mostConnections = 16
/** Caches fill and code is compiled meanwhile. */
const warmUpShare = 0.2
const secondsBetweenLooks = 5
const mebibyte = 2 ** 20

const operator = { username: 'operator', password: 'only for the load of this benchmark' }
const folder = mkdtempSync(join(tmpdir(), 'console-load-'))
const file = join(folder, 'users.db')
await createUsers()
const child = fork(fileURLToPath(new URL('../../examples/console/src/main.ts', import.meta.url)), {
  execArgv: [
    '--conditions=@force-reset/source',
    '--expose-gc',
    `--import=${new URL('./report-memory.ts', import.meta.url).href}`,
  ],
  env: {
    PATH: process.env['PATH'],
    DATABASE_URL: file,
    OPERATOR_USERNAME: operator.username,
    OPERATOR_PASSWORD: operator.password,
    PORT: '0',
    RESETS_PER_OPERATOR: '10000',
    RESETS_PER_ACCOUNT: '10000',
  },
  stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
})
const agent = new Agent({ keepAlive: true, maxSockets: mostConnections })

interface Look {
  readonly minute: number
  readonly rss: number
  readonly heapUsed: number
  readonly files: number
}

const durations = { reset: [] as number[], view: [] as number[], list: [] as number[] }
const answers = new Map<string, number>()
const looks: Look[] = []
/** Accounts that are reset in turn. */
let known: readonly string[] = []
let turn = 0

try {
  const origin = await originOf()
  const cookie = await signIn(origin)
  known = await resettable(origin, cookie)
  const started = performance.now()
  const past = () => (performance.now() - started) / 60_000
  const under = new Set<Promise<unknown>>()
  for (let second = 0; past() < minutes; second += 1) {
    const isWarm = past() > minutes * warmUpShare
    const work = [
      ...Array.from({ length: perSecond.resets }, () => () => reset(origin, cookie, isWarm)),
      ...Array.from({ length: perSecond.lists }, (_, at) => () => list(origin, cookie, isWarm, at)),
      ...Array.from({ length: perSecond.broken }, (_, at) => () => breakOff(origin, cookie, at)),
    ]
    // Nothing comes at once: one piece of work after the other, all over the second.
    for (const [at, start] of mixed(work).entries()) {
      await delay(Math.max(0, (second + at / work.length) * 1_000 - (performance.now() - started)))
      // A console that falls behind gets no more than it can take.
      if (under.size >= mostConnections) await Promise.race(under)
      const one: Promise<unknown> = start().finally(() => under.delete(one))
      under.add(one)
    }
    if (second % secondsBetweenLooks === 0) looks.push(await lookAt(past()))
  }
  await Promise.all(under)
  looks.push(await lookAt(past()))
  report()
} finally {
  agent.destroy()
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
  rmSync(folder, { recursive: true })
}

/** Every third piece first, so that work of one kind does not follow upon itself. */
function mixed<T>(work: readonly T[]): readonly T[] {
  return [0, 1, 2].flatMap((rest) => work.filter((_, at) => at % 3 === rest))
}

async function createUsers(): Promise<void> {
  const database = new DatabaseSync(file)
  database.exec('PRAGMA journal_mode = WAL')
  const db = new Kysely<unknown>({ dialect: sqliteDialect(database) })
  await createSampleDatabase(db)
  await db.destroy()
}

async function originOf(): Promise<string> {
  let text = ''
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk)
    const [origin] = /http:\/\/[\w.:[\]]+/.exec(text) ?? []
    if (origin === undefined) continue
    // Whatever the console prints from here on is not kept.
    child.stdout?.resume()
    return origin
  }
  throw new Error('The console did not start.')
}

async function signIn(origin: string): Promise<string> {
  const signedIn = await fetch(`${origin}/console/sign-in`, {
    method: 'POST',
    body: new URLSearchParams({ ...operator, next: '' }),
    redirect: 'manual',
  })
  const cookies = signedIn.headers.getSetCookie().map((one) => one.split(';')[0])
  if (cookies.length === 0) throw new Error(`The sign-in answers ${signedIn.status}.`)
  return cookies.join('; ')
}

interface Answer {
  readonly status: number
  readonly text: string
}

/** One request; the time goes to the durations of this kind, once the console is warm. */
async function ask(
  kind: keyof typeof durations,
  isWarm: boolean,
  url: string,
  cookie: string,
  body?: string,
): Promise<Answer> {
  const asked = performance.now()
  const sent = request(url, {
    agent,
    method: body === undefined ? 'GET' : 'POST',
    headers: { cookie, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
  })
  sent.end(body)
  try {
    const [response]: IncomingMessage[] = await once(sent, 'response')
    const chunks: Uint8Array[] = []
    for await (const chunk of response ?? []) chunks.push(chunk)
    if (isWarm) durations[kind].push(performance.now() - asked)
    const status = response?.statusCode ?? 0
    count(`${kind} ${status}`)
    return { status, text: Buffer.concat(chunks).toString() }
  } catch {
    // The console has closed an idle connection at the moment of its next use.
    count(`${kind} without an answer`)
    return { status: 0, text: '{}' }
  }
}

function count(what: string): void {
  answers.set(what, (answers.get(what) ?? 0) + 1)
}

/** The ids of the accounts that a reset may name. */
async function resettable(origin: string, cookie: string): Promise<readonly string[]> {
  const { text } = await ask('list', false, `${origin}/console/api/users?status=active`, cookie)
  const { users }: { users: { id: string; privileged: boolean }[] } = JSON.parse(text)
  return users.filter(({ privileged }) => !privileged).map(({ id }) => id)
}

/** Another account each time, as a help desk has it. */
async function reset(origin: string, cookie: string, isWarm: boolean): Promise<void> {
  turn += 1
  const id = known[turn % known.length] ?? ''
  const path = `${origin}/console/api/users/${encodeURIComponent(id)}`
  const { text } = await ask('view', isWarm, path, cookie)
  const { version } = JSON.parse(text).user ?? {}
  if (version === undefined) return
  await ask('reset', isWarm, `${path}/force-reset`, cookie, JSON.stringify({ version }))
}

async function list(origin: string, cookie: string, isWarm: boolean, at: number): Promise<void> {
  const search = at % 2 === 0 ? '' : `?search=${encodeURIComponent(sampleUser.slice(0, 4))}`
  await ask('list', isWarm, `${origin}/console/users${search}`, cookie)
}

/** A client that sends half a request, or does not wait for the response. */
async function breakOff(origin: string, cookie: string, at: number): Promise<void> {
  const body = JSON.stringify({ version: 'of another account' })
  const path = `${origin}/console/api/users/${encodeURIComponent(known[0] ?? '')}/force-reset`
  const sent = request(path, {
    // Not of the agent: the connection ends with the request.
    agent: false,
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json', 'content-length': body.length },
  })
  sent.on('error', () => undefined)
  const closed = new Promise((resolve) => sent.once('close', resolve))
  sent.write(at % 2 === 0 ? body : body.slice(0, 5), () => sent.destroy())
  await closed
  count('broken off')
}

async function lookAt(minute: number): Promise<Look> {
  const answered = once(child, 'message')
  child.send('memory')
  const [{ rss, heapUsed }] = await answered
  const files = readdirSync(`/proc/${child.pid}/fd`).length
  return { minute, rss: rss / mebibyte, heapUsed: heapUsed / mebibyte, files }
}

function report(): void {
  const warm = looks.filter(({ minute }) => minute > minutes * warmUpShare)
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  const about =
    `Commit ${commit}, Node ${process.versions.node}, ${availableParallelism()} cores, ` +
    `${minutes} minutes, the first ${(minutes * warmUpShare).toFixed(1)} for warming up.`
  line(about)
  line('')
  line('| request | answers | 50 % | 90 % | 99 % | 99.9 % |')
  line('| --- | --- | --- | --- | --- | --- |')
  const series: Series[] = Object.entries(durations).map(([name, values]) => ({
    name,
    sorted: values.toSorted((one, other) => one - other),
  }))
  for (const { name, sorted } of series) {
    const marks = [0.5, 0.9, 0.99, 0.999].map((share) => percentile(sorted, share).toFixed(1))
    line(`| ${name} | ${sorted.length} | ${marks.map((mark) => `${mark} ms`).join(' | ')} |`)
  }
  line('')
  line('| | first look | last look | change in an hour | 95 % interval |')
  line('| --- | --- | --- | --- | --- |')
  for (const [name, of] of [
    ['memory of the process', ({ rss }: Look) => rss],
    ['heap after a collection', ({ heapUsed }: Look) => heapUsed],
    ['open files', ({ files }: Look) => files],
  ] as const) {
    const trend = trendOf(warm.map((look) => [look.minute / 60, of(look)]))
    const [first, last] = [warm[0], warm.at(-1)].map((look) => (look ? of(look).toFixed(1) : '?'))
    line(`| ${name} | ${first} | ${last} | ${words(trend)} |`)
  }
  line('')
  for (const [what, times] of [...answers].sort()) line(`${what}: ${times}`)
  const plot = fileURLToPath(new URL('../../docs/images/console-load.svg', import.meta.url))
  writeFileSync(plot, percentilePlot(series))
}

function words({ slope, from, to }: Trend): string {
  const zero = from <= 0 && to >= 0 ? 'zero lies in it' : 'zero lies outside of it'
  return `${slope.toFixed(1)} | ${from.toFixed(1)} to ${to.toFixed(1)}; ${zero}`
}
