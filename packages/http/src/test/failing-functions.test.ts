import { expect, it } from 'vitest'
import type { UnexpectedError } from '../handler/handler-options.ts'
import type { TestConfig } from './both-shells.fixture.ts'
import { withBothShells } from './both-shells.fixture.ts'

/** What no log may hold. */
const secret = 'p4ssw0rd of a foreign message'

class DriverError extends Error {
  readonly code = '57P01'
  readonly detail = secret
}

type Failure = () => never | Promise<never>
/** A function of the application that fails, at once and later. */
const failures: readonly (readonly [string, Failure])[] = [
  [
    'throws',
    () => {
      throw new DriverError(secret)
    },
  ],
  ['rejects', () => Promise.reject(new DriverError(secret))],
]

/** Each function of the handler that an application brings. */
const functions: readonly {
  readonly name: string
  readonly during: UnexpectedError['during']
  /** The status of a reset; the default is 500, and nothing is changed. */
  readonly status?: number
  readonly config: (fail: Failure) => TestConfig
}[] = [
  { name: 'authenticate', during: 'authenticate', config: (fail) => ({ authenticate: fail }) },
  {
    name: 'authorize',
    during: 'authorize',
    status: 403,
    config: (fail) => ({ authorize: fail }),
  },
  {
    name: 'onApplied',
    during: 'on_applied',
    status: 200,
    config: (fail) => ({ onApplied: fail }),
  },
  {
    name: 'revokeSessions',
    during: 'revoke_sessions',
    status: 200,
    config: (fail) => ({ revokeSessions: async () => fail() }),
  },
  {
    name: 'rateLimits.counter, which counts a request',
    during: 'rate_limits',
    config: (fail) => ({ rateLimits: { counter: { add: fail } } }),
  },
  {
    name: 'rateLimits.counter, which is asked about an account',
    during: 'rate_limits',
    config: (fail) => ({
      rateLimits: {
        counter: {
          add: (key) => (key.includes('target') ? fail() : { count: 1, secondsLeft: 1 }),
        },
      },
    }),
  },
  {
    name: 'rateLimits.counter, which counts a reset that happened',
    during: 'rate_limits',
    status: 200,
    config: (fail) => ({
      rateLimits: {
        counter: {
          add: (key, amount) =>
            key.includes('target') && amount === 1 ? fail() : { count: 0, secondsLeft: 1 },
        },
      },
    }),
  },
]

withBothShells('a function of the application that fails', (shell) => {
  it.each(functions.flatMap((one) => failures.map(([how, fail]) => ({ ...one, how, fail }))))(
    'reaches onError by class and code when $name $how',
    async (given) => {
      const { during, status = 500, config, fail } = given
      await using subject = await shell.start(config(fail))
      const reply = await subject.reset('1')
      expect(reply.status).toBe(status)
      expect(subject.store.writes).toBe(status === 200 ? 1 : 0)
      await new Promise(setImmediate)
      expect(subject.errors).toEqual([
        { during, name: 'DriverError', cause: { code: '57P01', sqlState: '57P01' } },
      ])
      expect(JSON.stringify([subject.errors, reply.text, subject.audited])).not.toContain(secret)
    },
  )

  const later = () => Object(Promise.reject(new DriverError(secret)))
  it.each<[string, TestConfig, number, UnexpectedError['during']]>([
    ['requestId', { requestId: later }, 404, 'request_id'],
    ['rateLimits.scope', { rateLimits: { scope: later } }, 500, 'rate_limits'],
    ['now', { now: later }, 500, 'rate_limits'],
  ])('refuses a promise of %s, which ends no process', async (name, config, status, during) => {
    const unhandled: unknown[] = []
    const note = (error: unknown): void => void unhandled.push(error)
    process.on('unhandledRejection', note)
    await using subject = await shell.start(config)
    expect((await subject.send({ path: '/users/0' })).status).toBe(status)
    await new Promise(setImmediate)
    process.off('unhandledRejection', note)
    expect(unhandled).toEqual([])
    expect(subject.errors.map((error) => error.during)).toEqual([during])
    expect(subject.errors[0]).toMatchObject({
      code: 'ERR_INVALID_CONFIG',
      message: `${name} must answer at once, without a promise`,
    })
  })

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a number', 1],
  ])('refuses everybody when rateLimits.scope answers %s', async (_, scope) => {
    await using subject = await shell.start({
      rateLimits: { scope: () => Object(scope).valueOf() },
    })
    expect((await subject.send({ path: '/users/1' })).status).toBe(500)
    expect(subject.errors).toMatchObject([
      { during: 'rate_limits', message: 'rateLimits.scope must answer text' },
    ])
  })

  it.each<[string, unknown, object | undefined]>([
    ['an operating system', { code: 'ECONNREFUSED' }, { code: 'ECONNREFUSED' }],
    ['PostgreSQL', { code: '40001' }, { code: '40001', sqlState: '40001' }],
    [
      'MariaDB',
      { code: 'ER_LOCK_DEADLOCK', sqlState: '40001' },
      { code: 'ER_LOCK_DEADLOCK', sqlState: '40001' },
    ],
    ['a directory', { code: 49 }, { ldapResult: 49 }],
    ['nobody', {}, undefined],
    ['an attacker', { code: `${secret}\n`, sqlState: ['40001'] }, undefined],
    ['an attacker who counts', { code: -1 }, undefined],
  ])('tells of the code of %s what is safe', async (_, properties, cause) => {
    const error = Object.assign(new TypeError(secret), properties)
    await using subject = await shell.start({ authenticate: () => Promise.reject(error) })
    expect((await subject.send({ path: '/users' })).status).toBe(500)
    expect(subject.errors).toEqual([{ during: 'authenticate', name: 'TypeError', cause }])
  })

  it.each<[string, unknown, string]>([
    ['text', secret, 'string'],
    ['nothing', undefined, 'undefined'],
    ['null', null, 'object'],
    [
      'something that throws when it is read',
      new Proxy(new Error(secret), {
        get: () => {
          throw new Error(secret)
        },
      }),
      'unreadable',
    ],
  ])('reaches onError when it throws %s', async (_, thrown, name) => {
    await using subject = await shell.start({ authenticate: () => Promise.reject(thrown) })
    expect((await subject.send({ path: '/users' })).status).toBe(500)
    expect(subject.errors).toEqual([{ during: 'authenticate', name }])
  })

  it.each(failures)('does no harm when onError itself %s', async (_, fail) => {
    const unhandled: unknown[] = []
    const note = (error: unknown): void => void unhandled.push(error)
    process.on('unhandledRejection', note)
    await using subject = await shell.start({ authenticate: fail, onError: () => fail() })
    expect((await subject.send({ path: '/users' })).status).toBe(500)
    await new Promise(setImmediate)
    process.off('unhandledRejection', note)
    expect(unhandled).toEqual([])
  })
})
