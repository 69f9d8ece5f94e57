import {
  expectFairRaces,
  expectUnfairRaces,
  type RaceTrack,
  racerOf,
} from '@force-reset/testing/races'
import { describe, it } from 'vitest'
import { leasePassword } from '../password/lease-password.ts'
import type { UserStore, WriteOutcome } from '../port/user-store.ts'
import { memorySubject } from '../testing/memory-subject.fixture.ts'
import type { PlantedDefect } from '../testing/store-defects.fixture.ts'
import { storeDefects } from '../testing/store-defects.fixture.ts'
import { withFound } from '../testing/with-found.ts'

const runs = 300

/** Races of two stores on the same accounts in memory. */
function memoryTrack(defect?: PlantedDefect['defect']): RaceTrack {
  const subject = memorySubject({}, defect)
  const { accounts } = subject
  return {
    rules: {
      judgedBefore: [],
      looksInPieces: false,
      ownChangeSignsIn: false,
      generationsLast: false,
      ownPasswordsLinger: false,
    },
    racers: [racerOf(subject.store), racerOf(subject.another())],
    store: subject.store,
    add: async ({ suspended, privileged }) => {
      const status = suspended ? 'suspended' : 'active'
      const account = await subject.add({ status, privileged })
      if (account === undefined) throw new Error('There is no account.')
      return account
    },
    signIn: async (username, password) => (await subject.signIn(username, password)) !== 'refused',
    changePassword: async (account, passwords) => {
      await subject.changePassword(account, passwords)
      return true
    },
    administer: async ({ id }, act, displayName) => {
      switch (act) {
        case 'suspend':
        case 'activate':
          accounts.setStatus(id, act === 'suspend' ? 'suspended' : 'active')
          return true
        case 'promote':
          accounts.change(id, { privileged: true })
          return true
        case 'rename':
          accounts.change(id, { displayName })
          return true
        case 'remove':
          accounts.remove(id)
          return true
        default:
          return act satisfies never
      }
    },
  }
}

it('answers every race of resets, changes and deletions as one order of them would', async () => {
  await expectFairRaces(memoryTrack(), { runs })
})

/** Writes once more when somebody looks next, as a request does that arrives twice. */
function repeating(store: UserStore): UserStore {
  const late: (() => Promise<unknown>)[] = []
  return withFound(
    {
      ...store,
      find: async (id, asking) => {
        for (const again of late.splice(0)) await again()
        return store.find(id, asking)
      },
    },
    (found) => ({
      ...found,
      prepare: async (order) => {
        const prepared = await found.prepare(order)
        if (prepared.outcome === 'refused') return prepared
        const password = await order.password.use(async (bytes) => Uint8Array.from(bytes))
        const lasting = { ...order, password: leasePassword(password).lease }
        const write = async (): Promise<WriteOutcome> => {
          late.push(async () => {
            const again = await (await store.find(found.user.id))?.prepare(lasting)
            return again?.outcome === 'prepared' ? again.write() : undefined
          })
          return prepared.write()
        }
        return { ...prepared, write }
      },
    }),
  )
}

const caught = [
  'has the same version for ever',
  'has a version without the password',
  'has a version without the status',
  'has a version without the display name',
  'has a version without the privilege',
  'compares no status in the write',
  'compares no display name in the write',
  'compares no privilege in the write',
  'writes for every status',
  'knows no privilege',
  'writes again after a conflict',
  'looks again before it writes, and forgets what it had seen',
]

describe('races find a store that', () => {
  for (const fault of caught)
    it(fault, async () => {
      const planted = storeDefects.find((one) => one.fault === fault)
      if (planted === undefined) throw new Error('There is no such defect.')
      await expectUnfairRaces(memoryTrack(planted.defect), { runs })
    })

  it('writes the same password once more later', async () => {
    await expectUnfairRaces(memoryTrack(repeating), { runs })
  })
})
