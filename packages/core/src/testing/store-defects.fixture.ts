import { StoreError } from '../port/errors.ts'
import { markOf } from '../port/mark.ts'
import type { StoreReceipt } from '../port/receipt.ts'
import type { User } from '../port/user.ts'
import type {
  FoundUser,
  ListQuery,
  SettleOutcome,
  StoreCapabilities,
  UserPage,
  UserStore,
  WriteOrder,
  WriteOutcome,
} from '../port/user-store.ts'
import { throwaway } from './conformance-subject.ts'
import type { Behind } from './memory-subject.fixture.ts'
import type { MemoryUserStoreOptions } from './memory-user-store.ts'
import { withFound, withWrite } from './with-found.ts'

/** A store that breaks one promise of the port. */
export interface PlantedDefect {
  /** What the store does wrong, after "a store that". */
  readonly fault: string
  readonly defect: (store: UserStore, behind: Behind) => UserStore
  /** The title of the test that has to fail. */
  readonly breaks: string
  readonly options?: Omit<MemoryUserStoreOptions, 'users'>
}

type Change = (store: UserStore) => UserStore

function declaring(changes: Partial<StoreCapabilities>): Change {
  return (store) => ({ ...store, capabilities: { ...store.capabilities, ...changes } })
}

/** Takes each order for another one. */
function ordering(change: (order: WriteOrder) => WriteOrder): Change {
  return (store) =>
    withFound(store, (found) => ({ ...found, prepare: (order) => found.prepare(change(order)) }))
}

/** Answers something else than the outcome of the write. */
function answering(change: (outcome: WriteOutcome) => WriteOutcome): Change {
  return (store) => withWrite(store, async (write) => change(await write()))
}

function reporting(changes: Partial<StoreReceipt>): Change {
  return answering((outcome) =>
    outcome.outcome === 'applied'
      ? { ...outcome, receipt: { ...outcome.receipt, ...changes } }
      : outcome,
  )
}

/** Settles an unknown outcome with this answer. */
function settling(settle: (found: SettleOutcome) => SettleOutcome): Change {
  return answering((outcome) =>
    outcome.outcome === 'unknown'
      ? {
          ...outcome,
          settle: async () => settle((await outcome.settle?.()) ?? { outcome: 'unknown' }),
        }
      : outcome,
  )
}

/** Shows each account as another one, in the list too. */
function showing(change: (user: User) => User): Change {
  return (store) => ({
    ...withFound(store, (found) => ({ ...found, user: change(found.user) })),
    list: async (query) => {
      const page = await store.list(query)
      return { ...page, users: page.users.map(change) }
    },
  })
}

/** The parts of the memory store's version, in their order. */
const versionParts = ['generation', 'status', 'privileged', 'username', 'email', 'displayName']

/** Shows a version without one of its parts. The write still compares that part. */
function versionWithout(part: string): Change {
  return showing((user) => {
    const parts: unknown[] = JSON.parse(user.version)
    return { ...user, version: JSON.stringify(parts.toSpliced(versionParts.indexOf(part), 1)) }
  })
}

function listing(list: (query: ListQuery, store: UserStore) => Promise<UserPage>): Change {
  return (store) => ({ ...store, list: (query) => list(query, store) })
}

/** Leaves users out of each page. */
function keeping(keeps: (user: User, query: ListQuery) => boolean): Change {
  return listing(async (query, store) => {
    const page = await store.list(query)
    return { ...page, users: page.users.filter((user) => keeps(user, query)) }
  })
}

function paging(change: (page: UserPage, query: ListQuery) => UserPage): Change {
  return listing(async (query, store) => change(await store.list(query), query))
}

function contains(text: string | undefined, { search = '' }: ListQuery): boolean {
  return text?.toLowerCase().includes(search.toLowerCase()) === true
}

function shownText({ username, email, displayName }: User): string {
  return [username, email, displayName].join('\n')
}

/** Prepares anew when it writes, so that nothing is compared with the look. */
function forgetting(change: (order: WriteOrder) => WriteOrder): Change {
  return (store) =>
    withFound(store, (found) => ({
      ...found,
      prepare: async (order) => {
        const prepared = await found.prepare(order)
        if (prepared.outcome === 'refused') return prepared
        const write = async (): Promise<WriteOutcome> => {
          const again = await (await store.find(found.user.id))?.prepare(change(order))
          return again?.outcome === 'prepared' ? again.write() : prepared.write()
        }
        return { ...prepared, write }
      },
    }))
}

const everyStatus = ['active', 'pending', 'suspended', 'deleted'] as const

/** A store that ends sessions in its write, and counts them. No defect. */
export function endsSessions(store: UserStore, { sessions }: Behind): UserStore {
  const ending = withFound(store, (found) => ({
    ...found,
    prepare: async (order) => {
      const prepared = await found.prepare(order)
      if (prepared.outcome === 'refused') return prepared
      const write = async (): Promise<WriteOutcome> => {
        const outcome = await prepared.write()
        if (outcome.outcome !== 'applied') return outcome
        const sessionsRevoked = sessions.get(found.user.id) ?? 0
        sessions.delete(found.user.id)
        return { ...outcome, receipt: { ...outcome.receipt, sessionsRevoked } }
      }
      return { ...prepared, write }
    },
  }))
  return declaring({ sessions: true })(ending)
}

/** Stores the password beside the account, in this encoding. */
function noting(encode: (bytes: Uint8Array) => string): PlantedDefect['defect'] {
  return (store, { notes }) =>
    ordering((order) => {
      const use: WriteOrder['password']['use'] = (work) =>
        order.password.use((bytes) => {
          notes.push(encode(bytes))
          return work(bytes)
        })
      return { ...order, password: { use } }
    })(store)
}

/** Defects of finding, preparing and writing. */
export const storeDefects: readonly PlantedDefect[] = [
  {
    fault: 'shows an account as privileged in doubt, and always doubts',
    defect: showing((user) => ({ ...user, privileged: true })),
    breaks: 'finds an account by its id, with a stable version',
  },
  {
    fault: 'shows no display name',
    defect: showing((user) => ({ ...user, displayName: undefined })),
    breaks: 'shows the display name of an account',
  },
  {
    fault: 'finds somebody for an id that nobody has',
    defect: (store, { accounts }) => ({
      ...store,
      find: async (id) => {
        if (id === '*') accounts.add({ id, username: 'anybody' })
        return store.find(id)
      },
    }),
    breaks: 'finds nothing for ids that nobody has, however they look',
  },
  {
    fault: 'finds an account by another spelling of its id, and shows that spelling',
    defect: (store) => ({
      ...store,
      find: async (id, asking) => {
        const found = await store.find(id.toLowerCase(), asking)
        return found && { ...found, user: { ...found.user, id } }
      },
    }),
    breaks: 'finds nobody by another spelling of an id',
  },
  {
    fault: 'hides deleted accounts',
    defect: (store) => ({
      ...store,
      find: async (id) => {
        const found = await store.find(id)
        return found?.user.status === 'deleted' ? undefined : found
      },
    }),
    breaks: 'shows the statuses that accounts have',
  },
  {
    fault: 'changes the version with a failed sign-in',
    defect: (store, { failedSignIns }) =>
      showing((user) => ({ ...user, version: `${user.version}${failedSignIns.length}` }))(store),
    breaks: 'keeps the version through a failed sign-in',
  },
  {
    fault: 'changes the version with a lock',
    defect: showing((user) => ({ ...user, version: `${user.version}${user.locked}` })),
    breaks: 'lifts a lock by failed sign-ins, as its capabilities declare',
  },
  {
    fault: 'has a version without the password',
    defect: versionWithout('generation'),
    breaks: 'changes the version with every password',
  },
  {
    fault: 'has a version without the status',
    defect: versionWithout('status'),
    breaks: 'changes the version with the status, and refuses an older look',
  },
  {
    fault: 'has a version without the display name',
    defect: versionWithout('displayName'),
    breaks: 'changes the version with the display name, and refuses an older look',
  },
  {
    fault: 'has a version without the privilege',
    defect: versionWithout('privileged'),
    breaks: 'changes the version with the privilege, and refuses an older look',
  },
  {
    fault: 'compares no status in the write',
    defect: forgetting((order) => ({ ...order, eligible: everyStatus })),
    breaks: 'changes the version with the status, and refuses an older look',
  },
  {
    fault: 'compares no display name in the write',
    defect: forgetting((order) => order),
    breaks: 'changes the version with the display name, and refuses an older look',
  },
  {
    fault: 'compares no privilege in the write',
    defect: forgetting((order) => order),
    breaks: 'changes the version with the privilege, and refuses an older look',
  },
  {
    fault: 'leaves the old password in place',
    defect: (store) =>
      withFound(store, (found) => ({
        ...found,
        prepare: async (order) => {
          const prepared = await found.prepare(order)
          if (prepared.outcome === 'refused') return prepared
          const receipt: StoreReceipt = {
            mustChange: 'application',
            expiresAt: null,
            unlocked: false,
            sessionsRevoked: null,
            endpoint: 'memory',
            survives: [],
          }
          return {
            ...prepared,
            write: async () => ({ outcome: 'applied', receipt, mark: prepared.mark }),
          }
        },
      })),
    breaks:
      'replaces the password of an account that is active: ' +
      'the old one dies, the temporary one signs in',
  },
  {
    fault: 'resets no account that is pending',
    defect: ordering((order) => ({ ...order, eligible: ['active'] })),
    breaks:
      'replaces the password of an account that is pending: ' +
      'the old one dies, the temporary one signs in',
  },
  ...(
    [
      ['clear text', (bytes) => new TextDecoder().decode(bytes)],
      ['base64', (bytes) => btoa(String.fromCharCode(...bytes))],
      ['hexadecimal', (bytes) => Array.from(bytes, (one) => one.toString(16)).join('')],
    ] satisfies [string, (bytes: Uint8Array) => string][]
  ).map(([name, encode]) => ({
    fault: `stores the password in ${name}`,
    defect: noting(encode),
    breaks: 'stores and reports the temporary password nowhere, in no encoding',
  })),
  {
    fault: 'names fewer survivors in the receipt than it declares',
    defect: reporting({ survives: [] }),
    breaks: 'says in the receipt what it declares in its capabilities',
  },
  {
    fault: 'declares fewer survivors than it names in the receipt',
    defect: declaring({ survives: [] }),
    breaks: 'says in the receipt what it declares in its capabilities',
  },
  {
    fault: 'resets each account once',
    defect: (store, { accounts }) =>
      ordering((order) => ({ ...order, eligible: accounts.writes > 0 ? [] : order.eligible }))(
        store,
      ),
    breaks: 'resets the same account again when the new version is named',
  },
  {
    fault: 'shows a suspended account as active, and writes',
    defect: (store) =>
      ordering((order) => ({ ...order, eligible: everyStatus }))(
        showing((user) => ({ ...user, status: 'active' }))(store),
      ),
    breaks: 'changes nothing for an account that is suspended',
  },
  {
    fault: 'shows a deleted account as active, and writes',
    defect: (store) =>
      ordering((order) => ({ ...order, eligible: everyStatus }))(
        showing((user) => ({ ...user, status: 'active' }))(store),
      ),
    breaks: 'changes nothing for an account that is deleted',
  },
  {
    fault: 'knows no privilege',
    defect: showing((user) => ({ ...user, privileged: false })),
    breaks: 'changes nothing for a privileged account',
  },
  {
    fault: 'has the same version for ever',
    defect: showing((user) => ({ ...user, version: 'always' })),
    breaks: 'refuses a version that is not the one the operator saw',
  },
  {
    fault: 'writes again after a conflict',
    defect: (store) =>
      withFound(store, (found) => ({
        ...found,
        prepare: async (order) => {
          const prepared = await found.prepare(order)
          if (prepared.outcome === 'refused') return prepared
          const write = async (): Promise<WriteOutcome> => {
            const outcome = await prepared.write()
            if (outcome.outcome !== 'refused') return outcome
            const again = await (await store.find(found.user.id))?.prepare(order)
            return again?.outcome === 'prepared' ? again.write() : outcome
          }
          return { ...prepared, write }
        },
      })),
    breaks: 'lets exactly one of many resets of the same version win',
  },
  {
    fault: 'has no name',
    defect: (store) => ({ ...store, name: '' }),
    breaks: 'has a name, and declares capabilities that core can read',
  },
  {
    fault: 'declares a negative time for late writes',
    defect: declaring({ lateWriteSeconds: -5 }),
    breaks: 'has a name, and declares capabilities that core can read',
  },
  {
    fault: 'changes the account when it checks',
    defect: (store, { accounts }) =>
      withFound(store, (found) => ({
        ...found,
        check: async (options) => {
          accounts.setStatus(found.user.id, 'pending')
          return found.check(options)
        },
      })),
    breaks: 'answers the rules of an account that can be reset, and changes nothing',
  },
  {
    fault: 'writes for every status',
    defect: ordering((order) => ({ ...order, eligible: everyStatus })),
    breaks: 'writes only for a status that the order names',
  },
  {
    fault: 'looks again before it writes, and forgets what it had seen',
    defect: forgetting((order) => order),
    breaks: 'applies one of two writes that were prepared from one look',
  },
  {
    fault: 'does not know of writes that happened',
    defect: answering((outcome) =>
      outcome.outcome === 'applied' ? { outcome: 'unknown' } : outcome,
    ),
    breaks: 'never claims a password that it could no longer read',
  },
  {
    fault: 'writes a password of its own where the lease has ended',
    defect: ordering((order) => ({
      ...order,
      password: {
        use: (work) =>
          order.password
            .use(work)
            .catch(() => Promise.resolve(work(new TextEncoder().encode(throwaway)))),
      },
    })),
    breaks: 'writes nothing from a lease that had ended before it was asked',
  },
  {
    fault: 'throws an error of its own for an aborted signal of find',
    defect: (store) => ({
      ...store,
      find: async (id, asking) => {
        asking?.signal?.throwIfAborted()
        return store.find(id)
      },
    }),
    breaks: 'goes on after questions whose signal was aborted',
  },
  {
    fault: 'throws an error of its own for an aborted signal of check',
    defect: (store) =>
      withFound(store, (found) => ({
        ...found,
        check: async (options) => {
          options.signal?.throwIfAborted()
          return found.check(options)
        },
      })),
    breaks: 'goes on after questions whose signal was aborted',
  },
  {
    fault: 'never stores the time at which a password ends',
    defect: (store) => {
      const times: (Date | undefined)[] = []
      const forgetful = ordering((order) => {
        times.push(order.expiresAt)
        return { ...order, expiresAt: undefined }
      })(store)
      return answering((outcome) =>
        outcome.outcome === 'applied'
          ? { ...outcome, receipt: { ...outcome.receipt, expiresAt: times.at(-1) ?? null } }
          : outcome,
      )(forgetful)
    },
    breaks: 'ends a temporary password at its time, as its capabilities declare',
  },
  {
    fault: 'declares that passwords end, and reports no time',
    defect: reporting({ expiresAt: null }),
    breaks: 'ends a temporary password at its time, as its capabilities declare',
  },
  {
    fault: 'reports a time at which no password ends',
    defect: reporting({ expiresAt: new Date(0) }),
    breaks: 'lets a temporary password live where the order names no time',
    options: { expiry: 'none' },
  },
  {
    fault: 'demands no new password, and says that it does',
    defect: (store) =>
      reporting({ mustChange: 'application' })(
        ordering((order) => ({ ...order, mustChange: false }))(store),
      ),
    breaks: 'demands a new password where the order does, and only there',
  },
  {
    fault: 'demands a new password always',
    defect: ordering((order) => ({ ...order, mustChange: true })),
    breaks: 'demands a new password where the order does, and only there',
  },
  {
    fault: 'takes must-change away when it ends a password',
    defect: ordering((order) => ({ ...order, purpose: 'reset' })),
    breaks: 'leaves must-change in force when it ends a temporary password',
  },
  {
    fault: 'declares that it unlocks, and does not',
    defect: ordering((order) => ({ ...order, purpose: 'expire' })),
    breaks: 'lifts a lock by failed sign-ins, as its capabilities declare',
  },
  {
    fault: 'declares that it does not unlock, and unlocks',
    defect: declaring({ unlock: false }),
    breaks: 'lifts a lock by failed sign-ins, as its capabilities declare',
  },
  {
    fault: 'unlocks when it ends a password',
    defect: ordering((order) => ({ ...order, purpose: 'reset' })),
    breaks: 'lifts no lock when it ends a temporary password',
  },
  {
    fault: 'claims an unlock that was none',
    defect: (store) => declaring({ unlock: false })(reporting({ unlocked: true })(store)),
    breaks: 'claims no lock that it lifted where nothing was locked',
  },
  {
    fault: 'counts sessions that it does not end',
    defect: reporting({ sessionsRevoked: 3 }),
    breaks: 'counts ended sessions only where it declares that it ends them',
  },
  {
    fault: 'declares that it ends sessions, and ends none',
    defect: declaring({ sessions: true }),
    breaks: 'ends sessions as its capabilities declare',
  },
  {
    fault: 'ends sessions without declaring it',
    defect: (store, behind) => declaring({ sessions: false })(endsSessions(store, behind)),
    breaks: 'ends sessions as its capabilities declare',
  },
  {
    fault: 'does not name sessions that survive',
    defect: (store) => declaring({ survives: [] })(reporting({ survives: [] })(store)),
    breaks: 'ends sessions as its capabilities declare',
  },
  {
    fault: 'ends sessions and refuses the write',
    defect: (store, behind) =>
      withFound(endsSessions(store, behind), (found) => ({
        ...found,
        prepare: async (order) => {
          const prepared = await found.prepare(order)
          behind.sessions.clear()
          return prepared
        },
      })),
    breaks: 'ends no session where it refuses to write',
  },
  {
    fault: 'takes a lost response for a refusal',
    defect: answering((outcome) =>
      outcome.outcome === 'unknown' ? { outcome: 'refused', code: 'store_unavailable' } : outcome,
    ),
    breaks: 'claims nothing false where the response is lost',
  },
  {
    fault: 'settles without a look that nothing was written',
    defect: settling(() => ({ outcome: 'not_applied' })),
    breaks: 'claims nothing false where the response is lost',
  },
  {
    fault: 'takes a lost request for a write',
    defect: (store) =>
      answering((outcome) =>
        outcome.outcome === 'unknown'
          ? {
              outcome: 'applied',
              mark: markOf('memory1.0.lost'),
              receipt: {
                mustChange: 'application',
                expiresAt: null,
                unlocked: false,
                sessionsRevoked: null,
                endpoint: 'memory',
                survives: [],
              },
            }
          : outcome,
      )(store),
    breaks: 'claims nothing false where the request is lost',
  },
]

/** Defects of the list. */
export const listDefects: readonly PlantedDefect[] = [
  {
    fault: 'searches with regard to case',
    defect: keeping(({ username, email, displayName }, { search = '' }) =>
      [username, email, displayName].join('\n').includes(search),
    ),
    breaks: 'lists an account by the beginning of its user name, in any case',
  },
  {
    fault: 'ignores the search',
    defect: listing((query, store) => store.list({ ...query, search: undefined })),
    breaks: 'lists an account by the beginning of its user name, in any case',
  },
  {
    fault: 'does not search email addresses',
    defect: keeping(
      ({ username, displayName }, query) =>
        contains(username, query) || contains(displayName, query),
    ),
    breaks: 'lists an account by the beginning of the email address that it shows',
  },
  {
    fault: 'does not search display names',
    defect: keeping(
      ({ username, email }, query) => contains(username, query) || contains(email, query),
    ),
    breaks: 'lists an account by the beginning of its display name',
  },
  {
    fault: 'looks for the whole search only',
    defect: keeping((user, query) => contains(shownText(user), query)),
    breaks: 'lists an account by beginnings of several texts, in any order',
  },
  {
    fault: 'looks for any part of the search',
    defect: listing(async (query, store) => {
      const pages = await Promise.all(
        (query.search ?? '').split(' ').map((search) => store.list({ ...query, search })),
      )
      return { users: pages.flatMap(({ users }) => users), truncated: false }
    }),
    breaks: 'lists an account by beginnings of several texts, in any order',
  },
  {
    fault: 'declares that it finds parts anywhere, and finds beginnings',
    defect: keeping((user, { search = '' }) =>
      search.split(' ').every((part) =>
        shownText(user)
          .split(/\s/)
          .some((word) => word.toLowerCase().startsWith(part.toLowerCase())),
      ),
    ),
    breaks: 'lists an account by parts inside its display name, as its capabilities declare',
  },
  {
    fault: 'splits a search at blanks only',
    defect: keeping((user, { search = '' }) =>
      search.split(' ').every((part) => contains(shownText(user), { search: part })),
    ),
    breaks: 'lists an account whatever white space stands in the search',
  },
  {
    fault: 'lists another version than it finds',
    defect: paging((page) => ({
      ...page,
      users: page.users.map((user) => ({ ...user, version: `${user.version} listed` })),
    })),
    breaks: 'lists an account as the account is found',
  },
  {
    fault: 'knows wildcards',
    defect: listing((query, store) =>
      store.list({ ...query, search: query.search?.replaceAll('%', '') }),
    ),
    breaks: 'takes wildcards in a search literally',
  },
  {
    fault: 'cannot search for every text',
    defect: listing((query, store) =>
      query.search?.isWellFormed() === false
        ? Promise.reject(new TypeError('The text is malformed.'))
        : store.list(query),
    ),
    breaks: 'answers a search for text that no account can have',
  },
  {
    fault: 'ignores the statuses',
    defect: listing((query, store) => store.list({ ...query, statuses: undefined })),
    breaks: 'lists the statuses that are asked for, and no other',
  },
  {
    fault: 'takes no status for every status',
    defect: listing((query, store) =>
      store.list({ ...query, statuses: query.statuses?.length ? query.statuses : undefined }),
    ),
    breaks: 'lists the statuses that are asked for, and no other',
  },
  {
    fault: 'ignores the limit',
    defect: listing((query, store) => store.list({ ...query, limit: undefined })),
    breaks: 'holds a page to its limit and says when there is more',
  },
  {
    fault: 'does not say that there is more',
    defect: paging((page) => ({ ...page, nextCursor: undefined })),
    breaks: 'holds a page to its limit and says when there is more',
  },
  {
    fault: 'lists the first page again',
    defect: listing(({ cursor, ...query }, store) =>
      cursor === undefined || cursor.includes('again')
        ? store.list(query).then((page) => ({ ...page, nextCursor: cursor ? undefined : 'again' }))
        : store.list({ ...query, cursor }),
    ),
    breaks: 'holds a page to its limit and says when there is more',
  },
  {
    fault: 'goes on after the last user of a page, whoever was shown last',
    defect: (store) => ({ ...store, cursorAfter: ({ id }) => `memory1.~${id}` }),
    breaks: 'goes on right after any user of a page, or names no next page',
  },
  {
    fault: 'forgets the statuses on the second page',
    defect: listing((query, store) =>
      store.list({ ...query, statuses: query.cursor === undefined ? query.statuses : undefined }),
    ),
    breaks: 'keeps to the search and the statuses on every page',
  },
  {
    fault: 'names a next page behind the last one',
    defect: paging((page) => ({
      ...page,
      nextCursor: page.nextCursor ?? (page.users.length > 0 ? 'memory1.~' : undefined),
    })),
    breaks: 'says that a page is the last one',
  },
  {
    fault: 'calls every list truncated',
    defect: paging((page) => ({ ...page, truncated: true })),
    breaks: 'says that a page is the last one',
  },
  {
    fault: 'lists everybody where no limit is given',
    defect: listing(({ limit = 1_000, ...query }, store) => store.list({ ...query, limit })),
    breaks: 'holds a page to 50 users where no limit is given',
  },
  {
    fault: 'takes a foreign cursor for the first page',
    defect: listing(({ cursor, ...query }, store) =>
      store.list(cursor?.startsWith('memory1.') ? { ...query, cursor } : query),
    ),
    breaks: 'refuses a cursor that the store did not make as an invalid request',
  },
  {
    fault: 'cannot answer for a foreign cursor',
    defect: listing((query, store) =>
      store.list(query).catch(() => Promise.reject(new StoreError('store_unavailable'))),
    ),
    breaks: 'refuses a cursor that the store did not make as an invalid request',
  },
]

/** Sees each standing as another one. */
function seeing(change: (standing: ReturnType<FoundUser['standing']>) => typeof standing): Change {
  return (store) =>
    withFound(store, (found) => ({ ...found, standing: (mark) => change(found.standing(mark)) }))
}

const noStamp = { now: 'unknown', why: 'no_stamp' } as const

/** Defects of the marks. */
export const markDefects: readonly PlantedDefect[] = [
  {
    fault: 'takes a temporary password for the one before',
    defect: seeing((one) => (one.now === 'temporary' ? { now: 'before' } : one)),
    breaks: 'tells another process by the mark whether the write has happened',
  },
  {
    fault: 'declares that it can tell, and cannot',
    defect: seeing(() => noStamp),
    breaks: 'tells from the mark of an attempt what became of it, as declared',
  },
  {
    fault: 'declares that it cannot tell, and claims everything',
    defect: declaring({ marks: false }),
    breaks: 'tells from the mark of an attempt what became of it, as declared',
  },
  {
    fault: 'takes the password of any write for the one of the mark',
    defect: seeing((one) => (one.now === 'replaced' ? { now: 'temporary' } : one)),
    breaks: 'takes the password of another write for no password of this one',
  },
  {
    fault: 'compares the beginning of marks',
    defect: (store) =>
      withFound(store, (found) => ({
        ...found,
        standing: (mark) => {
          const whole = [...'0123456789abcdef'].map((last) => markOf(`${mark}${last}`))
          return (
            [mark, ...whole].map(found.standing).find(({ now }) => now === 'temporary') ??
            found.standing(mark)
          )
        },
      })),
    breaks: 'knows no mark that has been shortened',
  },
  {
    fault: 'writes while it prepares',
    defect: (store) =>
      withFound(store, (found) => ({
        ...found,
        prepare: async (order) => {
          const prepared = await found.prepare(order)
          if (prepared.outcome === 'refused') return prepared
          const outcome = await prepared.write()
          return { ...prepared, write: async () => outcome }
        },
      })),
    breaks: 'changes nothing before the write, and its mark says so',
  },
  {
    fault: "takes the user's own password for the temporary one",
    defect: seeing((one) => (one.now === 'replaced' ? { now: 'temporary' } : one)),
    breaks: "tells the user's own password from the temporary one",
  },
  {
    fault: 'takes a later reset for the one of the mark',
    defect: seeing((one) => (one.now === 'replaced' ? { now: 'temporary' } : one)),
    breaks: 'tells a later reset from the one that a mark names',
  },
  {
    fault: 'knows every mark',
    defect: seeing(() => ({ now: 'temporary' })),
    breaks: 'knows nothing of a mark that another store made',
  },
  {
    fault: 'never ends a password',
    defect: ordering((order) => ({
      ...order,
      eligible: order.purpose === 'expire' ? [] : order.eligible,
    })),
    breaks: 'ends an unused temporary password by its mark, as far as it can tell',
    options: { expiry: 'sweep' },
  },
  {
    fault: 'ends a password by any mark',
    defect: ordering((order) => ({ ...order, onlyIf: undefined })),
    breaks: 'ends no password by the mark of a write that never happened',
  },
  {
    fault: 'compares the mark when it prepares, and not when it writes',
    defect: forgetting((order) => ({ ...order, onlyIf: undefined })),
    breaks: 'ends no password that the user chose after the look',
  },
  {
    fault: 'forgets which password a sweep may replace',
    defect: ordering((order) => ({ ...order, onlyIf: undefined })),
    breaks: 'leaves a password alone that is not the one of the mark',
  },
]
