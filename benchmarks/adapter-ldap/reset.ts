// Whole resets a second on slapd over TLS, beside one ldapmodify that does the same writes alone,
// and beside what slapd allows: npm run benchmark:adapter-ldap
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { anyVersion, forceReset, generateTemporaryPassword } from '@force-reset/core'
import { ldifReplace, startOpenLdap, textValue } from '@force-reset/testing'
import { storeOptions } from '../../packages/adapter-ldap/src/fixtures/directory-subject.ts'
import { openLdap } from '../../packages/adapter-ldap/src/openldap/dialect.ts'
import { ldapUserStore } from '../../packages/adapter-ldap/src/store/ldap-user-store.ts'
import { line, median } from '../medians.ts'
import { bareResets } from './bare-resets.ts'

const accounts = 1_000
const rounds = 5
/** A second reset of an account within a second waits for the next one. */
const pauseMs = 1_500

await using server = await startOpenLdap({ bulkUsers: accounts })
const folder = await mkdtemp(join(tmpdir(), 'force-reset-benchmark-'))
const passwordFile = join(folder, 'operator.secret')
await writeFile(passwordFile, server.operator.password, { mode: 0o600 })

const search = {
  base: server.peopleDn,
  filter: '(uid=bulk*)',
  attributes: ['entryUUID', 'entryCSN'],
}
const entries = await server.search(search)
const ids = entries.map((entry) => textValue(entry, 'entryUUID') ?? '')
const store = ldapUserStore({
  ...storeOptions(server),
  dialect: openLdap({
    privilegedGroups: [server.privilegedGroupDn],
    defaultPolicy: server.policyDn,
  }),
})

const config = { store, authorize: () => true, audit: () => undefined }
const reset = async (userId: string): Promise<void> => {
  const result = await forceReset(config, {
    operator: { id: 'operator' },
    userId,
    version: anyVersion,
  })
  if (!result.ok) throw new Error(result.message)
  result.temporaryPassword.dispose()
}

const bare = await bareResets(server)

/** Every account once, so many at a time, on one connection. */
const each =
  (atOnce: number, work: (index: number) => Promise<void>) => async (): Promise<void> => {
    const indexes = ids.keys()
    const worker = async (): Promise<void> => {
      for (const index of indexes) await work(index)
    }
    await Promise.all(Array.from({ length: atOnce }, worker))
  }
const resets = (atOnce: number) => each(atOnce, (index) => reset(ids[index] ?? ''))

/** New passwords each time: the policy refuses the last ones. */
const writeChanges = async (): Promise<void> => {
  const changes = entries.map(({ dn }) =>
    ldifReplace(dn, { userPassword: generateTemporaryPassword().reveal(), pwdReset: 'TRUE' }),
  )
  await writeFile(join(folder, 'changes.ldif'), changes.join(''), { mode: 0o600 })
}

/**
 * The same writes, without a search, by one process of OpenLDAP's own tool, which sends one at a
 * time.
 */
const ldapModify = async (): Promise<void> => {
  const { dn } = server.operator
  const args = [
    '-x',
    '-H',
    server.url,
    '-D',
    dn,
    '-y',
    passwordFile,
    '-f',
    join(folder, 'changes.ldif'),
  ]
  const env = {
    PATH: '/usr/bin:/bin',
    HOME: '/nonexistent',
    LDAPCONF: '/dev/null',
    LDAPTLS_CACERT: server.caFile,
  }
  const tool = spawn('ldapmodify', args, { env, stdio: 'ignore' })
  const [status] = await once(tool, 'exit')
  if (status !== 0) throw new Error(`ldapmodify ended with status ${status}`)
}

const kinds = {
  ldapModify,
  ldapModifyAgain: ldapModify,
  sixteen: resets(16),
  bareSixteen: each(16, bare.send),
  one: resets(1),
  bareOne: each(1, bare.send),
}
type Kind = keyof typeof kinds

const perSecond: Record<Kind, number>[] = []
for (let round = -1; round < rounds; round += 1) {
  const rates: Record<Kind, number> = {
    ldapModify: 0,
    ldapModifyAgain: 0,
    sixteen: 0,
    bareSixteen: 0,
    one: 0,
    bareOne: 0,
  }
  for (const kind of [
    'ldapModify',
    'ldapModifyAgain',
    'sixteen',
    'bareSixteen',
    'one',
    'bareOne',
  ] as const) {
    await delay(pauseMs)
    if (kind.startsWith('ldapModify')) await writeChanges()
    if (kind.startsWith('bare')) bare.prepare(await server.search(search))
    const start = performance.now()
    await kinds[kind]()
    rates[kind] = (1_000 * ids.length) / (performance.now() - start)
  }
  // The first round is left out: it compiles, and fills caches.
  if (round >= 0) perSecond.push(rates)
}
store.close()
await rm(folder, { recursive: true })

const rate = (kind: Kind): string => median(perSecond.map((rates) => rates[kind])).toFixed(0)
const ratio = (kind: Kind): string =>
  median(perSecond.map((rates) => rates[kind] / rates.ldapModify)).toFixed(2)

line(`${ids.length} accounts, median of ${rounds} rounds, each of all six:`)
line(`  one ldapmodify, writes alone: ${rate('ldapModify')} a second`)
line(
  `    the same again: ${rate('ldapModifyAgain')} a second, ${ratio('ldapModifyAgain')} of the first: what differs is noise`,
)
line(
  `  whole resets, 16 in flight on one connection: ${rate('sixteen')} a second, ${ratio('sixteen')} of ldapmodify (aim: 1.0 at least)`,
)
line(
  `    their messages alone, built beforehand: ${rate('bareSixteen')} a second, ${ratio('bareSixteen')} of ldapmodify: what slapd itself allows`,
)
line(
  `  whole resets, one at a time, two round trips each: ${rate('one')} a second, ${ratio('one')} of ldapmodify (aim: 0.5 at least)`,
)
line(
  `    their messages alone, built beforehand: ${rate('bareOne')} a second, ${ratio('bareOne')} of ldapmodify`,
)
