import { markOf } from '../port/mark.ts'
import type {
  PendingClaim,
  PendingFilter,
  PendingReset,
  PendingResets,
  PendingState,
} from '../port/pending-resets.ts'
import type { ConformanceRunner } from './conformance.ts'

/** The pending resets under test. */
export interface PendingSubject {
  readonly pending: PendingResets
  /** The same resets as another process reaches them: on a connection of its own. */
  another(): PendingResets
  close?(): Promise<void>
}

/** A moment of the suite, in seconds after its start. */
const at = (seconds: number): Date => new Date(Date.UTC(2026, 9, 25, 0, 59) + seconds * 1_000)

/** A pending reset with this id; everything else is ordinary unless `change` names it. */
function reset(resetId: string, change: Partial<PendingReset> = {}): PendingReset {
  return {
    resetId,
    store: 'sql',
    scope: 'Ward 3 – Ω',
    userId: 'Ωmega \u{1F600} 42',
    operatorId: 'kim',
    attemptedAt: at(0),
    mark: markOf(`conformance1.${resetId}`),
    state: 'attempted',
    expiresAt: null,
    throwaway: null,
    ...change,
  }
}

/** Every state, in an order in which each can follow the one before. */
const states = [
  'attempted',
  'writing',
  'unknown',
  'ending',
  'applied',
  'not_applied',
  'overtaken',
  'ended',
  'left',
] as const satisfies readonly PendingState[]

/** Asks at `now` for attempts of more than a minute ago. */
function claimAt(now: number, change: Partial<PendingClaim> = {}): PendingClaim {
  return { now: at(now), olderThan: at(now - 60), leaseSeconds: 30, limit: 10, ...change }
}

/**
 * The behaviour that every `PendingResets` has to have, as one suite.
 *
 * @param create - Called for every test: a fresh and empty subject each time.
 * @example
 * pendingResetsConformance({ describe, it }, 'my table', async () => {
 *   const pending = memoryPendingResets()
 *   return { pending, another: () => pending }
 * })
 */
export function pendingResetsConformance(
  runner: ConformanceRunner,
  name: string,
  create: () => Promise<PendingSubject>,
): void {
  const it = (title: string, body: (subject: PendingSubject) => Promise<void>): void => {
    runner.it(title, async () => {
      const subject = await create()
      try {
        await body(subject)
      } finally {
        await subject.close?.()
      }
    })
  }

  runner.describe(`${name} conforms to PendingResets`, () => {
    keepingSuite(it)
    listingSuite(it)
    ofOneAccountSuite(it)
    claimingSuite(it)
    racingSuite(it)
  })
}

type It = (title: string, body: (subject: PendingSubject) => Promise<void>) => void

function keepingSuite(it: It): void {
  it('keeps every field of a reset, for another process too', async ({ pending, another }) => {
    const throwaway = markOf('conformance1.throwaway')
    const one = reset('r-1', { expiresAt: at(3_600.123), attemptedAt: at(0.456), throwaway })
    await pending.open(one)
    same((await another().list({ limit: 5 })).resets, [one])
  })
  it('rejects a second reset with the same id, and keeps the first', async ({ pending }) => {
    const one = reset('r-1')
    await pending.open(one)
    const second = pending.open({ ...one, userId: 'another' })
    check(
      await second.then(
        () => false,
        () => true,
      ),
      'a second reset with the same id is rejected',
    )
    same((await pending.list({ limit: 5 })).resets, [one])
  })
  it('takes ids that differ in the case of their letters for different', async ({ pending }) => {
    await pending.open(reset('r-a'))
    await pending.open(reset('R-A', { attemptedAt: at(1) }))
    same(await pending.close('R-A', 'attempted'), true)
    same(await listed(pending), ['r-a'])
  })
  it('notes that a write happened, with its mark and its end', async ({ pending, another }) => {
    await pending.open(reset('r-1'))
    await pending.open(reset('r-2', { attemptedAt: at(1) }))
    const applied = { state: 'applied', mark: markOf('conformance1.exact'), expiresAt: at(100) }
    same(await pending.change('r-1', 'attempted', { ...applied, state: 'applied' }), true)
    same((await another().list({ limit: 5 })).resets, [
      { ...reset('r-1'), ...applied },
      reset('r-2', { attemptedAt: at(1) }),
    ])
  })
  it('notes every state, and what ends a password, and leaves the rest alone', async (subject) => {
    const { pending, another } = subject
    const throwaway = markOf('conformance1.throwaway')
    await pending.open(reset('r-1', { expiresAt: at(100) }))
    let from: PendingState = 'attempted'
    for (const state of states) {
      same(await pending.change('r-1', from, { state }), true)
      same((await another().list({ limit: 5 })).resets, [
        reset('r-1', { state, expiresAt: at(100) }),
      ])
      from = state
    }
    same(await pending.change('r-1', from, { state: from, throwaway, expiresAt: null }), true)
    same((await another().list({ limit: 5 })).resets, [reset('r-1', { state: from, throwaway })])
  })
  it('changes and forgets no reset in another state, and says so', async ({ pending, another }) => {
    await pending.open(reset('r-1', { state: 'writing' }))
    same(await another().change('r-1', 'attempted', { state: 'unknown' }), false)
    same(await another().close('r-1', 'attempted'), false)
    same((await pending.list({ limit: 5 })).resets, [reset('r-1', { state: 'writing' })])
  })
  it('changes nothing for an id that is not there, and says so', async ({ pending }) => {
    same(await pending.change('r-0', 'attempted', { state: 'unknown' }), false)
    same(await pending.close('r-0', 'attempted'), false)
    await pending.release('r-0')
    same(await listed(pending), [])
  })
  it('forgets a reset that is closed, whose id is free again', async ({ pending }) => {
    await pending.open(reset('r-1'))
    await pending.open(reset('r-2'))
    same(await pending.close('r-1', 'attempted'), true)
    same(await pending.close('r-1', 'attempted'), false)
    same(await listed(pending), ['r-2'])
    await pending.open(reset('r-1'))
    same(await listed(pending), ['r-1', 'r-2'])
  })
}

function listingSuite(it: It): void {
  it('lists oldest first, page by page, each reset once', async ({ pending }) => {
    const opened = ['r-3', 'r-1', 'r-5', 'r-4', 'r-2']
    for (const [i, id] of opened.entries())
      await pending.open(reset(id, { attemptedAt: at(i < 2 ? 10 : 5) }))
    const pages: (readonly string[])[] = []
    let cursor: string | undefined
    do {
      const page = await pending.list({ limit: 2, cursor })
      pages.push(page.resets.map(({ resetId }) => resetId))
      cursor = page.nextCursor
    } while (cursor !== undefined)
    same(pages, [['r-2', 'r-4'], ['r-5', 'r-1'], ['r-3']])
  })
  it('has no next page where the last one is full', async ({ pending }) => {
    await pending.open(reset('r-1'))
    await pending.open(reset('r-2'))
    const page = await pending.list({ limit: 2 })
    same([page.resets.length, page.nextCursor], [2, undefined])
  })
}

function ofOneAccountSuite(it: It): void {
  it('lists and hands out the resets of one account alone, by its exact id', async ({
    pending,
  }) => {
    for (const [id, userId] of [
      ['r-1', 'kim'],
      ['r-2', 'Kim'],
      ['r-3', 'kim'],
      ['r-4', 'kim '],
    ] as const)
      await pending.open(reset(id, { userId }))
    const { resets, nextCursor } = await pending.list({ limit: 1, userId: 'kim' })
    const { resets: rest } = await pending.list({ limit: 5, cursor: nextCursor, userId: 'kim' })
    same(
      [...resets, ...rest].map(({ resetId }) => resetId),
      ['r-1', 'r-3'],
    )
    same(await claimed(pending, claimAt(90, { userId: 'kim' })), ['r-1', 'r-3'])
    same(await claimed(pending, claimAt(90)), ['r-2', 'r-4'])
  })
  it('lists and hands out the resets of one store and one tenant alone', async ({ pending }) => {
    for (const [id, store, scope] of [
      ['r-1', 'sql', 'north'],
      ['r-2', 'sql', 'North'],
      ['r-3', 'ad', 'north'],
      ['r-4', 'sql', ''],
    ] as const)
      await pending.open(reset(id, { store, scope }))
    const ids = async (only: PendingFilter) =>
      (await pending.list({ limit: 5, ...only })).resets.map(({ resetId }) => resetId)
    same(await ids({ store: 'sql' }), ['r-1', 'r-2', 'r-4'])
    same(await ids({ scope: 'north' }), ['r-1', 'r-3'])
    same(await ids({ store: 'sql', scope: '' }), ['r-4'])
    same(await claimed(pending, claimAt(90, { store: 'sql', scope: 'north' })), ['r-1'])
    same(await claimed(pending, claimAt(90, { scope: '' })), ['r-4'])
    same(await claimed(pending, claimAt(90)), ['r-2', 'r-3'])
  })
}

function claimingSuite(it: It): void {
  it('hands out attempts from before the moment asked for, oldest first', async ({ pending }) => {
    for (const [id, seconds] of [
      ['r-late', 40],
      ['r-edge', 30],
      ['r-b', 20],
      ['r-a', 10],
    ] as const)
      await pending.open(reset(id, { attemptedAt: at(seconds) }))
    same(await claimed(pending, claimAt(90)), ['r-a', 'r-b'])
  })
  it('hands out at once a reset that is neither under way nor in use', async ({ pending }) => {
    for (const state of states)
      await pending.open(reset(`r-${state}`, { state, attemptedAt: at(89) }))
    const over = ['ended', 'ending', 'left', 'not_applied', 'overtaken', 'unknown']
    same(
      await claimed(pending, claimAt(90)),
      over.map((state) => `r-${state}`),
    )
    same(await claimed(pending, claimAt(149.5)), [
      'r-attempted',
      ...over.map((state) => `r-${state}`),
      'r-writing',
    ])
  })
  it('hands out passwords that have expired, and none that has not', async ({ pending }) => {
    for (const [id, end] of [
      ['r-ended', at(89)],
      ['r-ends', at(90)],
      ['r-lives', at(91)],
      ['r-endless', null],
    ] as const) {
      const attemptedAt = at(id === 'r-ended' ? 0 : 1)
      await pending.open(reset(id, { attemptedAt, state: 'applied', expiresAt: end }))
    }
    same(await claimed(pending, claimAt(90)), ['r-ended', 'r-ends'])
  })
  it('hands out at most as many as asked for, and the others next', async ({ pending }) => {
    for (const i of [1, 2, 3]) await pending.open(reset(`r-${i}`, { attemptedAt: at(i) }))
    same(await claimed(pending, claimAt(90, { limit: 2 })), ['r-1', 'r-2'])
    same(await claimed(pending, claimAt(90, { limit: 2 })), ['r-3'])
  })
  it('hands out a reset again only when its lease is over', async ({ pending, another }) => {
    await pending.open(reset('r-1'))
    same(await claimed(pending, claimAt(90)), ['r-1'])
    same(await claimed(another(), claimAt(119.999)), [])
    same(await claimed(another(), claimAt(120)), ['r-1'])
    same(await claimed(pending, claimAt(149)), [])
  })
  it('hands out a reset whose lease was ended early, and keeps it', async ({
    pending,
    another,
  }) => {
    await pending.open(reset('r-1'))
    same(await claimed(pending, claimAt(90)), ['r-1'])
    await another().release('r-1')
    await another().release('r-0')
    same(await claimed(pending, claimAt(90)), ['r-1'])
  })
  it('hands out the reset as it is now, mark and end included', async ({ pending }) => {
    await pending.open(reset('r-1'))
    const now = { state: 'applied', mark: markOf('conformance1.exact'), expiresAt: at(5) } as const
    await pending.change('r-1', 'attempted', now)
    same(await pending.claim(claimAt(90)), [reset('r-1', now)])
  })
}

function racingSuite(it: It): void {
  it('hands each reset to one of many callers at once', async ({ pending, another }) => {
    const ids = Array.from({ length: 20 }, (_, i) => `r-${String(i).padStart(2, '0')}`)
    for (const id of ids) await pending.open(reset(id))
    const callers = [pending, another(), another(), another()]
    const handed = await Promise.all(
      callers.map((one) => one.claim(claimAt(90, { limit: ids.length }))),
    )
    same(
      handed
        .flat()
        .map(({ resetId }) => resetId)
        .sort(),
      ids,
    )
  })
  it('lets one of many callers at once change the state of a reset', async (subject) => {
    const { pending, another } = subject
    const callers = [pending, another(), another(), another()]
    for (const n of [1, 2, 3, 4, 5]) {
      await pending.open(reset(`r-${n}`))
      const changed = await Promise.all(
        callers.map((one, i) =>
          i === 0
            ? one.close(`r-${n}`, 'attempted')
            : one.change(`r-${n}`, 'attempted', { state: 'unknown' }),
        ),
      )
      same(changed.filter((won) => won).length, 1)
    }
  })
  it('opens one of two resets with the same id at once', async ({ pending, another }) => {
    const opened = await Promise.allSettled(
      [pending, another()].map((one) => one.open(reset('r-1'))),
    )
    same(opened.filter(({ status }) => status === 'fulfilled').length, 1)
    same(await listed(pending), ['r-1'])
  })
}

async function listed(pending: PendingResets): Promise<readonly string[]> {
  return (await pending.list({ limit: 50 })).resets.map(({ resetId }) => resetId)
}

async function claimed(pending: PendingResets, question: PendingClaim): Promise<readonly string[]> {
  return (await pending.claim(question)).map(({ resetId }) => resetId)
}

function same(found: unknown, expected: unknown): void {
  const [one, other] = [JSON.stringify(found), JSON.stringify(expected)]
  check(one === other, `expected ${other}, and found ${one}`)
}

function check(condition: boolean, sentence: string): void {
  if (!condition) throw new Error(`This PendingResets does not conform: ${sentence}`)
}
