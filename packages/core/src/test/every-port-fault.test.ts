import { plantedInWrongValues, wrongValues } from '@force-reset/testing'
import { leakCheck } from '@force-reset/testing/vitest'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type {
  AuditEvent,
  ForceResetConfig,
  ForceResetResult,
  FoundUser,
  Operator,
  UserStore,
} from '../index.ts'
import { forceReset, isSameAccount, listUsers, previewReset, viewUser } from '../index.ts'
import type { MemoryUserStore } from '../testing/index.ts'
import { memoryUserStore, withFound, withWrite } from '../testing/index.ts'

leakCheck()

const operator = { id: 'op-1' }
const day = 86_400_000

/** What a function without types may answer. */
function untyped<T>(value: unknown): T {
  return value as T
}

/** A function that misbehaves: handed the right answer, the function gives something else. */
type Fault = (right: () => unknown) => unknown

function planted(): TypeError {
  return new TypeError(plantedInWrongValues)
}

function thenable(
  then: (resolve: (answer: unknown) => void, reject: (error: Error) => void) => void,
) {
  return Object.defineProperty({}, 'then', { value: then })
}

/** Every way to misbehave but to hang: nobody bounds the functions of a store but the store. */
const faults: readonly (readonly [string, Fault])[] = [
  [
    'throws',
    () => {
      throw planted()
    },
  ],
  ['rejects', () => Promise.reject(planted())],
  [
    'throws after its work',
    (right) => {
      void Promise.resolve(right()).catch(() => undefined)
      throw planted()
    },
  ],
  [
    'rejects after its work',
    async (right) => {
      await right()
      throw planted()
    },
  ],
  ['rejects with nothing', () => Promise.reject(undefined)],
  [
    'answers twice, nonsense last',
    (right) =>
      thenable(async (resolve) => {
        resolve(await right())
        resolve('nonsense')
      }),
  ],
  [
    'answers twice, nonsense first',
    (right) =>
      thenable((resolve) => {
        resolve('nonsense')
        resolve(right())
      }),
  ],
  [
    'answers and rejects',
    (right) =>
      thenable(async (resolve, reject) => {
        resolve(await right())
        reject(planted())
      }),
  ],
  [
    'rejects and answers',
    (right) =>
      thenable((resolve, reject) => {
        reject(planted())
        resolve(right())
      }),
  ],
  [
    'answers something whose then throws',
    () =>
      thenable(() => {
        throw planted()
      }),
  ],
  [
    'answers something whose then cannot be read',
    () =>
      Object.defineProperty({}, 'then', {
        get: () => {
          throw planted()
        },
      }),
  ],
  ...wrongValues.map(({ name, make }): readonly [string, Fault] => [`answers ${name}`, make]),
  ...wrongValues.map(({ name, make }): readonly [string, Fault] => [
    `works, and answers ${name}`,
    async (right) => {
      await right()
      return make()
    },
  ]),
]

/** One function of the port or of the configuration, replaced by a fault. */
type Place = (fault: Fault) => {
  readonly store?: (memory: MemoryUserStore) => UserStore
  readonly config?: Partial<ForceResetConfig<Operator>>
  /** The same for the function that chooses the store. */
  readonly chosen?: Fault
}

const inFound =
  (name: 'check' | 'prepare' | 'versionStanding'): Place =>
  (fault) => ({
    store: (memory) =>
      withFound(memory, (found) =>
        untyped<FoundUser>({
          ...found,
          [name]: (...asked: readonly unknown[]) =>
            fault(() => found[name] && Reflect.apply(found[name], found, asked)),
        }),
      ),
  })
const inStore =
  (name: 'find' | 'list' | 'cursorAfter'): Place =>
  (fault) => ({
    store: (memory) =>
      untyped<UserStore>({
        ...memory,
        [name]: (...asked: readonly unknown[]) =>
          fault(() => memory[name] && Reflect.apply(memory[name], memory, asked)),
      }),
  })
const inConfig =
  (name: keyof ForceResetConfig<Operator>, right: unknown): Place =>
  (fault) => ({ config: untyped({ [name]: () => fault(() => right) }) })

const places: Readonly<Record<string, Place>> = {
  find: inStore('find'),
  list: inStore('list'),
  cursorAfter: inStore('cursorAfter'),
  check: inFound('check'),
  prepare: inFound('prepare'),
  versionStanding: inFound('versionStanding'),
  write: (fault) => ({
    store: (memory) => withWrite(memory, (write) => untyped(fault(() => write()))),
  }),
  settle: (fault) => ({
    store: (memory) =>
      withWrite(memory, async (write) => ({
        outcome: 'unknown',
        settle: () => untyped(fault(() => write())),
      })),
  }),
  store: (fault) => ({ chosen: fault }),
  scope: inConfig('scope', ''),
  authorize: inConfig('authorize', true),
  audit: inConfig('audit', undefined),
  eligible: inConfig('eligible', true),
  isSelf: inConfig('isSelf', false),
  allowPrivileged: inConfig('allowPrivileged', true),
  revokeSessions: inConfig('revokeSessions', 1),
  onApplied: inConfig('onApplied', undefined),
  now: inConfig('now', Date.now()),
  onError: (fault) => ({
    config: {
      onError: (error) => untyped(fault(() => error)),
      onApplied: () => Promise.reject(planted()),
    },
  }),
}

function accounts(): MemoryUserStore {
  return memoryUserStore({
    users: [
      { id: '1', username: 'kim', password: 'old-password', privileged: true },
      { id: '2', username: 'lee', password: 'old-password' },
    ],
  })
}

function setUp(place: Place, fault: Fault) {
  const memory = accounts()
  const { store = () => memory, chosen, config = {} } = place(fault)
  const events: AuditEvent[] = []
  const whole: ForceResetConfig<Operator> = {
    store: chosen ? () => untyped(chosen(() => memory)) : store(memory),
    scope: () => '',
    authorize: () => true,
    audit: (event) => void events.push(event),
    isSelf: isSameAccount,
    allowPrivileged: () => true,
    ...config,
  }
  return { memory, events, config: whole }
}

/** What a result says has to be so in the store. */
function untruthIn(result: ForceResetResult, memory: MemoryUserStore): string | undefined {
  const old = memory.signIn('kim', 'old-password')
  if (result.ok) {
    const fresh = memory.signIn('kim', result.temporaryPassword.reveal())
    // By a wrong clock a password expires at once.
    return ['change_password', 'expired'].includes(fresh) && old === 'refused'
      ? undefined
      : `says that the password was replaced, and the sign-in answers ${fresh}`
  }
  if (result.code === 'outcome_unknown') return undefined
  return old === 'open' ? undefined : `refuses with ${result.code}, and the old password is gone`
}

/** Texts that somebody reads or stores. */
function isLeaking(...shown: readonly unknown[]): boolean {
  const text = JSON.stringify(shown, (_, value) =>
    typeof value === 'bigint' ? String(value) : value,
  )
  return text.includes(plantedInWrongValues)
}

beforeEach(() => {
  // Deadlines are over as soon as nothing else is under way.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** The answer of something that may wait for a deadline of core. */
async function pastDeadlines<T>(asked: Promise<T>): Promise<T> {
  let isOver = false
  const over = () => {
    isOver = true
  }
  asked.then(over, over)
  // The time limit of the test ends the wait.
  for (let turns = 1; !isOver; turns += 1) {
    await new Promise((resolve) => setImmediate(resolve))
    await vi.advanceTimersByTimeAsync(turns % 500 === 0 ? day : 0)
  }
  return await asked
}

/** What is wrong about the answers of every function of core; nothing where they are right. */
async function wrongWith(place: Place, fault: Fault): Promise<readonly string[]> {
  const wrong: string[] = []
  const reset = setUp(place, fault)
  const version = (await reset.memory.find('1'))?.user.version ?? ''
  const result = await pastDeadlines(forceReset(reset.config, { operator, userId: '1', version }))
  const untruth = untruthIn(result, reset.memory)
  if (untruth !== undefined) wrong.push(`forceReset ${untruth}`)
  if (isLeaking(result, reset.events)) wrong.push('forceReset tells of a foreign error')
  for (const [name, ask] of [
    ['previewReset', previewReset],
    ['viewUser', viewUser],
    ['listUsers', listUsers],
  ] as const) {
    const { memory, events, config } = setUp(place, fault)
    const answer: unknown = await pastDeadlines<unknown>(
      ask(config, { operator, userId: '1', limit: 1 }),
    )
    if (memory.writes > 0) wrong.push(`${name} changes something`)
    if (isLeaking(answer, events)) wrong.push(`${name} tells of a foreign error`)
  }
  return wrong
}

describe.each(Object.entries(places))('where %s', (_, place) => {
  it.each(faults)('%s, results say what is so, and nothing is thrown', async (_, fault) => {
    expect(await wrongWith(place, fault)).toEqual([])
  })
})

describe('functions that core itself bounds', () => {
  it.each(['audit', 'revokeSessions', 'onApplied'])('may hang: %s', async (name) => {
    const place = places[name]
    if (place === undefined) throw new Error(`There is no ${name}.`)
    expect(await wrongWith(place, () => new Promise(() => undefined))).toEqual([])
  })
})

describe('a step that answers after the request was given up', () => {
  it.each(['find', 'check', 'prepare', 'authorize', 'isSelf', 'eligible'])(
    'leads to no write: %s',
    async (name) => {
      const place = places[name]
      if (place === undefined) throw new Error(`There is no ${name}.`)
      const gone = new AbortController()
      const { memory, config, events } = setUp(place, (right) => {
        gone.abort()
        return right()
      })
      const version = (await memory.find('1'))?.user.version ?? ''
      const result = await forceReset(config, {
        operator,
        userId: '1',
        version,
        signal: gone.signal,
      })
      expect(result).toMatchObject({ ok: false, code: 'aborted' })
      expect(memory.writes).toBe(0)
      expect(memory.signIn('kim', 'old-password')).toBe('open')
      expect(events).toMatchObject([{ type: 'reset.refused', code: 'aborted' }])
    },
  )

  it('is a write that is told, when the request was given up during the write', async () => {
    const gone = new AbortController()
    const { memory, config } = setUp(places['write'] ?? (() => ({})), (right) => {
      gone.abort()
      return right()
    })
    const version = (await memory.find('1'))?.user.version ?? ''
    const result = await forceReset(config, { operator, userId: '1', version, signal: gone.signal })
    expect(untruthIn(result, memory)).toBeUndefined()
    expect(result.ok).toBe(true)
  })
})

describe('these tests', () => {
  it('find a result that is not so', async () => {
    const { memory, config } = setUp(
      () => ({}),
      () => undefined,
    )
    const version = (await memory.find('1'))?.user.version ?? ''
    const result = await forceReset(config, { operator, userId: '1', version })
    expect(untruthIn(result, accounts())).toContain('says that the password was replaced')
    const refused = { ...result, ok: false, code: 'conflict' }
    expect(untruthIn(untyped(refused), memory)).toContain('the old password is gone')
  })

  it('find a store that says too early that its write was applied', async () => {
    const lies: Place = () => ({
      store: (memory) =>
        withWrite(memory, async () =>
          untyped({ outcome: 'applied', receipt: {}, mark: 'memory1.0.x' }),
        ),
    })
    expect(await wrongWith(lies, () => undefined)).toEqual([
      expect.stringContaining('says that the password was replaced'),
    ])
  })
})
