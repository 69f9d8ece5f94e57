// Processor time of core for one reset, beside a store in memory: npm run benchmark:core
import {
  type ForceResetConfig,
  forceReset,
  type Operator,
  resettableStatuses,
  type User,
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

async function seen(): Promise<User> {
  const user = await store.find('1')
  if (user === undefined) throw new Error('There is no such account.')
  return user
}

/** With a configuration of its own: many applications write it into the call. */
async function reset(): Promise<void> {
  const { version } = await seen()
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
  const user = await seen()
  const outcome = await store.replacePassword({
    resetId: 'r',
    user,
    password: { use: async (work) => await work(new Uint8Array(19)) },
    eligible: resettableStatuses,
    mustChange: true,
    expiresAt: new Date(),
  })
  if (outcome.outcome !== 'applied') throw new Error(outcome.outcome)
}

const kinds = { 'a reset': reset, 'the same again': reset, 'the store alone': storeAlone }
const medians = await mediansOf(kinds, processorTime, amount)
line(`Processor time of one, medians of ${amount.rounds} rounds of ${amount.batch} each:`)
for (const [kind, microseconds] of Object.entries(medians))
  line(`  ${kind}: ${microseconds.toFixed(0)} µs`)
const own = medians['a reset'] - medians['the store alone']
line(`  so core's own: ${own.toFixed(0)} µs (aim: 100); the hash of a real store takes 20,000 µs`)
