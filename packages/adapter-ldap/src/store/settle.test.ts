import { setImmediate as nextTurn } from 'node:timers/promises'
import { noPrivilegedUsers, type SettleOutcome } from '@force-reset/core'
import { withWrite } from '@force-reset/core/testing'
import {
  type DirectoryServer,
  type FaultProxy,
  type SampleUser,
  type Stall,
  start389Ds,
  startFaultProxy,
  startOpenLdap,
  startSambaAd,
} from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { activeDirectory } from '../active-directory/dialect.ts'
import type { Dialect } from '../dialect/dialect.ts'
import type { PrivilegedGroups } from '../dialect/privileged-groups.ts'
import { ds389 } from '../ds389/dialect.ts'
import { deadlinesByHand } from '../fixtures/deadlines-by-hand.ts'
import { storeOptions } from '../fixtures/directory-subject.ts'
import {
  lookUp,
  refusal,
  resetUser,
  temporaryPassword,
  withSettling,
} from '../fixtures/reset-user.ts'
import { openLdap } from '../openldap/dialect.ts'
import type { Plan } from '../plan/request.ts'
import { type LdapUserStore, ldapUserStore } from './ldap-user-store.ts'

interface Product {
  readonly name: 'slapd' | 'samba' | '389ds'
  start(): Promise<DirectoryServer>
  readonly dialect: Dialect
  /** Whether a late write can be fenced off, so that "nothing was changed" can be said. */
  readonly fences: boolean
  /** Whether the account is read once more before a write that was held up. */
  readonly readsAgain: boolean
}

/** So long that no machine is too busy. */
const operationTimeoutMs = 30_000

const privilegedGroups: PrivilegedGroups = noPrivilegedUsers
const products: readonly Product[] = [
  {
    name: 'slapd',
    start: () => startOpenLdap(),
    dialect: openLdap({
      privilegedGroups,
      defaultPolicy: 'cn=default,ou=policies,dc=example,dc=test',
    }),
    fences: true,
    readsAgain: false,
  },
  {
    name: 'samba',
    start: () => startSambaAd(),
    dialect: activeDirectory(),
    fences: true,
    readsAgain: true,
  },
  {
    name: '389ds',
    start: () => start389Ds(),
    dialect: ds389({ privilegedGroups }),
    fences: false,
    readsAgain: true,
  },
]

/** The same plan, which tells when it is about to write for the first time. */
function* announcing<T>(plan: Plan<T>, announce: () => void): Plan<T> {
  let told = false
  let next = plan.next()
  while (next.done !== true) {
    if (!told && next.value.some(({ kind }) => kind === 'modify' || kind === 'password_modify')) {
      told = true
      announce()
    }
    next = plan.next(yield next.value)
  }
  return next.value
}

/**
 * Another product is another suite: a test that makes no sense for it is not there, rather than
 * skipped.
 */
function itIf(title: string, test: () => Promise<void>, wanted = true): void {
  if (wanted) it(title, test)
}

for (const { name, start, dialect, fences, readsAgain } of products) {
  describeWithServer(name, `a reset on ${name} whose connection breaks`, () => {
    let server: DirectoryServer
    let proxy: FaultProxy
    let front: FaultProxy
    /** Where new connections lead. */
    let target: { host: string; port: number }
    let store: LdapUserStore
    let beforeWrite: (() => void) | undefined
    let lateMs = 0
    /** Every `replace` tells when it is about to write for the first time. */
    const announced: Dialect = {
      ...dialect,
      replace: (order) => announcing(dialect.replace(order), () => beforeWrite?.()),
    }
    beforeAll(async () => {
      server = await start()
    })
    beforeEach(async () => {
      proxy = await startFaultProxy({ to: server.ldaps })
      target = { host: proxy.host, port: proxy.port }
      front = await startFaultProxy({ to: target })
      store = ldapUserStore({
        ...storeOptions(server),
        url: `ldaps://${front.host}:${front.port}`,
        dialect: announced,
        operationTimeoutMs,
        now: () => Date.now() + lateMs,
      })
    })
    afterEach(async () => {
      vi.useRealTimers()
      store.close()
      await front.stop()
      await proxy.stop()
    })
    afterAll(() => server.stop())

    const whereFenced: typeof itIf = (title, test) => itIf(title, test, fences)
    const whereReadAgain: typeof itIf = (title, test) => itIf(title, test, readsAgain)

    /**
     * Resets, and breaks something right before the write; and again between the write and its
     * settling.
     */
    const resetWith = async (
      user: SampleUser,
      faults: { beforeWrite(): void; beforeSettle?(): Promise<void> },
    ) => {
      const { id, version } = await lookUp(store, user)
      const settled: SettleOutcome['outcome'][] = []
      beforeWrite = faults.beforeWrite
      const settling = withSettling(
        store,
        () => faults.beforeSettle?.(),
        (outcome) => settled.push(outcome),
      )
      const result = await resetUser(settling, { id, version })
      return { result, settled }
    }

    /** Holds the write back until its time is over, and lets new connections pass by. */
    const holdWrite = (): Stall => {
      deadlinesByHand()
      const stall = proxy.stall('to_server')
      void stall.holding.then(() => vi.advanceTimersByTime(operationTimeoutMs))
      Object.assign(target, server.ldaps)
      return stall
    }
    /** Hands the held write on, and waits for the server to have answered it. */
    const deliver = async (stall: Stall): Promise<void> => {
      const before = proxy.arrivedBytes.to_client
      stall.release()
      while (proxy.arrivedBytes.to_client === before && proxy.openConnections > 0) await nextTurn()
    }

    it('is found to have happened when the answer was lost, and is not done twice', async () => {
      const user = await server.createUser()
      const { result, settled } = await resetWith(user, {
        beforeWrite: () => void proxy.cutBeforeAnswer(),
      })
      expect(settled).toEqual(['applied'])
      expect(await server.canSignIn(user.dn, temporaryPassword(result))).toBe('must_change')
      expect(await server.canSignIn(user.dn, user.password)).toBe('refused')
      expect(result.ok && result.receipt).toMatchObject({
        mustChange: 'enforced',
        endpoint: `ldaps://${front.host}:${front.port}`,
      })
    })

    whereFenced('is done by settling it when the write was lost on its way', async () => {
      const user = await server.createUser()
      const { result, settled } = await resetWith(user, {
        beforeWrite: () => void proxy.cutBeforeRequest(),
      })
      expect(settled).toEqual(['applied'])
      expect(await server.canSignIn(user.dn, temporaryPassword(result))).toBe('must_change')
    })

    whereFenced(
      'is done once, ' +
        'and a write that arrives late no longer changes what the user has chosen since',
      async () => {
        const user = await server.createUser()
        let stall: Stall | undefined
        const { result, settled } = await resetWith(user, {
          beforeWrite: () => {
            stall = holdWrite()
          },
        })
        expect(settled).toEqual(['applied'])
        const temporary = temporaryPassword(result)
        expect(await server.canSignIn(user.dn, temporary)).toBe('must_change')
        const own = 'The-Choice-Of-The-User-1'
        if (name === 'samba') await server.setStatus(user, 'active')
        expect(await server.changeOwnPassword(user.dn, temporary, own)).toBe('ok')
        expect(stall?.heldBytes).toBeGreaterThan(0)
        if (stall) await deliver(stall)
        expect(await server.canSignIn(user.dn, own)).toBe('ok')
        // Active Directory goes on accepting the password before the user's own choice for an hour.
        if (name !== 'samba') expect(await server.canSignIn(user.dn, temporary)).toBe('refused')
      },
    )

    whereFenced('did not happen when another reset was faster, and says so', async () => {
      const user = await server.createUser()
      let stall: Stall | undefined
      let theirs = ''
      const rival = ldapUserStore({ ...storeOptions(server), dialect })
      const { result, settled } = await resetWith(user, {
        beforeWrite: () => {
          stall = holdWrite()
        },
        beforeSettle: async () => {
          theirs = temporaryPassword(await resetUser(rival, user))
        },
      })
      rival.close()
      expect(settled).toEqual(['not_applied'])
      expect(refusal(result)).toBe('store_unavailable: timeout')
      if (stall) await deliver(stall)
      expect(await server.canSignIn(user.dn, theirs)).toBe('must_change')
    })

    it('is not known to have happened when the server cannot be reached any more', async () => {
      const user = await server.createUser()
      const { result, settled } = await resetWith(user, {
        beforeWrite: () => void proxy.cutBeforeAnswer().then(() => proxy.refuse()),
      })
      expect(settled).toEqual(['unknown'])
      expect(refusal(result)).toBe('outcome_unknown: connection_lost')
      expect(await server.canSignIn(user.dn, user.password)).toBe('refused')
    })

    whereFenced(
      'does not sign in to find out where one more failure would lock the account',
      async () => {
        const user = await server.createUser()
        const rival = ldapUserStore({ ...storeOptions(server), dialect })
        const { result, settled } = await resetWith(user, {
          beforeWrite: () => void holdWrite(),
          beforeSettle: async () => {
            temporaryPassword(await resetUser(rival, user))
            for (let failure = 0; failure < 2; failure += 1)
              await server.canSignIn(user.dn, 'not the password')
          },
        })
        rival.close()
        expect(settled).toEqual(['unknown'])
        expect(result).toMatchObject({ ok: false, code: 'outcome_unknown' })
        expect(await server.canSignIn(user.dn, 'not the password')).not.toBe('locked')
        expect(await server.canSignIn(user.dn, 'not the password')).toBe('locked')
      },
    )

    whereReadAgain(
      'notices before the write that the connection is gone, and changes nothing',
      async () => {
        const user = await server.createUser()
        const { id, version } = await lookUp(store, user)
        const cut = withWrite(store, (write) => {
          // So late that the account is read once more.
          lateMs += 10
          void proxy.cutBeforeRequest()
          return write()
        })
        const result = await resetUser(cut, { id, version })
        expect(refusal(result)).toMatch(/^store_unavailable/)
        expect(await server.canSignIn(user.dn, user.password)).toBe('ok')
      },
    )

    if (name === 'samba')
      it('is not repeated for one disabled meanwhile, and not known to have happened', async () => {
        const user = await server.createUser()
        const { result, settled } = await resetWith(user, {
          beforeWrite: () => void proxy.cutBeforeRequest(),
          beforeSettle: () => server.setStatus(user, 'disabled'),
        })
        expect(settled).toEqual(['unknown'])
        expect(result).toMatchObject({ ok: false, code: 'outcome_unknown' })
        await server.setStatus(user, 'active')
        expect(await server.canSignIn(user.dn, user.password)).toBe('ok')
      })
  })
}
