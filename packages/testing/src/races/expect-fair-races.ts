import fc from 'fast-check'
import { faultSeed } from '../faults/fault-runs.ts'
import { type RaceTrack, runRace } from './race.ts'
import { racePlan } from './race-plan.ts'

/** How many races are run, and how wide. */
export interface RaceOptions {
  readonly runs: number
  /** Steps that go on at once, at most. Default 3. */
  readonly widest?: number | undefined
}

/** `FAULT_RUNS=all` asks for so many times as many races. */
const timesForAll = 10

/**
 * Runs races on a track. Each race has an account of its own. `FAULT_RUNS` in the environment asks
 * for another number of races, and `FAULT_SEED` for other ones.
 *
 * A race that breaks a promise is reported with its seed and path. `FAULT_SEED` and, with the path,
 * `FAULT_ONLY` in the environment then run that race again, and nothing else.
 *
 * @throws an error with the seed, the path, the plan and the order of the steps.
 * @example
 * await expectFairRaces(track, { runs: 20 })
 */
export async function expectFairRaces(track: RaceTrack, options: RaceOptions): Promise<void> {
  const { FAULT_RUNS, FAULT_ONLY } = process.env
  const { runs } = options
  const wanted = FAULT_RUNS === 'all' ? timesForAll * runs : Number(FAULT_RUNS ?? runs)
  await fc.assert(racesOn(track, options), {
    seed: faultSeed,
    // On a server every attempt to find a smaller plan costs another race.
    endOnFailure: true,
    ...(FAULT_ONLY === undefined ? { numRuns: wanted } : { numRuns: 1, path: FAULT_ONLY }),
  })
}

/**
 * Runs races on a track whose store has a fault. Proves that races find the fault.
 *
 * @throws an error where so many races find nothing.
 */
export async function expectUnfairRaces(track: RaceTrack, options: RaceOptions): Promise<void> {
  const { failed } = await fc.check(racesOn(track, options), {
    seed: faultSeed,
    numRuns: options.runs,
    endOnFailure: true,
  })
  if (!failed) throw new Error('The races find nothing wrong.')
}

function racesOn(track: RaceTrack, { widest = 3 }: RaceOptions) {
  return fc.asyncProperty(racePlan({ widest }), fc.scheduler(), (plan, scheduler) =>
    runRace(track, plan, scheduler),
  )
}
