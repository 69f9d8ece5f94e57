import type { RefusalCode } from '../port/failure.ts'
import type { ConformanceSubject, MadeAccount, Tests } from './conformance-subject.ts'
import {
  added,
  check,
  look,
  orderOf,
  ownPassword,
  prepared,
  reset,
  revealed,
  seenUser,
  signsIn,
  throwaway,
} from './conformance-subject.ts'

/** Finding, and the version that a look sees. */
export function readingSuite({ it, itWith }: Tests): void {
  it('finds an account by its id, with a stable version', async (subject) => {
    const account = await added(subject, { status: 'active' })
    const first = await seenUser(subject, account.id)
    const second = await seenUser(subject, account.id)
    check(
      first.id === account.id && first.username === account.username && first.status === 'active',
      'the account is found as it was made',
    )
    check(first.privileged === false, 'an ordinary account is not privileged')
    check(
      first.version.length > 0 && first.version === second.version,
      'two looks see the same version',
    )
  })
  itWith('setDisplayName', 'shows the display name of an account', async (subject) => {
    const account = await added(subject, { status: 'active', displayName: 'Ada Example' })
    const { displayName } = await seenUser(subject, account.id)
    check(displayName === 'Ada Example', 'the name is shown as it was made')
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
  it('finds nobody by another spelling of an id', async (subject) => {
    const { id } = await added(subject, { status: 'active' })
    for (const spelling of [id.toUpperCase(), id.toLowerCase(), ` ${id}`, `${id} `, `0${id}`]) {
      const found = await subject.store.find(spelling)
      check(
        found === undefined || found.user.id === id,
        'another spelling finds nobody, or the account with its own id',
      )
    }
  })
  it('shows the statuses that accounts have', async (subject) => {
    for (const status of ['active', 'pending', 'suspended', 'deleted'] as const) {
      const account = await subject.add({ status })
      if (account === undefined) continue
      check(
        (await seenUser(subject, account.id)).status === status,
        `an account that is ${status} shows as ${status}`,
      )
    }
  })
  it('keeps the version through a failed sign-in', async (subject) => {
    const account = await added(subject, { status: 'active' })
    const { version } = await seenUser(subject, account.id)
    check(!(await signsIn(subject, account, 'not-the-password')), 'the sign-in fails')
    check((await seenUser(subject, account.id)).version === version, 'the version stays')
  })
  it('changes the version with every password', async (subject) => {
    const account = await added(subject, { status: 'active' })
    const { version } = await seenUser(subject, account.id)
    const temporary = revealed(await reset(subject, account.id, version))
    const afterReset = (await seenUser(subject, account.id)).version
    check(afterReset !== version, 'the version changes with a reset')
    await subject.changePassword(account, { from: temporary, to: ownPassword })
    const { version: afterChange } = await seenUser(subject, account.id)
    check(![version, afterReset].includes(afterChange), "the version changes with the user's own")
  })
  it('changes the version with the status, and refuses an older look', async (subject) => {
    const account = await added(subject, { status: 'active' })
    const suspend = () => subject.setStatus(account.id, 'suspended')
    await expectStale(subject, account, suspend, ['conflict', 'not_eligible'])
    await subject.setStatus(account.id, 'active')
    await expectOldPassword(subject, account)
  })
  itWith(
    'setDisplayName',
    'changes the version with the display name, and refuses an older look',
    async (subject) => {
      const account = await added(subject, { status: 'active', displayName: 'Ada Example' })
      const rename = () => subject.setDisplayName(account.id, 'Eve Example')
      await expectStale(subject, account, rename, ['conflict'])
      await expectOldPassword(subject, account)
    },
  )
  itWith(
    'makePrivileged',
    'changes the version with the privilege, and refuses an older look',
    async (subject) => {
      const account = await added(subject, { status: 'active' })
      const promote = () => subject.makePrivileged(account.id)
      await expectStale(subject, account, promote, ['conflict'])
      check((await seenUser(subject, account.id)).privileged, 'the account shows as privileged')
      await expectOldPassword(subject, account)
    },
  )
}

/** A change between the look and the write: the version changes, and the write is refused. */
async function expectStale(
  subject: ConformanceSubject,
  { id }: MadeAccount,
  change: () => Promise<void>,
  codes: readonly RefusalCode[],
): Promise<void> {
  const found = await look(subject.store, id)
  const { write } = await prepared(found, orderOf(subject, throwaway))
  await change()
  check((await seenUser(subject, id)).version !== found.user.version, 'the version changes')
  const written = await write()
  check(written.outcome === 'refused' && codes.includes(written.code), 'the write is refused')
}

async function expectOldPassword(subject: ConformanceSubject, account: MadeAccount): Promise<void> {
  check(await signsIn(subject, account, account.password), 'the old password still signs in')
  check(!(await signsIn(subject, account, throwaway)), 'the new password does not sign in')
}
