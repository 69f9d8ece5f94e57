import type { AuditEvent } from '../port/audit-event.ts'
import type { Mark, Standing } from '../port/mark.ts'
import { markOf } from '../port/mark.ts'
import type { WriteOutcome } from '../port/user-store.ts'
import type { ForceResetResult } from '../reset/config.ts'
import { forceReset } from '../reset/force-reset.ts'
import type { ConformanceSubject, It } from './conformance-subject.ts'
import {
  added,
  check,
  configFor,
  look,
  operator,
  orderOf,
  ownPassword,
  prepared,
  revealed,
  seenUser,
  throwaway,
  writeOf,
} from './conformance-subject.ts'

/** What a mark tells another process. */
export function markSuite(it: It): void {
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
