import fc from 'fast-check'
import { type RaceTrack, runRace } from './race.ts'
import { racePlan } from './race-plan.ts'

/** How many races are run. `FAULT_RUNS` in the environment asks for another number. */
export interface RaceOptions {
  readonly runs: number
  /** Steps that go on at once, at most. Default 3. */
  readonly widest?: number | undefined
}

/**
 * Runs races on a track. Each race has an account of its own.
 *
 * A race that breaks a promise is reported with its seed and path. `FAULT_SEED` and `FAULT_PATH` in
 * the environment then run that race again, and nothing else.
 *
 * @throws an error with the seed, the path, the plan and the order of the steps.
 * @example
 * await expectFairRaces(track, { runs: 20 })
 */
export async function expectFairRaces(
  track: RaceTrack,
  { runs, widest = 3 }: RaceOptions,
): Promise<void> {
  const { FAULT_RUNS, FAULT_SEED, FAULT_PATH } = process.env
  const race = fc.asyncProperty(racePlan({ widest }), fc.scheduler(), (plan, scheduler) =>
    runRace(track, plan, scheduler),
  )
  await fc.assert(race, {
    numRuns: FAULT_PATH === undefined ? Number(FAULT_RUNS ?? runs) : 1,
    // On a server every attempt to find a smaller plan costs another race.
    endOnFailure: true,
    ...(FAULT_SEED !== undefined && { seed: Number(FAULT_SEED) }),
    ...(FAULT_PATH !== undefined && { path: FAULT_PATH }),
  })
}
