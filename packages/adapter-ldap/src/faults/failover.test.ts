import type { ForceResetResult, SettleOutcome, UserStore, WriteOutcome } from '@force-reset/core'
import { withFound } from '@force-reset/core/testing'
import {
  ldifReplace,
  type OpenLdapPair,
  type OpenLdapPairOptions,
  type SampleUser,
  type SignIn,
  startOpenLdapPair,
  textValue,
} from '@force-reset/testing'
import { runFaultCampaign } from '@force-reset/testing/faults'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { storeOptions } from '../fixtures/directory-subject.ts'
import { type FaultServer, openLdapForFaults, readyLdif } from '../fixtures/fault-products.ts'
import {
  type Breakage,
  type FaultyDirectory,
  faultyDirectory,
  type Moment,
  moments,
  momentWords,
} from '../fixtures/faulty-directory.ts'
import { resetUser, temporaryPassword } from '../fixtures/reset-user.ts'
import { ldapUserStore } from '../store/ldap-user-store.ts'

/** The whole of a campaign takes minutes. */
const limit = { timeout: 3_600_000 }

describeWithServer('slapd', 'resets whose slapd dies, where there is another one', () => {
  let pair: OpenLdapPair
  let found: FaultServer
  let directory: FaultyDirectory
  beforeAll(async () => {
    pair = await startOpenLdapPair({ ldif: readyLdif() })
    found = {
      ...openLdapForFaults(pair.first),
      // Both servers have to agree, once they have the same.
      canSignIn: ({ dn }, password) => pair.second.canSignIn(dn, password),
    }
    directory = await faultyDirectory(found, {
      optionsFor: (url) => ({ url: [url, pair.second.url] }),
    })
  })
  afterAll(async () => {
    await directory.close()
    await pair.stop()
  })

  /** The first server dies at a moment, alone or together with what it has not replicated. */
  const firstDies = (moment: Moment, replication: 'works' | 'is held up'): Breakage => {
    const held = replication === 'is held up'
    return {
      fault: `failover: killed ${momentWords[moment]}, replication ${replication}`,
      at: `${moment}, replication ${replication}`,
      moment,
      begun: () => {
        if (held) pair.part()
      },
      break: () => pair.first.kill(),
      afterwards: async () => {
        if (held) pair.join()
        await pair.first.restart()
        await judged()
      },
      mayBeUnknown: true,
    }
  }

  /** What the store said of the reset that is under way. */
  let seen: { readonly id: string; endpoint?: string | undefined }
  /** Resets that were done twice, or told of the wrong server. */
  const wrong: string[] = []
  const watched = (store: UserStore): UserStore =>
    withFound(store, (account) => {
      const { id } = account.user
      const here = { id, endpoint: undefined }
      seen = here
      return {
        ...account,
        prepare: async (order) => {
          const prepared = await account.prepare(order)
          if (prepared.outcome === 'refused') return prepared
          return { ...prepared, write: async () => noted(await prepared.write(), here) }
        },
      }
    })

  /** Looks at the entry before anybody signs in, which would change the entry. */
  const judged = async (): Promise<void> => {
    const { id, endpoint } = seen
    const dn = `uid=ready${id.slice(-4)},${pair.first.peopleDn}`
    const servers = [pair.first, pair.second]
    const entries = await Promise.all(servers.map((server) => server.read(dn)))
    const versions = entries.map((entry) => (entry && textValue(entry, 'entryCSN')) ?? '')
    const taker = versions.toSorted().at(-1)?.includes('#002#') ? 1 : 0
    const told = endpoint === pair.second.url ? 1 : 0
    if (endpoint !== undefined && taker !== told) wrong.push(`${dn} at ${taker}, and not ${told}`)
    const replaced = entries[taker]?.attributes.get('pwdhistory')?.length ?? 0
    if (replaced > 1) wrong.push(`${dn}: ${replaced} passwords replaced`)
    // A slapd that died right after an answer hands the entry on with the next change alone.
    await servers[taker]?.modify(ldifReplace(dn, { description: 'changed once more' }))
    await pair.converged(dn)
  }

  it('are never done twice, and are told of the server that took them', limit, async () => {
    const faults = moments.flatMap((moment) => [
      firstDies(moment, 'works'),
      firstDies(moment, 'is held up'),
    ])
    const report = await runFaultCampaign({
      name: 'slapd-failover',
      store: 'OpenLDAP, two servers',
      subject: { ...directory.subject, store: watched(directory.subject.store) },
      faults: faults.map(directory.planned),
      quick: 4,
    })
    expect(report).toMatchObject({ lies: [], missed: [] })
    expect(wrong).toEqual([])
  })
})

describeWithServer('slapd', 'a reset that a slapd took and did not hand on', () => {
  let pair: OpenLdapPair
  const begin = async (options: OpenLdapPairOptions = {}): Promise<void> => {
    pair = await startOpenLdapPair(options)
  }
  afterEach(() => pair.stop())

  /** Resets at the first server, and lets nothing through to the second. */
  const resetApart = async () => {
    const user = await pair.first.createUser()
    await pair.converged(user.dn)
    pair.part()
    return { user, temporary: temporaryPassword(await resetAt(pair, user)) }
  }
  const back = async ({ dn }: SampleUser): Promise<void> => {
    pair.join()
    await pair.first.restart()
    await pair.converged(dn)
  }
  const everywhere = (dn: string, password: string): Promise<readonly SignIn[]> =>
    Promise.all([pair.first, pair.second].map((server) => server.canSignIn(dn, password)))

  it('reaches the second server when the first is back', async () => {
    await begin()
    const { user, temporary } = await resetApart()
    await pair.first.halt()
    await back(user)
    expect(await everywhere(user.dn, temporary)).toEqual(['must_change', 'must_change'])
    expect(await everywhere(user.dn, user.password)).toEqual(['refused', 'refused'])
  })

  it('gives way to a later reset at the second server', async () => {
    await begin()
    const { user, temporary } = await resetApart()
    await pair.first.halt()
    const later = temporaryPassword(await resetAt(pair, user))
    await back(user)
    expect(await everywhere(user.dn, later)).toEqual(['must_change', 'must_change'])
    expect(await everywhere(user.dn, temporary)).toEqual(['refused', 'refused'])
  })

  // slapd keeps the entry that was changed last, as a whole. A sign-in changes the entry.
  it('is undone by slapd where somebody signs in at the second server meanwhile', async () => {
    await begin()
    const { user, temporary } = await resetApart()
    await pair.first.halt()
    expect(await pair.second.canSignIn(user.dn, 'not the password')).toBe('refused')
    await back(user)
    expect(await everywhere(user.dn, user.password)).toEqual(['ok', 'ok'])
    expect(await everywhere(user.dn, temporary)).toEqual(['refused', 'refused'])
  })

  // A slapd that was killed has forgotten how far it had come, and hands on nothing by itself.
  it('reaches the second server with the next change, where the first was killed', async () => {
    await begin({ checkpointOperations: 1_000 })
    const { user, temporary } = await resetApart()
    await pair.first.kill()
    pair.join()
    await pair.first.restart()
    await pair.first.createUser()
    await pair.converged(user.dn)
    expect(await everywhere(user.dn, temporary)).toEqual(['must_change', 'must_change'])
    expect(await everywhere(user.dn, user.password)).toEqual(['refused', 'refused'])
  })
})

async function resetAt(
  { first, second }: OpenLdapPair,
  user: SampleUser,
): Promise<ForceResetResult> {
  const store = ldapUserStore({
    ...storeOptions(first),
    url: [first.url, second.url],
    dialect: openLdapForFaults(first).dialect,
  })
  const result = await resetUser(store, user)
  store.close()
  return result
}

function noted<Outcome extends WriteOutcome | SettleOutcome>(
  outcome: Outcome,
  here: { endpoint?: string | undefined },
): Outcome {
  if (outcome.outcome === 'applied') here.endpoint = outcome.receipt.endpoint
  if (outcome.outcome !== 'unknown' || !('settle' in outcome)) return outcome
  const { settle } = outcome
  return {
    ...outcome,
    settle: async () => noted((await settle?.()) ?? { outcome: 'unknown' }, here),
  }
}
