import type { WriteOrder } from '../port/user-store.ts'
import type { ConformanceSubject, MadeAccount, Probed, Tests } from './conformance-subject.ts'
import {
  added,
  appliedWrite,
  check,
  look,
  orderOf,
  prepared,
  reset,
  revealed,
  seenUser,
  signsIn,
  throwaway,
  writeOf,
} from './conformance-subject.ts'

/** The effects that capabilities declare and receipts report. */
export function effectSuite({ it, itWith }: Tests): void {
  it('ends a temporary password at its time, as its capabilities declare', async (subject) => {
    const account = await added(subject, { status: 'active' })
    const later = await writeUntil(subject, account, daysFromNow(2))
    check(await signsIn(subject, account, later), 'a password signs in before its time')
    const past = await writeUntil(subject, account, daysFromNow(-2))
    const signs = await signsIn(subject, account, past)
    const { expiry } = subject.store.capabilities
    if (expiry === 'server') check(!signs, 'a password is refused after its time')
    if (expiry === 'none') check(signs, 'a password without an end signs in')
  })
  it('lets a temporary password live where the order names no time', async (subject) => {
    const account = await added(subject, { status: 'active' })
    await writeUntil(subject, account, daysFromNow(-2))
    const password = await writeUntil(subject, account, undefined)
    check(await signsIn(subject, account, password), 'the password signs in')
  })
  it('demands a new password where the order does, and only there', async (subject) => {
    const declared = subject.store.capabilities.mustChange
    const account = await added(subject, { status: 'active' })
    for (const mustChange of declared === 'off' ? [false] : [true, false]) {
      const password = freshPassword()
      const order = { ...orderOf(subject, password), mustChange }
      const receipt = await appliedWrite(subject, account.id, order)
      check(receipt.mustChange === (mustChange ? declared : 'off'), 'the receipt says so')
      check(
        (await subject.signIn(account.username, password)) ===
          (mustChange ? 'change_password' : 'open'),
        'the sign-in does what the order says',
      )
      const shown = (await seenUser(subject, account.id)).mustChange
      check(shown === undefined || shown === mustChange, 'an operator sees the same')
    }
  })
  it('leaves must-change in force when it ends a temporary password', async (subject) => {
    const { expiry, mustChange } = subject.store.capabilities
    const account = await added(subject, { status: 'active' })
    const { version } = await seenUser(subject, account.id)
    const temporary = revealed(await reset(subject, account.id, version))
    const ended = await end(subject, account)
    if (ended === 'refused') check(expiry !== 'sweep', 'a store with a sweep can end a password')
    check(
      (await signsIn(subject, account, temporary)) === (ended === 'refused'),
      'the temporary password ends where the write is applied, and only there',
    )
    check(
      mustChange === 'off' || (await subject.signIn(account.username, throwaway)) !== 'open',
      'the password in its place has to be changed',
    )
  })
  itWith(
    'lock',
    'lifts a lock by failed sign-ins, as its capabilities declare',
    async (subject) => {
      const { unlock } = subject.store.capabilities
      const account = await addLocked(subject)
      const outcome = await writeOf(
        await look(subject.store, account.id),
        orderOf(subject, throwaway),
      )
      // A store whose every new password lifts the lock has to refuse where it may not unlock.
      check(
        outcome.outcome === 'applied' || (outcome.outcome === 'refused' && !unlock),
        'the reset happens, or would lift a lock that has to stay',
      )
      check((await signsIn(subject, account, throwaway)) === unlock, 'the lock is lifted or stays')
      if (outcome.outcome === 'applied')
        check(outcome.receipt.unlocked === unlock, 'the receipt says so')
    },
  )
  itWith('lock', 'lifts no lock when it ends a temporary password', async (subject) => {
    const account = await addLocked(subject)
    await end(subject, account)
    check(!(await signsIn(subject, account, throwaway)), 'the account stays locked')
  })
  it('claims no lock that it lifted where nothing was locked', async (subject) => {
    const account = await added(subject, { status: 'active' })
    const { unlocked } = await appliedWrite(subject, account.id, orderOf(subject, throwaway))
    check(!unlocked, 'the receipt names no lock')
  })
  it('counts ended sessions only where it declares that it ends them', async (subject) => {
    const account = await added(subject, { status: 'active' })
    const receipt = await appliedWrite(subject, account.id, orderOf(subject, throwaway))
    const { sessionsRevoked } = receipt
    check(
      sessionsRevoked === null ||
        (subject.store.capabilities.sessions &&
          Number.isSafeInteger(sessionsRevoked) &&
          sessionsRevoked >= 0),
      'the receipt names a number of sessions, or null',
    )
  })
  itWith('startSession', 'ends sessions as its capabilities declare', async (subject) => {
    const { sessions } = subject.store.capabilities
    const account = await added(subject, { status: 'active' })
    const session = await subject.startSession(account)
    check(await session.isOpen(), 'the probe has opened a session')
    const receipt = await appliedWrite(subject, account.id, orderOf(subject, throwaway))
    check((await session.isOpen()) === !sessions, 'the session ends where that is declared')
    check(sessions || receipt.survives.includes('sessions'), 'a session that survives is named')
    check(receipt.sessionsRevoked !== 0, 'a session that ended is counted')
  })
  itWith('startSession', 'ends no session where it refuses to write', async (subject) => {
    const account = await added(subject, { status: 'active' })
    const session = await subject.startSession(account)
    const { write } = await prepared(
      await look(subject.store, account.id),
      orderOf(subject, throwaway),
    )
    await subject.setStatus(account.id, 'suspended')
    check((await write()).outcome === 'refused', 'the write is refused')
    check(await session.isOpen(), 'the session goes on')
  })
  for (const message of ['request', 'response'] as const) {
    itWith('loseNext', `claims nothing false where the ${message} is lost`, async (subject) => {
      const account = await added(subject, { status: 'active' })
      const seen = await look(subject.store, account.id)
      const { write } = await prepared(seen, orderOf(subject, throwaway))
      await subject.loseNext(message)
      const written = await write()
      const settled = written.outcome === 'unknown' ? await written.settle?.() : written
      const isNew = await signsIn(subject, account, throwaway)
      const isOld = await signsIn(subject, account, account.password)
      check(isNew !== isOld, 'one of the two passwords signs in')
      check(message === 'request' || isNew, 'the probe lets the write happen')
      const outcome = settled?.outcome ?? 'unknown'
      if (outcome !== 'unknown')
        check(isNew === (outcome === 'applied'), `the outcome is not ${outcome}`)
    })
  }
}

/** Whole seconds, which every column keeps. Days, so that no time zone matters. */
function daysFromNow(days: number): Date {
  return new Date((Math.floor(Date.now() / 1_000) + days * 86_400) * 1_000)
}

/** A password for one write: some stores take no password a second time. */
function freshPassword(): string {
  return `Nobody-knows-1-${crypto.randomUUID()}`
}

/** Writes a password that ends then, and holds the receipt to the capability. */
async function writeUntil(
  subject: ConformanceSubject,
  { id }: MadeAccount,
  expiresAt: Date | undefined,
): Promise<string> {
  const password = freshPassword()
  const order: WriteOrder = { ...orderOf(subject, password), expiresAt }
  const receipt = await appliedWrite(subject, id, order)
  const wanted = subject.store.capabilities.expiry === 'none' ? undefined : expiresAt
  check(
    receipt.expiresAt?.getTime() === wanted?.getTime(),
    'the receipt names the time of the order, where the store knows such a time',
  )
  return password
}

/**
 * What a sweep writes. Nobody asks for the write. The order asks for no change of the password: the
 * purpose does.
 */
async function end(
  subject: ConformanceSubject,
  { id }: MadeAccount,
): Promise<'applied' | 'refused'> {
  const found = await look(subject.store, id)
  const order: WriteOrder = {
    ...orderOf(subject, throwaway),
    operatorId: undefined,
    reason: undefined,
    correlationId: undefined,
    purpose: 'expire',
    mustChange: false,
  }
  const written = await writeOf(found, order)
  const { outcome } = written
  check(outcome !== 'unknown', 'the outcome is known')
  check(written.outcome !== 'applied' || !written.receipt.unlocked, 'no lock is lifted')
  return outcome
}

async function addLocked(subject: Probed<'lock'>): Promise<MadeAccount> {
  const account = await added(subject, { status: 'active' })
  const before = await seenUser(subject, account.id)
  await subject.lock(account)
  check(!(await signsIn(subject, account, account.password)), 'the probe has locked the account')
  const { locked, version } = await seenUser(subject, account.id)
  check(locked !== false, 'the account is not shown as one without a lock')
  check(version === before.version, 'failed sign-ins leave the version alone')
  return account
}
