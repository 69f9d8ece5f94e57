import { describe, expect, it } from 'vitest'
import type {
  AuditEvent,
  ForceResetConfig,
  Operator,
  ReportedError,
  UserStore,
  WriteOutcome,
} from '../index.ts'
import { anyVersion, forceReset, listUsers, StoreError } from '../index.ts'
import { memoryUserStore, withFound, withWrite } from '../testing/index.ts'

/** Stands in each message and in each property that may not be told. */
const planted = 'planted-4711'

class HostError extends Error {
  readonly code = '40P01'
  readonly detail = planted
}

/** A function of a host that fails. The types of an option are not asked. */
type Fails = () => never

/** What the host's function does before it fails. */
type Work = () => void

const ways: readonly (readonly [string, (work: Work) => unknown])[] = [
  [
    'throws before its work',
    () => {
      throw new HostError(planted)
    },
  ],
  [
    'throws after its work',
    (work) => {
      work()
      throw new HostError(planted)
    },
  ],
  ['rejects before its work', () => Promise.reject(new HostError(planted))],
  [
    'rejects after its work',
    async (work) => {
      work()
      await Promise.resolve()
      throw new HostError(planted)
    },
  ],
]

interface Part {
  readonly during: ReportedError['during']
  readonly config?: (fails: Fails) => Partial<ForceResetConfig<Operator>>
  readonly store?: (store: UserStore, fails: Fails) => UserStore
}

const plan = {
  positions: Array.from({ length: 20 }, () => [...'abcdefghjkmnpqrstvwxyz23456789']),
  anyOf: [],
}

/** Each function that a host brings, and each step of a store. */
const parts: readonly Part[] = [
  { during: 'authorize', config: (authorize) => ({ authorize }) },
  { during: 'audit', config: (audit) => ({ audit }) },
  { during: 'store', config: (store) => ({ store, scope: () => 'north' }) },
  { during: 'eligible', config: (eligible) => ({ eligible }) },
  { during: 'is_self', config: (isSelf) => ({ isSelf }) },
  { during: 'allow_privileged', config: (allowPrivileged) => ({ allowPrivileged }) },
  { during: 'revoke_sessions', config: (revokeSessions) => ({ revokeSessions }) },
  { during: 'on_applied', config: (onApplied) => ({ onApplied }) },
  { during: 'now', config: (now) => ({ now }) },
  { during: 'find', store: (store, find) => ({ ...store, find }) },
  {
    during: 'check',
    store: (store, check) => withFound(store, (found) => ({ ...found, check })),
  },
  {
    during: 'prepare',
    store: (store, prepare) => withFound(store, (found) => ({ ...found, prepare })),
  },
  { during: 'write', store: (store, fails) => withWrite(store, fails) },
  {
    during: 'settle',
    store: (store, settle) => withWrite(store, async () => ({ outcome: 'unknown', settle })),
  },
]

function started({ config, store }: Omit<Part, 'during'>, fails: Fails) {
  const errors: ReportedError[] = []
  const events: AuditEvent[] = []
  const memory = memoryUserStore({
    users: [
      { id: '1', username: 'kim', privileged: config?.(fails).allowPrivileged !== undefined },
    ],
  })
  const all: ForceResetConfig<Operator> = {
    store: store ? store(memory, fails) : memory,
    authorize: () => true,
    audit: (event) => void events.push(event),
    onError: (error) => void errors.push(error),
    ...config?.(fails),
  }
  return { config: all, errors, events }
}

const request = {
  operator: { id: 'op-1' },
  userId: '1',
  version: anyVersion,
  reason: 'why',
} as const

describe.each(parts)('$during', ({ during, ...part }) => {
  it.each(ways)('reaches onError by class and codes where it %s', async (_, way) => {
    let worked = 0
    const { config, errors, events } = started(part, () => {
      // The types of a function that answers at once know no promise.
      return way(() => (worked += 1)) as never
    })
    const result = await forceReset(config, request)
    await new Promise(setImmediate)
    const cause = { code: '40P01', sqlState: '40P01' }
    expect(errors).toContainEqual({ during, name: 'HostError', cause })
    // An outcome that has to be settled was a failure of the write first.
    const others = errors.filter((error) => error.during !== during)
    expect(others).toEqual(
      during === 'settle' ? [{ during: 'write', code: 'outcome_unknown' }] : [],
    )
    expect(JSON.stringify([errors, events, result])).not.toContain(planted)
  })
})

it('hears of a format that throws', async () => {
  let checks = 0
  const fit = () => {
    checks += 1
    if (checks > 1) throw new HostError(planted)
    return plan
  }
  const { config, errors } = started(
    { config: () => ({ format: { kind: 'characters', fit } }) },
    () => {
      throw new HostError(planted)
    },
  )
  await forceReset(config, request)
  expect(errors).toMatchObject([{ during: 'format', name: 'HostError' }])
})

it('hears of a pattern for reasons that cannot be asked, and refuses', async () => {
  const broken = Object.defineProperty(/why/, Symbol.match, {
    get: () => {
      throw new HostError(planted)
    },
  })
  const { config, errors, events } = started({ config: () => ({ requireReason: broken }) }, () => {
    throw new HostError(planted)
  })
  expect(await forceReset(config, request)).toMatchObject({ code: 'invalid_request' })
  expect(errors).toMatchObject([{ during: 'require_reason', name: 'HostError' }])
  expect(events).toMatchObject([{ type: 'reset.refused' }])
})

it('hears of a list that fails', async () => {
  const { config, errors } = started({ store: (store, list) => ({ ...store, list }) }, () => {
    throw new StoreError('store_unavailable', {
      reason: 'store',
      key: 'no_connection',
      what: planted,
      cause: { name: 'Error', code: 'ECONNREFUSED', sqlState: planted },
    })
  })
  await listUsers(config, { operator: { id: 'op-1' } })
  expect(errors).toEqual([
    {
      during: 'list',
      name: 'StoreError',
      code: 'store_unavailable',
      key: 'no_connection',
      cause: { name: 'Error', code: 'ECONNREFUSED' },
    },
  ])
})

it('tells no class whose name is no name', async () => {
  class Odd extends Error {}
  Object.defineProperty(Odd, 'name', { value: `${planted} at 42` })
  const { config, errors } = started({ config: (eligible) => ({ eligible }) }, () => {
    throw new Odd()
  })
  await forceReset(config, request)
  expect(errors).toEqual([{ during: 'eligible', name: 'Error', cause: undefined }])
})

it('hears of a tenant that nobody can name', async () => {
  const errors: ReportedError[] = []
  const store = memoryUserStore({ users: [] })
  const config: ForceResetConfig<Operator> = {
    store: () => store,
    scope: () => {
      throw new HostError(planted)
    },
    authorize: () => true,
    audit: () => undefined,
    onError: (error) => void errors.push(error),
  }
  const page = await listUsers(config, { operator: { id: 'op-1' } })
  expect(page).toMatchObject({ ok: false, code: 'store_unavailable' })
  expect(errors).toMatchObject([{ during: 'scope', name: 'HostError' }])
  expect(JSON.stringify(errors)).not.toContain(planted)
})

it('hears of a refusal that says something of the store, and of no other', async () => {
  const refusing = (code: 'store_denied' | 'conflict') =>
    started(
      {
        store: (store) =>
          withFound(store, (found) => ({
            ...found,
            prepare: async () => ({ outcome: 'refused', code }),
          })),
      },
      () => {
        throw new HostError(planted)
      },
    )
  const [denied, stale] = [refusing('store_denied'), refusing('conflict')]
  await forceReset(denied.config, request)
  await forceReset(stale.config, request)
  expect(denied.errors).toEqual([{ during: 'prepare', code: 'store_denied' }])
  expect(stale.errors).toEqual([])
})

it('hears of a refusal by the write, and once of an outcome that nobody settles', async () => {
  const writing = (outcome: WriteOutcome) =>
    started({ store: (store) => withWrite(store, async () => outcome) }, () => {
      throw new HostError(planted)
    })
  const denied = writing({ outcome: 'refused', code: 'store_denied' })
  const unsettled = writing({ outcome: 'unknown' })
  expect(await forceReset(denied.config, request)).toMatchObject({ code: 'store_denied' })
  expect(await forceReset(unsettled.config, request)).toMatchObject({ code: 'outcome_unknown' })
  expect(denied.errors).toEqual([{ during: 'write', code: 'store_denied' }])
  expect(unsettled.errors).toEqual([{ during: 'write', code: 'outcome_unknown' }])
})

it('hears of a version that the store cannot look at', async () => {
  const fails = () => {
    throw new HostError(planted)
  }
  const { config, errors } = started(
    { store: (store) => withFound(store, (found) => ({ ...found, versionStanding: fails })) },
    fails,
  )
  const result = await forceReset(config, { ...request, version: 'v1' })
  expect(result).toMatchObject({ code: 'store_unavailable' })
  expect(errors).toMatchObject([{ during: 'check', name: 'HostError' }])
})

it('hears nothing of a reset that works', async () => {
  const { config, errors } = started({}, () => {
    throw new HostError(planted)
  })
  expect(await forceReset(config, request)).toMatchObject({ ok: true })
  expect(errors).toEqual([])
})

it('hears of an answer of the wrong type, by the type', async () => {
  const { config, errors } = started(
    { config: () => ({ eligible: () => Object(planted) }) },
    () => {
      throw new HostError(planted)
    },
  )
  expect(await forceReset(config, request)).toMatchObject({ code: 'not_eligible' })
  await new Promise(setImmediate)
  expect(errors).toMatchObject([{ during: 'eligible', code: 'ERR_INVALID_CONFIG' }])
  expect(JSON.stringify(errors)).not.toContain(planted)
})

it('hears nothing of a request that was cancelled', async () => {
  const gone = new AbortController()
  const { config, errors } = started({ store: (store, find) => ({ ...store, find }) }, () => {
    gone.abort()
    throw new HostError(planted)
  })
  expect(await forceReset(config, { ...request, signal: gone.signal })).toMatchObject({
    code: 'aborted',
  })
  expect(errors).toEqual([])
})

it.each<[string, () => unknown]>([
  [
    'throws',
    () => {
      throw new HostError(planted)
    },
  ],
  ['rejects', () => Promise.reject(new HostError(planted))],
])('does no harm when onError itself %s', async (_, onError) => {
  const unhandled: unknown[] = []
  const note = (error: unknown): void => void unhandled.push(error)
  process.on('unhandledRejection', note)
  const { config } = started({ config: () => ({ onError, isSelf: () => Object(1) }) }, () => {
    throw new HostError(planted)
  })
  expect(await forceReset(config, request)).toMatchObject({ code: 'own_account' })
  await new Promise(setImmediate)
  process.off('unhandledRejection', note)
  expect(unhandled).toEqual([])
})
