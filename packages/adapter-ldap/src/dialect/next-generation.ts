import type { Site } from './dialect.ts'

/**
 * These directories tell the changes of a password apart by whole seconds. A quarter more, for
 * clocks that do not quite agree.
 */
const generationMs = 1_250

/**
 * Milliseconds until a new password gets another time than the last one, 0 nearly always. A second
 * reset within the same second would leave the version as it is, and a replayed request would then
 * pass for a new one.
 *
 * @example
 * yield* wait(untilNextGeneration(lastChange, site))
 */
export function untilNextGeneration(last: Date | undefined, { now }: Site): number {
  if (last === undefined) return 0
  const waitMs = last.getTime() + generationMs - now()
  // Further ahead the clocks disagree, and waiting for the difference would not end.
  return waitMs > 0 && waitMs <= 2 * generationMs ? waitMs : 0
}
