import type { It } from './conformance-subject.ts'
import { added, check, seenUser } from './conformance-subject.ts'

/** Finding and listing. */
export function readingSuite(it: It): void {
  it('finds an account by its id, with a stable version', async (subject) => {
    const account = await added(subject, { status: 'active', displayName: 'Ada Example' })
    const first = await seenUser(subject, account.id)
    const second = await seenUser(subject, account.id)
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
        (await seenUser(subject, account.id)).status === status,
        `an account that is ${status} shows as ${status}`,
      )
    }
  })
}
