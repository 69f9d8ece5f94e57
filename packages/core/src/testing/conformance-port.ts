import { StoreError } from '../port/errors.ts'
import type { Tests } from './conformance-subject.ts'
import {
  added,
  check,
  leaseOf,
  look,
  orderOf,
  ownPassword,
  prepared,
  signsIn,
  throwaway,
  writeOf,
} from './conformance-subject.ts'

/** The functions of the port, called as core does not call them in every reset. */
export function portSuite({ it }: Tests): void {
  it('has a name, and declares capabilities that core can read', async ({ store }) => {
    const { name, capabilities } = store
    check(typeof name === 'string' && name !== '', 'the store has a name')
    for (const member of ['marks', 'unlock', 'sessions', 'ownIds'] as const)
      check(typeof (capabilities[member] ?? false) === 'boolean', `${member} is yes or no`)
    const { recheck, expiry, search, mustChange, lateWriteSeconds, survives } = capabilities
    check(
      [recheck.version, recheck.status].every((one) => ['in_write', 'before_write'].includes(one)),
      'recheck says when the store decides',
    )
    check(['server', 'sweep', 'none'].includes(expiry), 'expiry is one of the three')
    check([undefined, 'anywhere', 'beginnings'].includes(search), 'search is one of the two')
    const known = ['enforced', 'unproven', 'application', 'off']
    check(known.includes(mustChange), 'must-change is one of four')
    check(lateWriteSeconds === null || lateWriteSeconds >= 0, 'lateWriteSeconds is a time or null')
    check(
      Array.isArray(survives) && survives.every((one) => typeof one === 'string'),
      'survives is a list of names',
    )
  })
  it('answers the rules of an account that can be reset, and changes nothing', async (subject) => {
    const account = await added(subject, { status: 'active' })
    const dump = await subject.dump(account.id)
    const { mustChange } = orderOf(subject, throwaway)
    const fit = await (await look(subject.store, account.id)).check({ mustChange })
    check(fit.outcome === 'fit', 'the account can take a temporary password')
    check(typeof fit.rules === 'object' && fit.rules !== null, 'the rules are an object')
    check((await subject.dump(account.id)) === dump, 'nothing is changed')
  })
  it('writes only for a status that the order names', async (subject) => {
    const account = await added(subject, { status: 'active' })
    const dump = await subject.dump(account.id)
    const found = await look(subject.store, account.id)
    const outcome = await writeOf(found, { ...orderOf(subject, throwaway), eligible: ['pending'] })
    check(outcome.outcome === 'refused', 'the write is refused')
    check((await subject.dump(account.id)) === dump, 'nothing is changed')
  })
  it('applies one of two writes that were prepared from one look', async (subject) => {
    const account = await added(subject, { status: 'active' })
    const found = await look(subject.store, account.id)
    const first = await prepared(found, orderOf(subject, throwaway))
    const second = await prepared(found, orderOf(subject, ownPassword))
    check(first.mark !== second.mark, 'each write has a mark of its own')
    const applied = await first.write()
    const refused = await second.write()
    check(applied.outcome === 'applied', 'the write that is sent first is applied')
    check(
      refused.outcome === 'refused' && refused.code === 'conflict',
      'the write that is sent second is a conflict',
    )
    check(await signsIn(subject, account, throwaway), 'the first password signs in')
    check(!(await signsIn(subject, account, ownPassword)), 'the second one does not')
  })
  it('never claims a password that it could no longer read', async (subject) => {
    const account = await added(subject, { status: 'active' })
    const { lease, end } = leaseOf(throwaway)
    const found = await look(subject.store, account.id)
    const { write } = await prepared(found, orderOf(subject, lease))
    end()
    // A store that has hashed by now may write. A store that has not cannot.
    const outcome = await write().catch(() => undefined)
    check(
      (await signsIn(subject, account, throwaway)) === (outcome?.outcome === 'applied'),
      'the password signs in where the write was applied, and only there',
    )
  })
  it('writes nothing from a lease that had ended before it was asked', async (subject) => {
    const account = await added(subject, { status: 'active' })
    const { lease, end } = leaseOf(throwaway)
    end()
    const found = await look(subject.store, account.id)
    const outcome = await writeOf(found, orderOf(subject, lease)).catch(() => undefined)
    check(outcome?.outcome !== 'applied', 'no write is applied')
    check(!(await signsIn(subject, account, throwaway)), 'the password does not sign in')
  })
  it('goes on after questions whose signal was aborted', async (subject) => {
    const { store } = subject
    const account = await added(subject, { status: 'active' })
    const signal = AbortSignal.abort()
    const { check: fits } = await look(store, account.id)
    const { mustChange } = orderOf(subject, throwaway)
    for (const ask of [
      () => store.find(account.id, { signal }),
      () => fits({ mustChange, signal }),
      () => store.list({ search: account.username, signal }),
    ]) {
      const error = await ask().then(() => undefined, errorOf)
      check(error === undefined || error instanceof StoreError, 'only a StoreError is thrown')
    }
    check((await look(store, account.id)).user.id === account.id, 'the next question is answered')
  })
}

/** A rejection without an error counts as one, too. */
function errorOf(error: unknown): unknown {
  return error ?? new Error('Nothing was thrown.')
}
