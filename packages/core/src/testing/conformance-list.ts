import { StoreError } from '../port/errors.ts'
import type { User } from '../port/user.ts'
import type { ListQuery, UserPage, UserStore } from '../port/user-store.ts'
import { searchParts, searchSpellings } from '../text/search-parts.ts'
import type { ConformanceSubject, MadeAccount, Tests } from './conformance-subject.ts'
import { added, check, seenUser } from './conformance-subject.ts'

/** Pages that the suite reads at most. */
const mostPages = 500

/** Users of a page when nothing else is asked for. */
const defaultLimit = 50

/** Listing and searching. */
export function listSuite({ it, itWith }: Tests): void {
  it('lists an account by the beginning of its user name, in any case', async (subject) => {
    const account = await added(subject, { status: 'active' })
    await expectFound(subject, account, account.username)
    const none = await subject.store.list({ search: `${account.username}-and-nobody-else` })
    check(none.users.length === 0, 'a search that matches nothing answers nothing')
  })
  it('lists an account by the beginning of the email address that it shows', async (subject) => {
    const account = await added(subject, { status: 'active' })
    const { email } = await seenUser(subject, account.id)
    if (email !== undefined) await expectFound(subject, account, email)
  })
  itWith(
    'setDisplayName',
    'lists an account by the beginning of its display name',
    async (subject) => {
      const displayName = `Zelda Quist ${crypto.randomUUID().slice(0, 8)}`
      const account = await added(subject, { status: 'active', displayName })
      await expectFound(subject, account, displayName)
    },
  )
  itWith(
    'setDisplayName',
    'lists an account by beginnings of several texts, in any order',
    async (subject) => {
      const displayName = `Zelda Quist ${crypto.randomUUID().slice(0, 8)}`
      const account = await added(subject, { status: 'active', displayName })
      await expectFound(subject, account, `Zelda ${account.username}`)
      await expectFound(subject, account, `${account.username} zelda`)
      const search = `${account.username} nobody-else`
      const none = await subject.store.list({ search })
      check(none.users.length === 0, 'a part that nobody has finds nobody')
    },
  )
  itWith(
    'setDisplayName',
    'lists an account whatever white space stands in the search',
    async (subject) => {
      const displayName = `Zelda Quist ${crypto.randomUUID().slice(0, 8)}`
      const account = await added(subject, { status: 'active', displayName })
      for (const space of ['  ', '\t', '\u00a0', '\u3000'])
        await expectFound(subject, account, `${space}${displayName.replaceAll(' ', space)}${space}`)
    },
  )
  itWith(
    'setDisplayName',
    'lists an account by parts inside its display name, as its capabilities declare',
    async (subject) => {
      if (subject.store.capabilities.search !== 'anywhere') return
      const code = crypto.randomUUID().slice(0, 8)
      const displayName = `Zelda Quist ${code}`
      const account = await added(subject, { status: 'active', displayName })
      await expectFound(subject, account, `${code.slice(1)} uist`)
    },
  )
  it('lists an account as the account is found', async (subject) => {
    const account = await added(subject, { status: 'active', displayName: 'Ada Example' })
    const found = await seenUser(subject, account.id)
    const listed = (await subject.store.list({ search: account.username })).users.find(
      ({ id }) => id === account.id,
    )
    const fields = ['username', 'email', 'displayName', 'status', 'privileged', 'version'] as const
    for (const field of fields)
      check(listed?.[field] === found[field], `the list shows the same ${field}`)
  })
  it('takes wildcards in a search literally', async (subject) => {
    await added(subject, { status: 'active' })
    for (const search of ['%', '*', '_____', '\\', '*)(objectClass=*']) {
      const page = await subject.store.list({ search })
      check(
        page.users.every((user) => shownBy(user).some((text) => text.includes(search))),
        'a wildcard matches only itself',
      )
    }
  })
  it('answers a search for text that no account can have', async (subject) => {
    await added(subject, { status: 'active' })
    for (const search of ['\u0000', '\ud800', 'x'.repeat(200), "' OR 1=1 --"]) {
      const page = await subject.store.list({ search })
      check(page.users.length === 0, 'nobody is found')
    }
  })
  it('lists the statuses that are asked for, and no other', async (subject) => {
    for (const status of ['active', 'pending', 'suspended', 'deleted'] as const) {
      const account = await subject.add({ status })
      if (account === undefined) continue
      for (const wanted of ['active', 'pending', 'suspended', 'deleted'] as const) {
        const { users } = await wholeList(subject.store, {
          search: account.username,
          statuses: [wanted],
        })
        check(
          users.every((user) => user.status === wanted),
          `a list of ${wanted} accounts has no other`,
        )
        check(
          users.some(({ id }) => id === account.id) === (wanted === status),
          `an account that is ${status} is in its own list, and in no other`,
        )
      }
    }
    const nobody = await subject.store.list({ statuses: [] })
    check(nobody.users.length === 0, 'a list of no status is empty')
  })
  it('holds a page to its limit and says when there is more', async (subject) => {
    const accounts = [
      await added(subject, { status: 'active' }),
      await added(subject, { status: 'active' }),
      await added(subject, { status: 'active' }),
    ]
    for (const limit of [1, 2]) {
      const page = await subject.store.list({ limit })
      check(page.users.length === limit, 'the page holds as many users as its limit')
      check(
        page.nextCursor !== undefined || page.truncated,
        'more users than the limit are announced',
      )
    }
    const { users, truncated } = await wholeList(subject.store, { limit: 2 })
    check(new Set(users.map(({ id }) => id)).size === users.length, 'no user is listed twice')
    check(
      truncated || accounts.every((account) => users.some(({ id }) => id === account.id)),
      'paging through lists every account',
    )
  })
  it('goes on right after any user of a page, or names no next page', async (subject) => {
    const { store } = subject
    for (let count = 0; count < 4; count += 1) await added(subject, { status: 'active' })
    const { users, nextCursor } = await store.list({ limit: 4 })
    if (!store.cursorAfter) {
      check(nextCursor === undefined, 'a store without cursorAfter names no next page')
      return
    }
    for (const [i, user] of users.slice(0, -1).entries()) {
      const cursor = store.cursorAfter(user)
      check(typeof cursor === 'string' && cursor !== '', 'the cursor is text')
      const next = await store.list({ cursor, limit: 1 })
      check(next.users[0]?.id === users[i + 1]?.id, 'the next page begins with the next user')
    }
  })
  it('keeps to the search and the statuses on every page', async (subject) => {
    const wanted = await added(subject, { status: 'active' })
    await added(subject, { status: 'active' })
    await added(subject, { status: 'suspended' })
    const found = await wholeList(subject.store, { search: wanted.username, limit: 1 })
    check(
      found.users.every((user) => isShown(user, wanted.username)),
      'every page keeps to the search',
    )
    const { users } = await wholeList(subject.store, { statuses: ['active'], limit: 1 })
    check(
      users.every(({ status }) => status === 'active'),
      'every page keeps to the statuses',
    )
  })
  it('says that a page is the last one', async (subject) => {
    const { username } = await added(subject, { status: 'active' })
    for (const limit of [1, 2]) {
      const page = await subject.store.list({ search: username, limit })
      check(page.users.length === 1, 'the page holds the only account that matches')
      check(page.nextCursor === undefined, 'the last page names no next page')
      check(!page.truncated, 'a list with all accounts is not truncated')
    }
  })
  it(`holds a page to ${defaultLimit} users where no limit is given`, async (subject) => {
    await Promise.all(
      Array.from({ length: defaultLimit + 1 }, () => added(subject, { status: 'active' })),
    )
    const page = await subject.store.list({})
    check(page.users.length === defaultLimit, `the page holds ${defaultLimit} users`)
  })
  it('refuses a cursor that the store did not make as an invalid request', async (subject) => {
    await added(subject, { status: 'active' })
    for (const cursor of ['planted', 'bm9ib2R5', '[]', '\u0000', 'x'.repeat(1_024)]) {
      const error = await subject.store.list({ cursor }).catch((thrown: unknown) => thrown)
      check(
        error instanceof StoreError && error.code === 'invalid_request',
        'a foreign cursor is an invalid request',
      )
    }
  })
}

/** The account is found by this text, in any case, and by the beginning of the text. */
async function expectFound(
  { store }: ConformanceSubject,
  account: MadeAccount,
  text: string,
): Promise<void> {
  for (const search of [text, text.toUpperCase(), text.toLowerCase(), text.slice(0, -1)]) {
    const { users } = await wholeList(store, { search })
    check(
      users.some(({ id }) => id === account.id),
      'the search finds the account',
    )
    check(
      users.every((user) => isShown(user, search)),
      'the search finds nobody else',
    )
  }
}

function shownBy({ username, email, displayName }: User): readonly string[] {
  return [username, email, displayName].filter((text) => text !== undefined)
}

function isShown(user: User, search: string): boolean {
  const shown = shownBy(user).map((text) => text.toLowerCase())
  return searchParts(search.toLowerCase()).every((part) =>
    searchSpellings(part).some((spelling) => shown.some((text) => text.includes(spelling))),
  )
}

/** The users of all pages. */
async function wholeList(
  store: UserStore,
  query: ListQuery,
): Promise<Pick<UserPage, 'users' | 'truncated'>> {
  const users: User[] = []
  let cursor: string | undefined
  for (let pages = 0; pages < mostPages; pages += 1) {
    const page = await store.list({ ...query, cursor })
    users.push(...page.users)
    cursor = page.nextCursor
    if (cursor === undefined) return { users, truncated: page.truncated }
  }
  return { users, truncated: true }
}
