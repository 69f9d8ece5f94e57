import type { Tests } from './conformance-subject.ts'
import { added, check, look, reset, revealed, seenUser } from './conformance-subject.ts'
import { expectNoLeak } from './leak/expect-no-leak.ts'

/** What a store declares because some accounts have it; the account of the suite has neither. */
const ofSomeAccounts: readonly string[] = ['other_hashes', 'other_credentials']

/** Resets that happen. */
export function resettingSuite({ it }: Tests): void {
  for (const status of ['active', 'pending'] as const) {
    const replaces = `replaces the password of an account that is ${status}`
    it(`${replaces}: the old one dies, the temporary one signs in`, async (subject) => {
      const account = await subject.add({ status })
      if (account === undefined) return
      const before = await seenUser(subject, account.id)
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
        (await seenUser(subject, account.id)).version !== before.version,
        'the version changes with the password',
      )
    })
  }
  it('stores and reports the temporary password nowhere, in no encoding', async (subject) => {
    const account = await added(subject, { status: 'active' })
    const result = await reset(subject, account.id, (await seenUser(subject, account.id)).version)
    const dump = await subject.dump(account.id)
    check(dump.includes(account.username), 'the search sees what is stored')
    const { user } = await look(subject.store, account.id)
    await expectNoLeak({
      secret: revealed(result),
      surfaces: { dump, user: JSON.stringify(user), result: JSON.stringify(result) },
    })
  })
  it('says in the receipt what it declares in its capabilities', async (subject) => {
    const account = await added(subject, { status: 'active' })
    const result = await reset(subject, account.id, (await seenUser(subject, account.id)).version)
    check(result.ok, 'the reset happens')
    const { capabilities } = subject.store
    check(result.receipt.mustChange === capabilities.mustChange, 'must-change is as declared')
    check(
      (result.receipt.expiresAt !== null) === (capabilities.expiry !== 'none'),
      'expiry is as declared',
    )
    check(result.receipt.endpoint !== '', 'the endpoint is named')
    check(
      capabilities.survives.every(
        (one) => ofSomeAccounts.includes(one) || result.receipt.survives.includes(one),
      ),
      'whatever is declared to survive is named',
    )
    check(
      result.receipt.survives.every((one) => capabilities.survives.includes(one)),
      'whatever survives was known before the reset',
    )
  })
  it('resets the same account again when the new version is named', async (subject) => {
    const account = await added(subject, { status: 'active' })
    const first = revealed(
      await reset(subject, account.id, (await seenUser(subject, account.id)).version),
    )
    const second = revealed(
      await reset(subject, account.id, (await seenUser(subject, account.id)).version),
    )
    check(
      (await subject.signIn(account.username, first)) === 'refused',
      'the first temporary password is refused',
    )
    check((await subject.signIn(account.username, second)) !== 'refused', 'the second one signs in')
  })
}

/** Resets that change nothing. */
export function refusingSuite({ it }: Tests): void {
  for (const status of ['suspended', 'deleted'] as const) {
    it(`changes nothing for an account that is ${status}`, async (subject) => {
      const account = await subject.add({ status })
      if (account === undefined) return
      const before = await subject.dump(account.id)
      const result = await reset(subject, account.id, (await seenUser(subject, account.id)).version)
      check(!result.ok && result.code === 'not_eligible', 'the reset is refused as not eligible')
      check((await subject.dump(account.id)) === before, 'nothing is changed')
    })
  }
  it('changes nothing for a privileged account', async (subject) => {
    const account = await subject.add({ status: 'active', privileged: true })
    if (account === undefined) return
    const result = await reset(subject, account.id, (await seenUser(subject, account.id)).version)
    check(!result.ok && result.code === 'privileged_user', 'the reset is refused as privileged')
    check(
      (await subject.signIn(account.username, account.password)) !== 'refused',
      'the old password still signs in',
    )
  })
  it('refuses a version that is not the one the operator saw', async (subject) => {
    const account = await added(subject, { status: 'active' })
    const seen = (await seenUser(subject, account.id)).version
    revealed(await reset(subject, account.id, seen))
    const replayed = await reset(subject, account.id, seen)
    check(!replayed.ok && replayed.code === 'conflict', 'the replayed request is a conflict')
  })
}

/** Many resets at once. */
export function competingSuite({ it }: Tests): void {
  it('lets exactly one of many resets of the same version win', async (subject) => {
    const account = await added(subject, { status: 'active' })
    const { version } = await seenUser(subject, account.id)
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
