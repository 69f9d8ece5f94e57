// Processor time of core for one reset, beside a store in memory: npm run bench -- core
import {
  type ForceResetConfig,
  type FoundUser,
  forceReset,
  type Operator,
  resettableStatuses,
} from '@force-reset/core'
import { memoryUserStore } from '@force-reset/core/testing'
import { line, mediansOf, processorTime } from '../medians.ts'

const amount = { rounds: 11, batch: 500 }

const store = memoryUserStore({
  users: [
    { id: '1', username: 'kim.example', email: 'kim@example.com', displayName: 'Kim Example' },
  ],
})
const operator = { id: 'operator' }

async function seen(): Promise<FoundUser> {
  const found = await store.find('1')
  if (found === undefined) throw new Error('There is no such account.')
  return found
}

/** With a configuration of its own: many applications write it into the call. */
async function reset(): Promise<void> {
  const { version } = (await seen()).user
  const config: ForceResetConfig<Operator> = {
    store,
    authorize: () => true,
    audit: async () => undefined,
  }
  const result = await forceReset(config, { operator, userId: '1', version })
  if (!result.ok) throw new Error(result.message)
  result.temporaryPassword.dispose()
}

/** What the store has to do for a reset in any case. */
async function storeAlone(): Promise<void> {
  await seen()
  const found = await seen()
  await found.check({ mustChange: true })
  const prepared = await found.prepare({
    resetId: 'r',
    purpose: 'reset',
    password: { use: async (work) => await work(new Uint8Array(19)) },
    eligible: resettableStatuses,
    mustChange: true,
    expiresAt: new Date(),
  })
  if (prepared.outcome === 'refused') throw new Error(prepared.code)
  const written = await prepared.write()
  if (written.outcome !== 'applied') throw new Error(written.outcome)
}

const kinds = { 'a reset': reset, 'the same again': reset, 'the store alone': storeAlone }
const medians = await mediansOf(kinds, processorTime, amount)
line(`Processor time of one, medians of ${amount.rounds} rounds of ${amount.batch} each:`)
for (const [kind, microseconds] of Object.entries(medians))
  line(`  ${kind}: ${microseconds.toFixed(0)} µs`)
const own = medians['a reset'] - medians['the store alone']
line(`  so core's own: ${own.toFixed(0)} µs (aim: 100); the hash of a real store takes 20,000 µs`)
