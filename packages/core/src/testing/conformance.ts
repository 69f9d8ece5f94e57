import { leasePassword } from '../password/lease-password.ts'
import type { AuditEvent } from '../port/audit-event.ts'
import type { Mark, Standing } from '../port/mark.ts'
import { markOf } from '../port/mark.ts'
import type { User } from '../port/user.ts'
import { resettableStatuses } from '../port/user.ts'
import type {
  FoundUser,
  PreparedWrite,
  UserStore,
  WriteOrder,
  WriteOutcome,
} from '../port/user-store.ts'
import type { ForceResetConfig, ForceResetResult, Operator } from '../reset/config.ts'
import { forceReset } from '../reset/force-reset.ts'
import { withWrite } from './with-found.ts'

/** The two functions of a test runner that the suite needs: vitest's, node:test's and Jest's fit. */
export interface ConformanceRunner {
  describe(name: string, body: () => void): void
  it(name: string, body: () => Promise<void>): void
}

/** An account that the suite asks for. */
export interface ConformanceAccount {
  readonly status: 'active' | 'pending' | 'suspended' | 'deleted'
  readonly privileged?: boolean | undefined
  readonly displayName?: string | undefined
}

/**
 * The store under test and a direct way to look behind it. The probe must not use the store's own code: it speaks to the database or the
 * directory by other means, so that no store marks its own homework.
 */
export interface ConformanceSubject {
  readonly store: UserStore
  /** Makes an account with a known password. `undefined` where the store cannot have such an account. */
  add(
    account: ConformanceAccount,
  ): Promise<
    { readonly id: string; readonly username: string; readonly password: string } | undefined
  >
  /** Tries a sign-in by other means than the store. */
  signIn(username: string, password: string): Promise<'open' | 'change_password' | 'refused'>
  /**
   * The user's own change of the password, the way that users change it here. Nobody has to change
   * the new password afterwards.
   */
  changePassword(
    account: { readonly id: string; readonly username: string },
    passwords: { readonly from: string; readonly to: string },
  ): Promise<void>
  /** A store as another process would make it: the same accounts, and nothing remembered. */
  another(): UserStore
  /** Changes the status behind the store's back. */
  setStatus(id: string, status: 'active' | 'suspended'): Promise<void>
  /** Everything that is stored about the account, as text, to be searched for a temporary password. */
  dump(id: string): Promise<string>
  close?(): Promise<void>
}

const operator: Operator = { id: 'conformance-operator' }

function configFor(store: UserStore): ForceResetConfig<Operator> {
  return { store, authorize: () => true, audit: () => undefined }
}

/**
 * The behaviour that every store has to have, as one suite. It branches on the store's own capabilities and holds it to what it declares.
 *
 * @param create - Called for every test: a fresh subject each time.
 * @example
 * userStoreConformance({ describe, it }, 'my store', async () => mySubject())
 */
export function userStoreConformance(
  runner: ConformanceRunner,
  name: string,
  create: () => Promise<ConformanceSubject>,
): void {
  const { describe } = runner
  const it = (title: string, body: (subject: ConformanceSubject) => Promise<void>): void => {
    runner.it(title, async () => {
      const subject = await create()
      try {
        await body(subject)
      } finally {
        await subject.close?.()
      }
    })
  }

  describe(`${name} conforms to UserStore`, () => {
    describe('reading', () => readingSuite(it))
    describe('resetting', () => resettingSuite(it))
    describe('refusing', () => refusingSuite(it))
    describe('competing resets', () => competingSuite(it))
    describe('marks', () => markSuite(it))
  })
}

type It = (title: string, body: (subject: ConformanceSubject) => Promise<void>) => void

function readingSuite(it: It): void {
  it('finds an account by its id, with a stable version', async (subject) => {
    const account = await added(subject, { status: 'active', displayName: 'Ada Example' })
    const first = await found(subject, account.id)
    const second = await found(subject, account.id)
    check(
      first.username === account.username && first.status === 'active',
      'the account is found as it was made',
    )
    check(
      first.version.length > 0 && first.version === second.version,
      'two looks see the same version',
    )
  })
  it('finds nothing for ids that nobody has, however they look', async ({ store }) => {
    for (const id of [
      'no-such-id',
      '0',
      '-1',
      "' OR 1=1 --",
      '*',
      '*)(uid=*',
      '\u0000',
      '\ud800',
      '%',
      '../..',
      'x'.repeat(1_024),
    ]) {
      check((await store.find(id)) === undefined, 'an unknown id is not found')
    }
  })
  it('lists an account by part of its user name, in any case', async (subject) => {
    const account = await added(subject, { status: 'active' })
    for (const search of [
      account.username,
      account.username.toUpperCase(),
      account.username.slice(0, -1),
    ]) {
      const page = await subject.store.list({ search })
      check(
        page.users.some((user) => user.id === account.id),
        'the search finds the account',
      )
    }
    const none = await subject.store.list({ search: `${account.username}-and-nobody-else` })
    check(none.users.length === 0, 'a search that matches nothing answers nothing')
  })
  it('takes wildcards in a search literally', async (subject) => {
    await added(subject, { status: 'active' })
    for (const search of ['%', '*', '_____', '\\', '*)(objectClass=*']) {
      const page = await subject.store.list({ search })
      check(
        page.users.every((user) =>
          [user.username, user.email, user.displayName].some((text) => text?.includes(search)),
        ),
        'a wildcard matches only itself',
      )
    }
  })
  it('holds a page to its limit and says when there is more', async (subject) => {
    const accounts = [
      await added(subject, { status: 'active' }),
      await added(subject, { status: 'active' }),
      await added(subject, { status: 'active' }),
    ]
    const page = await subject.store.list({ limit: 2 })
    check(page.users.length === 2, 'the page holds two users')
    check(
      page.nextCursor !== undefined || page.truncated,
      'more users than the limit are announced',
    )
    const seen = new Set<string>()
    for (let cursor: string | undefined, pages = 0; pages < 500; pages += 1) {
      const next = await subject.store.list({ limit: 2, cursor })
      for (const user of next.users) {
        check(!seen.has(user.id), 'no user is listed twice')
        seen.add(user.id)
      }
      cursor = next.nextCursor
      if (cursor === undefined) {
        check(
          next.truncated || accounts.every(({ id }) => seen.has(id)),
          'paging through lists every account',
        )
        break
      }
    }
  })
  it('shows the statuses that accounts have', async (subject) => {
    for (const status of ['active', 'pending', 'suspended', 'deleted'] as const) {
      const account = await subject.add({ status })
      if (account === undefined) continue
      check(
        (await found(subject, account.id)).status === status,
        `an account that is ${status} shows as ${status}`,
      )
    }
  })
}

function resettingSuite(it: It): void {
  for (const status of ['active', 'pending'] as const) {
    it(`replaces the password of an account that is ${status}: the old one dies, the temporary one signs in`, async (subject) => {
      const account = await subject.add({ status })
      if (account === undefined) return
      const before = await found(subject, account.id)
      const result = await reset(subject, account.id, before.version)
      const temporary = revealed(result)
      check(
        (await subject.signIn(account.username, account.password)) === 'refused',
        'the old password is refused',
      )
      const gate = await subject.signIn(account.username, temporary)
      const { mustChange } = subject.store.capabilities
      check(
        gate === (mustChange === 'off' ? 'open' : 'change_password'),
        'the temporary password signs in and has to be changed',
      )
      check(
        (await found(subject, account.id)).version !== before.version,
        'the version changes with the password',
      )
    })
  }
  it('stores the temporary password nowhere in clear', async (subject) => {
    const account = await added(subject, { status: 'active' })
    const temporary = revealed(
      await reset(subject, account.id, (await found(subject, account.id)).version),
    )
    const dump = await subject.dump(account.id)
    check(dump.includes(account.username), 'the search sees what is stored')
    check(!dump.includes(temporary), 'the temporary password is not stored')
  })
  it('says in the receipt what it declares in its capabilities', async (subject) => {
    const account = await added(subject, { status: 'active' })
    const result = await reset(subject, account.id, (await found(subject, account.id)).version)
    check(result.ok, 'the reset happens')
    const { capabilities } = subject.store
    check(result.receipt.mustChange === capabilities.mustChange, 'must-change is as declared')
    check(
      (result.receipt.expiresAt !== null) === (capabilities.expiry !== 'none'),
      'expiry is as declared',
    )
    check(result.receipt.endpoint !== '', 'the endpoint is named')
    check(
      capabilities.survives.every((one) => result.receipt.survives.includes(one)),
      'whatever is declared to survive is named',
    )
  })
  it('resets the same account again when the new version is named', async (subject) => {
    const account = await added(subject, { status: 'active' })
    const first = revealed(
      await reset(subject, account.id, (await found(subject, account.id)).version),
    )
    const second = revealed(
      await reset(subject, account.id, (await found(subject, account.id)).version),
    )
    check(
      (await subject.signIn(account.username, first)) === 'refused',
      'the first temporary password is refused',
    )
    check((await subject.signIn(account.username, second)) !== 'refused', 'the second one signs in')
  })
}

function refusingSuite(it: It): void {
  for (const status of ['suspended', 'deleted'] as const) {
    it(`changes nothing for an account that is ${status}`, async (subject) => {
      const account = await subject.add({ status })
      if (account === undefined) return
      const before = await subject.dump(account.id)
      const result = await reset(subject, account.id, (await found(subject, account.id)).version)
      check(!result.ok && result.code === 'not_eligible', 'the reset is refused as not eligible')
      check((await subject.dump(account.id)) === before, 'nothing is changed')
    })
  }
  it('changes nothing for a privileged account', async (subject) => {
    const account = await subject.add({ status: 'active', privileged: true })
    if (account === undefined) return
    const result = await reset(subject, account.id, (await found(subject, account.id)).version)
    check(!result.ok && result.code === 'privileged_user', 'the reset is refused as privileged')
    check(
      (await subject.signIn(account.username, account.password)) !== 'refused',
      'the old password still signs in',
    )
  })
  it('refuses a status that changes between the look and the write, where it declares that it can', async (subject) => {
    const { recheck } = subject.store.capabilities
    if (recheck.status !== 'in_write') return
    const account = await added(subject, { status: 'active' })
    const user = await found(subject, account.id)
    const store = withWrite(subject.store, async (write) => {
      await subject.setStatus(account.id, 'suspended')
      return write()
    })
    const result = await forceReset(
      { ...configFor(store), ...weakest(store) },
      { operator, userId: account.id, version: user.version },
    )
    check(
      !result.ok && (result.code === 'not_eligible' || result.code === 'conflict'),
      'the reset is refused',
    )
    await subject.setStatus(account.id, 'active')
    check(
      (await subject.signIn(account.username, account.password)) !== 'refused',
      'the old password still signs in',
    )
  })
  it('refuses a version that is not the one the operator saw', async (subject) => {
    const account = await added(subject, { status: 'active' })
    const seen = (await found(subject, account.id)).version
    revealed(await reset(subject, account.id, seen))
    const replayed = await reset(subject, account.id, seen)
    check(!replayed.ok && replayed.code === 'conflict', 'the replayed request is a conflict')
  })
}

function competingSuite(it: It): void {
  it('lets exactly one of many resets of the same version win', async (subject) => {
    const account = await added(subject, { status: 'active' })
    const { version } = await found(subject, account.id)
    const results = await Promise.all(
      Array.from({ length: 10 }, () => reset(subject, account.id, version)),
    )
    const winners = results.filter((result) => result.ok)
    const { recheck } = subject.store.capabilities
    if (recheck.version === 'in_write') check(winners.length === 1, 'exactly one reset is applied')
    check(winners.length >= 1, 'at least one reset is applied')
    check(
      results.every((result) => result.ok || result.code === 'conflict'),
      'the others are conflicts',
    )
    const signIns = await Promise.all(
      winners.map((result) => subject.signIn(account.username, revealed(result))),
    )
    check(
      signIns.filter((outcome) => outcome !== 'refused').length === 1,
      'exactly one temporary password signs in',
    )
  })
}

function markSuite(it: It): void {
  it('tells another process by the mark whether the write has happened', async (subject) => {
    const account = await added(subject, { status: 'active' })
    const before = await look(subject.store, account.id)
    const { result, mark } = await markedReset(subject, account.id)
    check(result.ok, 'the reset happens')
    check(/^[!-~]{1,300}$/.test(mark), 'a mark is short printable ASCII')
    check(!mark.includes(revealed(result)), 'a mark does not hold the password')
    check(before.standing(mark).now === 'before', 'the look before the write sees the old password')
    expectStanding(subject, await standingNow(subject, account.id, mark), 'temporary')
  })
  it('changes nothing before the write, and its mark says so', async (subject) => {
    const account = await added(subject, { status: 'active' })
    const seen = await look(subject.store, account.id)
    const dump = await subject.dump(account.id)
    const { mark } = await prepared(seen, orderOf(subject, throwaway))
    check((await subject.dump(account.id)) === dump, 'preparing changes nothing')
    expectStanding(subject, await standingNow(subject, account.id, mark), 'before')
  })
  it("tells the user's own password from the temporary one", async (subject) => {
    const account = await added(subject, { status: 'active' })
    const { result, mark } = await markedReset(subject, account.id)
    await subject.changePassword(account, { from: revealed(result), to: ownPassword })
    check((await subject.signIn(account.username, ownPassword)) === 'open', 'the change happened')
    expectStanding(subject, await standingNow(subject, account.id, mark), 'replaced')
  })
  it('tells a later reset from the one that a mark names', async (subject) => {
    const account = await added(subject, { status: 'active' })
    const first = await markedReset(subject, account.id)
    const second = await markedReset(subject, account.id)
    check(first.mark !== second.mark, 'each reset has a mark of its own')
    expectStanding(subject, await standingNow(subject, account.id, first.mark), 'replaced')
    expectStanding(subject, await standingNow(subject, account.id, second.mark), 'temporary')
  })
  it('knows nothing of a mark that another store made', async (subject) => {
    const account = await added(subject, { status: 'active' })
    const { standing } = await look(subject.store, account.id)
    const { now } = standing(markOf('nobody1.AAAA.BBBB'))
    check(now === 'unknown', 'a foreign mark stands for nothing')
  })
  it('ends an unused temporary password, and never the password of the user', async (subject) => {
    if (subject.store.capabilities.expiry !== 'sweep') return
    const account = await added(subject, { status: 'active' })
    const { result, mark } = await markedReset(subject, account.id)
    const temporary = revealed(result)
    const ended = await expire(subject, account.id, mark)
    check(ended.outcome === 'applied', 'the unused password is ended')
    check((await subject.signIn(account.username, temporary)) === 'refused', 'it is refused')
    check((await subject.signIn(account.username, throwaway)) !== 'open', 'must-change stays')
    expectStanding(subject, await standingNow(subject, account.id, mark), 'replaced')
  })
  it('leaves a password alone that is not the one of the mark', async (subject) => {
    const account = await added(subject, { status: 'active' })
    const { result, mark } = await markedReset(subject, account.id)
    await subject.changePassword(account, { from: revealed(result), to: ownPassword })
    const ended = await expire(subject, account.id, mark)
    check(ended.outcome === 'refused', 'the write is refused')
    check((await subject.signIn(account.username, ownPassword)) === 'open', 'the own one signs in')
  })
}

/** Meets every rule of the subjects: four classes, more than twenty characters. */
const throwaway = 'Nobody-knows-this-1-password!'
const ownPassword = 'My-own-choice-2-keep-for-long!'

/** A store without marks may say that it does not know; it must not say something else. */
function expectStanding(
  { store }: ConformanceSubject,
  { now }: Standing,
  wanted: Standing['now'],
): void {
  const allowed = store.capabilities.marks ? [wanted] : [wanted, 'unknown']
  check(allowed.includes(now), `the write stands as ${wanted}, and not as ${now}`)
}

async function standingNow(subject: ConformanceSubject, id: string, mark: Mark): Promise<Standing> {
  return (await look(subject.another(), id)).standing(mark)
}

/** A reset, and the mark that its audit event holds. */
async function markedReset(
  subject: ConformanceSubject,
  userId: string,
): Promise<{ readonly result: ForceResetResult; readonly mark: Mark }> {
  const { version } = await found(subject, userId)
  const marks: Mark[] = []
  const audit = (event: AuditEvent): void => {
    if (event.type === 'reset.attempted' || event.type === 'reset.applied') marks.push(event.mark)
  }
  const config = { ...configFor(subject.store), ...weakest(subject.store), audit }
  const result = await forceReset(config, { operator, userId, version })
  const mark = marks.at(-1)
  check(
    mark !== undefined,
    result.ok
      ? 'the events hold the mark'
      : `the reset happens (${result.code}: ${result.message})`,
  )
  return { result, mark }
}

function orderOf(subject: ConformanceSubject, password: string): WriteOrder {
  const bytes = new Uint8Array(new TextEncoder().encode(password))
  return {
    resetId: crypto.randomUUID(),
    password: leasePassword(bytes).lease,
    eligible: resettableStatuses,
    purpose: 'reset',
    mustChange: weakest(subject.store).requireMustChange,
  }
}

async function prepared(seen: FoundUser, order: WriteOrder): Promise<PreparedWrite> {
  const made = await seen.prepare(order)
  check(made.outcome === 'prepared', 'the write can be prepared')
  return made
}

async function expire(
  subject: ConformanceSubject,
  id: string,
  onlyIf: Mark,
): Promise<WriteOutcome> {
  const seen = await look(subject.another(), id)
  const made = await seen.prepare({ ...orderOf(subject, throwaway), purpose: 'expire', onlyIf })
  return made.outcome === 'refused' ? made : made.write()
}

async function added(
  subject: ConformanceSubject,
  account: ConformanceAccount,
): Promise<{ id: string; username: string; password: string }> {
  const made = await subject.add(account)
  check(made !== undefined, `the subject can make an account that is ${account.status}`)
  return made
}

async function found(subject: ConformanceSubject, id: string): Promise<User> {
  return (await look(subject.store, id)).user
}

async function look(store: UserStore, id: string): Promise<FoundUser> {
  const seen = await store.find(id)
  check(seen !== undefined, 'the account is found')
  return seen
}

function reset(
  subject: ConformanceSubject,
  userId: string,
  version: string,
): Promise<ForceResetResult> {
  return forceReset(
    { ...configFor(subject.store), ...weakest(subject.store) },
    { operator, userId, version },
  )
}

/** A store that cannot force a change is tested without one. */
function weakest(store: UserStore): { readonly requireMustChange: boolean } {
  return { requireMustChange: store.capabilities.mustChange !== 'off' }
}

function revealed(result: ForceResetResult): string {
  check(result.ok, result.ok ? '' : `the reset happens (${result.code}: ${result.message})`)
  return result.temporaryPassword.reveal()
}

function check(condition: boolean, expectation: string): asserts condition {
  if (!condition) throw new Error(`Expected that ${expectation}.`)
}
