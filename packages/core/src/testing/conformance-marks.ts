import type { AuditEvent } from '../port/audit-event.ts'
import type { Mark, Standing } from '../port/mark.ts'
import { markOf } from '../port/mark.ts'
import type { WriteOutcome } from '../port/user-store.ts'
import type { ForceResetResult } from '../reset/config.ts'
import { forceReset } from '../reset/force-reset.ts'
import type { ConformanceSubject, Tests } from './conformance-subject.ts'
import {
  added,
  appliedWrite,
  check,
  configFor,
  look,
  operator,
  orderOf,
  ownPassword,
  prepared,
  revealed,
  seenUser,
  signsIn,
  throwaway,
  writeOf,
} from './conformance-subject.ts'
import { expectNoLeak } from './leak/expect-no-leak.ts'

/** What a mark tells another process. */
export function markSuite({ it }: Tests): void {
  it('tells another process by the mark whether the write has happened', async (subject) => {
    const account = await added(subject, { status: 'active' })
    const before = await look(subject.store, account.id)
    const { result, mark } = await markedReset(subject, account.id)
    check(result.ok, 'the reset happens')
    check(/^[!-~]{1,300}$/.test(mark), 'a mark is short printable ASCII')
    await expectNoLeak({ secret: revealed(result), surfaces: { mark } })
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
  it('tells from the mark of an attempt what became of it, as declared', async (subject) => {
    const account = await added(subject, { status: 'active' })
    const found = await look(subject.store, account.id)
    const { mark, write } = await prepared(found, orderOf(subject, throwaway))
    check((await write()).outcome === 'applied', 'the write is applied')
    const { now } = await standingNow(subject, account.id, mark)
    // A store that can tell declares so, because core relies on the declaration.
    const wanted = subject.store.capabilities.marks ? 'temporary' : 'unknown'
    check(now === wanted, `the attempt stands as ${wanted}, and not as ${now}`)
  })
  it('takes the password of another write for no password of this one', async (subject) => {
    const account = await added(subject, { status: 'active' })
    const found = await look(subject.store, account.id)
    const attempt = await prepared(found, orderOf(subject, ownPassword))
    await appliedWrite(subject, account.id, orderOf(subject, throwaway))
    expectStanding(subject, await standingNow(subject, account.id, attempt.mark), 'replaced')
    const ended = await expire(subject, account.id, attempt.mark)
    check(ended.outcome === 'refused', 'a write for the other password is refused')
    check(await signsIn(subject, account, throwaway), 'the password that is in place stays')
  })
  it('knows no mark that has been shortened', async (subject) => {
    const account = await added(subject, { status: 'active' })
    const { mark } = await markedReset(subject, account.id)
    const { now } = await standingNow(subject, account.id, markOf(mark.slice(0, -1)))
    check(now !== 'temporary', 'the mark is not taken for the one of the reset')
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
  it('ends an unused temporary password by its mark, as far as it can tell', async (subject) => {
    const account = await added(subject, { status: 'active' })
    const { result, mark } = await markedReset(subject, account.id)
    const temporary = revealed(result)
    const ended = await expire(subject, account.id, mark)
    if (ended.outcome !== 'applied') {
      const { expiry, marks } = subject.store.capabilities
      check(ended.outcome === 'refused', 'the outcome is known')
      check(expiry !== 'sweep' && !marks, 'a store that can tell ends the unused password')
      check(await signsIn(subject, account, temporary), 'the password stays')
      return
    }
    check((await subject.signIn(account.username, temporary)) === 'refused', 'it is refused')
    expectStanding(subject, await standingNow(subject, account.id, mark), 'replaced')
  })
  it('ends no password by the mark of a write that never happened', async (subject) => {
    const account = await added(subject, { status: 'active' })
    const found = await look(subject.store, account.id)
    const { mark } = await prepared(found, orderOf(subject, ownPassword))
    for (const onlyIf of [mark, markOf('nobody1.AAAA.BBBB')])
      check((await expire(subject, account.id, onlyIf)).outcome === 'refused', 'it is refused')
    check(await signsIn(subject, account, account.password), 'the old password still signs in')
  })
  it('ends no password that the user chose after the look', async (subject) => {
    const account = await added(subject, { status: 'active' })
    const { result, mark } = await markedReset(subject, account.id)
    const found = await look(subject.another(), account.id)
    const order = { ...orderOf(subject, throwaway), purpose: 'expire', onlyIf: mark } as const
    const ready = await found.prepare(order)
    await subject.changePassword(account, { from: revealed(result), to: ownPassword })
    const ended = ready.outcome === 'refused' ? ready : await ready.write()
    check(ended.outcome === 'refused', 'the write is refused')
    check((await subject.signIn(account.username, ownPassword)) === 'open', 'the own one signs in')
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
  const { version } = await seenUser(subject, userId)
  const marks: Mark[] = []
  const audit = (event: AuditEvent): void => {
    if (event.type === 'reset.attempted' || event.type === 'reset.applied') marks.push(event.mark)
  }
  const config = { ...configFor(subject.store), audit }
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

/** What a sweep writes in place of an unused temporary password. */
async function expire(
  subject: ConformanceSubject,
  id: string,
  onlyIf: Mark,
): Promise<WriteOutcome> {
  const found = await look(subject.another(), id)
  return writeOf(found, { ...orderOf(subject, throwaway), purpose: 'expire', onlyIf })
}
