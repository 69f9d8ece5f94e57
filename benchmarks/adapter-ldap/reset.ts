// Whole resets a second on slapd over TLS. Beside them: one ldapmodify with the same writes, and a
// client that only sends messages. npm run bench -- ldap
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
/** slapd notes times in seconds: an account that is reset again within one has to wait. */
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

const config = { store, authorize: () => true, isSelf: () => false, audit: () => undefined }
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

/** Does the work for every account once, on one connection, `atOnce` accounts at a time. */
const each =
  (atOnce: number, work: (index: number) => Promise<void>) => async (): Promise<void> => {
    const indexes = ids.keys()
    const worker = async (): Promise<void> => {
      for (const index of indexes) await work(index)
    }
    await Promise.all(Array.from({ length: atOnce }, worker))
  }
const resets = (atOnce: number) => each(atOnce, (index) => reset(ids[index] ?? ''))

/** New passwords each time, because the policy refuses the last passwords. */
const writeChanges = async (): Promise<void> => {
  const changes = entries.map(({ dn }) =>
    ldifReplace(dn, { userPassword: generateTemporaryPassword().reveal(), pwdReset: 'TRUE' }),
  )
  await writeFile(join(folder, 'changes.ldif'), changes.join(''), { mode: 0o600 })
}

/** The writes alone, without a search, by one process of `ldapmodify`, one at a time. */
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
  // The first round does not count: the engine compiles, and caches fill.
  if (round >= 0) perSecond.push(rates)
}
store.close()
await rm(folder, { recursive: true })

const rate = (kind: Kind): string =>
  `${median(perSecond.map((rates) => rates[kind])).toFixed(0)} a second`
const ratio = (kind: Kind): string =>
  `${median(perSecond.map((rates) => rates[kind] / rates.ldapModify)).toFixed(2)} of ldapmodify`
const show = (what: string, kind: Kind, note = ''): void =>
  line(`  ${what}: ${rate(kind)}, ${ratio(kind)}${note}`)

line(`${ids.length} accounts, median of ${rounds} rounds, each of all six:`)
show('one ldapmodify, writes alone', 'ldapModify')
show('  the same again', 'ldapModifyAgain', ': the difference is noise')
show('whole resets, 16 in flight on one connection', 'sixteen', ' (aim: 1.0 at least)')
show('  their messages alone, built beforehand', 'bareSixteen', ': slapd itself allows this')
show('whole resets, one at a time, two round trips each', 'one', ' (aim: 0.5 at least)')
show('  their messages alone, built beforehand', 'bareOne')
