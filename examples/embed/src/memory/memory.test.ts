import { existsSync } from 'node:fs'
import type { OpenLdapServer, SambaAdServer } from '@force-reset/testing'
import {
  scanMemory,
  scanMemoryForAll,
  searchFiles,
  startOpenLdap,
  startSambaAd,
} from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { nodeVersion } from './child.fixture.ts'
import type { Sent, Target } from './clients.fixture.ts'
import { clients, jsonOf, send } from './clients.fixture.ts'
import type { MemorySubject } from './subject.fixture.ts'
import { startConsole, startServer } from './subject.fixture.ts'

/** How often every scenario is run, each time in a new process: `MEMORY_RUNS`, at most 100. */
const runs = Math.min(100, Math.max(1, Number(process.env['MEMORY_RUNS']) || 1))
const eachRun = Array.from({ length: runs }, (_, index) => index + 1)

const listSchema = z.object({
  users: z.array(z.object({ id: z.string(), username: z.string(), version: z.string() })),
})
const passwordSchema = z.object({ temporaryPassword: z.string() })

/** A password, and the client that received it. */
interface Delivered {
  readonly to: string
  readonly password: string
}

/** To whom, when, and what was found. None of them is what this is about. */
type Sighting = readonly [to: string, when: string, found: string]

async function sightings(
  subject: MemorySubject,
  delivered: readonly Delivered[],
  when: string,
): Promise<readonly Sighting[]> {
  const scans = await scanMemoryForAll(
    subject.pid,
    delivered.map(({ password }) => password),
  )
  return scans.flatMap(({ found, total, scannedBytes }, index) => {
    if (scannedBytes < 20_000_000) throw new Error('The scan has not seen the process.')
    const counts = Object.entries(found).filter(([, count]) => count > 0)
    return total > 0 ? [[delivered[index]?.to ?? '', when, counts.join(' ')] as const] : []
  })
}

async function inSnapshot(
  subject: MemorySubject,
  delivered: readonly Delivered[],
): Promise<readonly Sighting[]> {
  const file = await subject.heapSnapshot()
  const search = await searchFiles(
    [file],
    delivered.map(({ password }) => password),
  )
  if (search.bytes < 1_000_000) throw new Error('There is no heap snapshot.')
  return search.sightings.map(({ secret, total }) => [
    delivered[secret]?.to ?? '',
    'in a heap snapshot',
    String(total),
  ])
}

/** Enough to end what goes on in the server for a client that is gone. */
async function moreRequests(target: Target, times: number): Promise<void> {
  for (let i = 0; i < times; i += 1) await send(target, { path: `${target.base}/users?limit=5` })
}

/** A request to reset an account that nobody has reset. */
async function resetRequest(target: Target, subject: MemorySubject): Promise<Sent> {
  const { username } = await subject.nextAccount()
  const { users } = listSchema.parse(
    jsonOf(await send(target, { path: `${target.base}/users?search=${username}` })),
  )
  const user = users.find((one) => one.username === username)
  if (user === undefined) throw new Error('The account is not listed.')
  return {
    method: 'POST',
    path: `${target.base}/users/${encodeURIComponent(user.id)}/force-reset`,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ version: user.version }),
  }
}

/**
 * Resets through every client and every way in: what was seen of the passwords, and how often one
 * was seen while its answer waited.
 */
async function carefulRun(
  subject: MemorySubject,
): Promise<{ readonly seen: readonly Sighting[]; readonly seenWaiting: number }> {
  const delivered: Delivered[] = []
  const seen: Sighting[] = []
  let seenWaiting = 0
  for (const target of subject.targets) {
    for (const [name, client] of Object.entries(clients)) {
      const reset = await resetRequest(target, subject)
      const revealed = subject.nextPassword()
      const whileItWaits = async (): Promise<void> => {
        const { total } = await scanMemory(subject.pid, await revealed)
        if (total > 0) seenWaiting += 1
      }
      await client({ target, reset, revealed, whileItWaits })
      const one = { to: `${name} of ${target.name}`, password: await revealed }
      await moreRequests(target, 2)
      seen.push(...(await sightings(subject, [one], 'after delivery')))
      delivered.push(one)
    }
  }
  return { seen: [...seen, ...(await seenLater(subject, delivered))], seenWaiting }
}

/** Where careless code left its passwords: `node:http after delivery`. */
async function carelessRun(
  subject: MemorySubject,
  reset: (target: Target) => Promise<string>,
): Promise<readonly string[]> {
  const delivered: Delivered[] = []
  const seen: Sighting[] = []
  for (const target of subject.targets) {
    const one = { to: target.name, password: await reset(target) }
    await moreRequests(target, 2)
    seen.push(...(await sightings(subject, [one], 'after delivery')))
    delivered.push(one)
  }
  return [...seen, ...(await seenLater(subject, delivered))].map(([to, when]) => `${to} ${when}`)
}

async function seenLater(
  subject: MemorySubject,
  delivered: readonly Delivered[],
): Promise<readonly Sighting[]> {
  await subject.collect()
  const collected = await sightings(subject, delivered, 'after a collection')
  for (const target of subject.targets) await moreRequests(target, 50)
  const afterwards = await sightings(subject, delivered, 'after more requests')
  return [...collected, ...afterwards, ...(await inSnapshot(subject, delivered))]
}

/** A reset by code that makes a string of the password and passes it on. */
async function carelessReset(subject: MemorySubject, target: Target): Promise<string> {
  const { key } = await subject.nextAccount()
  const answer = await send(target, {
    method: 'POST',
    path: `/careless?account=${encodeURIComponent(key)}`,
  })
  return passwordSchema.parse(jsonOf(answer)).temporaryPassword
}

const holdsNothing = 'holds no eight bytes of a password that was handed out or given up (run %i)'
const findsCareless = 'is searched by something that finds what careless code leaves (run %i)'

/** What the handler on every store is put through, under node:http and under Express. */
function onBothHosts(start: () => Promise<MemorySubject>): void {
  it.each(eachRun)(holdsNothing, async () => {
    await using subject = await start()
    // An answer that waits is there, for two of the clients of each host, and is found.
    expect(await carefulRun(subject)).toEqual({ seen: [], seenWaiting: 4 })
  })

  it.each(eachRun)(findsCareless, async () => {
    await using subject = await start()
    const found = await carelessRun(subject, (target) => carelessReset(subject, target))
    for (const host of ['node:http', 'Express'])
      for (const when of ['after delivery', 'after a collection'])
        expect(found).toContain(`${host} ${when}`)
  })
}

// Not on other systems, and not where a container hides it.
const hasProc = existsSync('/proc/self/pagemap')

describe.runIf(hasProc)(
  `the memory of the console, on Node ${nodeVersion} [needs Linux and its /proc]`,
  () => {
    it.each(eachRun)(holdsNothing, async () => {
      await using subject = await startConsole('careful')
      expect(await carefulRun(subject)).toEqual({ seen: [], seenWaiting: 2 })
    })

    it.each(eachRun)(findsCareless, async () => {
      await using subject = await startConsole('careless')
      const found = await carelessRun(subject, async (target) => {
        const revealed = subject.nextPassword()
        await send(target, await resetRequest(target, subject))
        return await revealed
      })
      const everywhere = [
        'after delivery',
        'after a collection',
        'after more requests',
        'in a heap snapshot',
      ]
      expect(found).toEqual(everywhere.map((when) => `the console ${when}`))
    })
  },
)

describe.runIf(hasProc)(
  `the memory of a server on SQL, on Node ${nodeVersion} [needs Linux and its /proc]`,
  () => {
    onBothHosts(() => startServer())
  },
)

const directories = [
  ['slapd', () => startOpenLdap()],
  ['samba', () => startSambaAd()],
] as const

for (const [name, startDirectory] of directories) {
  describeWithServer(
    name,
    `the memory of a server with ${name} behind it, on Node ${nodeVersion}`,
    () => {
      let directory: OpenLdapServer | SambaAdServer
      beforeAll(async () => {
        directory = await startDirectory()
      })
      afterAll(() => directory?.stop())
      onBothHosts(() => startServer(directory))

      it.each(eachRun)(`${holdsNothing}, in the console`, async () => {
        await using subject = await startConsole('careful', directory)
        expect((await carefulRun(subject)).seen).toEqual([])
      })
    },
  )
}
