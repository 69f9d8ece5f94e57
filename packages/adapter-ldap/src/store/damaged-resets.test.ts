import { createHash } from 'node:crypto'
import { type ForceResetResult, noPrivilegedUsers, type UserStore } from '@force-reset/core'
import { withWrite } from '@force-reset/core/testing'
import { ldifEntry, type OpenLdapServer, startOpenLdap, textValue } from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { damaged } from '../fixtures/damage.ts'
import { storeOptions } from '../fixtures/directory-subject.ts'
import { type Harm, type HarmingProxy, harmingProxy } from '../fixtures/harming-proxy.ts'
import { resetUser } from '../fixtures/reset-user.ts'
import { type SeededRandom, seededRandom, timesOf } from '../fixtures/seeded-random.ts'
import { openLdap } from '../openldap/dialect.ts'
import { ldapUserStore } from './ldap-user-store.ts'

const harms = timesOf('FORCE_RESET_HARMED_RESETS', 60)
const careless = 4
const seed = 4711
const mostLosses = 9
/** Resets at a time. */
const atOnce = 4

const peopleDn = 'ou=people,dc=example,dc=test'
const hashOf = (password: string, salt: Buffer): string =>
  `{SSHA}${Buffer.concat([
    createHash('sha1').update(password).update(salt).digest(),
    salt,
  ]).toString('base64')}`
const oldHash = hashOf('The-old-password-1', Buffer.from('saltsalt'))

const names = (kind: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${kind}${index}`)
const all = {
  harm: names('harm', harms),
  careless: names('careless', careless),
  measured: names('measured', 2),
  lying: names('lying', 4),
}

/** The half of the accounts has had a password that a policy knows of. */
function account(name: string, index: number): string {
  return ldifEntry(`uid=${name},${peopleDn}`, {
    objectClass: 'inetOrgPerson',
    ...{ uid: name, cn: name, sn: name, userPassword: oldHash },
    ...(index % 2 === 0 ? { pwdChangedTime: '20260101000000Z' } : {}),
  })
}

function furtherLosses(random: SeededRandom): number {
  return random.pick([0, 1 + random.below(mostLosses)])
}

/** What a reset said, and what it had told the trail before. */
interface Said {
  readonly name: string
  readonly code: string
  readonly temporary: string | undefined
  readonly attempted: boolean
}

function said(name: string, result: ForceResetResult, trail: readonly string[]): Said {
  return {
    name,
    code: result.ok ? 'applied' : result.code,
    temporary: result.ok ? result.temporaryPassword.reveal() : undefined,
    attempted: trail.includes('reset.attempted'),
  }
}

/** Whether what was said differs from what the directory holds. */
function lieOf({ code, temporary, attempted }: Said, hash: string, pwdReset: boolean): string {
  const salt = Buffer.from(hash.slice('{SSHA}'.length), 'base64').subarray(20)
  if (temporary !== undefined)
    return hash === hashOf(temporary, salt) && pwdReset ? '' : 'applied, and it was not'
  if (code === 'outcome_unknown') return attempted ? '' : 'unknown, and nothing was attempted'
  return hash === oldHash ? '' : `${code}, and it was applied`
}

describeWithServer('slapd', 'a reset on slapd whose answers are damaged', () => {
  let server: OpenLdapServer
  let ids: ReadonlyMap<string, string>
  beforeAll(async () => {
    const ldif = Object.values(all)
      .flatMap((group) => group.map(account))
      .join('')
    server = await startOpenLdap({ ldif })
    const found = await server.search({ base: peopleDn, attributes: ['uid', 'entryUUID'] })
    ids = new Map(
      found.map((entry) => [textValue(entry, 'uid') ?? '', textValue(entry, 'entryUUID') ?? '']),
    )
  })
  afterAll(() => server.stop())

  const resetOver = async (
    proxy: HarmingProxy,
    name: string,
    wrap: (store: UserStore) => UserStore = (store) => store,
  ): Promise<Said> => {
    const store = ldapUserStore({
      ...storeOptions(server),
      url: proxy.url,
      dialect: openLdap({
        privilegedGroups: noPrivilegedUsers,
        defaultPolicy: server.policyDn,
      }),
      connectTimeoutMs: 60_000,
      operationTimeoutMs: 60_000,
    })
    const trail: string[] = []
    const audit = ({ type }: { readonly type: string }): void => void trail.push(type)
    const result = await resetUser(wrap(store), { id: ids.get(name) ?? '' }, { audit })
    store.close()
    return said(name, result, trail)
  }

  /** Every reset over a proxy of its own; afterwards the directory is asked about all of them. */
  const campaign = async (
    group: readonly string[],
    proxyFor: (random: SeededRandom) => Promise<HarmingProxy>,
    wrap?: (store: UserStore) => UserStore,
  ) => {
    const results: Said[] = []
    let connections = 0
    await eachOf(group, async (name, index) => {
      const proxy = await proxyFor(seededRandom(seed + index))
      results.push(await resetOver(proxy, name, wrap))
      connections += proxy.connections
      await proxy.stop()
    })
    const entries = await server.search({
      base: peopleDn,
      attributes: ['uid', 'userPassword', 'pwdReset'],
    })
    const stored = new Map(entries.map((entry) => [textValue(entry, 'uid'), entry]))
    const lies = results.flatMap((one) => {
      const entry = stored.get(one.name)
      const hash = (entry && textValue(entry, 'userPassword')) ?? ''
      const pwdReset = entry !== undefined && textValue(entry, 'pwdReset') === 'TRUE'
      const lie = lieOf(one, hash, pwdReset)
      return lie === '' ? [] : [`${one.name}: ${lie}`]
    })
    const codes = [...Map.groupBy(results, ({ code }) => code)]
    const counts = Object.fromEntries(codes.map(([code, some]) => [code, some.length]))
    return { lies, counts, connections }
  }

  /** How many messages come in a reset that nothing happens to. */
  const measured = async (name: string | undefined, proxy: HarmingProxy): Promise<number> => {
    expect((await resetOver(proxy, name ?? '')).code).toBe('applied')
    await proxy.stop()
    return proxy.messages
  }

  const carelessly = (store: UserStore): UserStore =>
    withWrite(store, async (write) => {
      const outcome = await write()
      return outcome.outcome === 'unknown'
        ? { outcome: 'refused', code: 'store_unavailable' }
        : outcome
    })

  it('is found to lie where a store takes a lost answer for a refusal', async () => {
    const messages = await measured(all.measured[0], await harmingProxy(server, () => undefined))
    const { lies } = await campaign(
      all.careless,
      () => harmingProxy(server, () => ({ message: messages - 1, damaged: () => Buffer.alloc(0) })),
      carelessly,
    )
    expect(lies).toHaveLength(careless)
  })

  it('settles a reset whose answer cannot be read, or is for another request', async () => {
    const messages = await measured(all.measured[1], await harmingProxy(server, () => undefined))
    const answers = [
      '3012020102640d0400300930070403756964317f',
      '300e02010161070a010004000400a07f',
      '30847fffffff',
      '300c02017f67070a013504000400',
    ]
    const { lies, counts } = await campaign(all.lying, async () => {
      const answer = Buffer.from(answers.pop() ?? '', 'hex')
      const harm: Harm = { message: messages - 1, damaged: () => answer }
      let first: Harm | undefined = harm
      return harmingProxy(server, () => {
        const now = first
        first = undefined
        return now
      })
    })
    expect(lies).toEqual([])
    expect(counts).toEqual({ applied: all.lying.length })
  })

  it(`says the truth after each of ${harms} damaged answers, with up to nine more`, async () => {
    const { lies, counts } = await campaign(all.harm, (random) => {
      let left = 1 + furtherLosses(random)
      return harmingProxy(server, (): Harm | undefined => {
        left -= 1
        if (left < 0) return undefined
        return {
          message: random.below(8),
          damaged: (message) => damaged([message], random).bytes,
        }
      })
    })
    expect(lies).toEqual([])
    expect(counts['applied']).toBeGreaterThan(0)
    expect(counts['store_unavailable']).toBeGreaterThan(0)
  })
})

async function eachOf<T>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  const queue = [...items.entries()].values()
  const worker = async () => {
    for (const [index, item] of queue) await work(item, index)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}
