/** The seed of everything that is drawn by lot: `FAULT_SEED`, or always the same. */
export const faultSeed = Number(process.env['FAULT_SEED'] ?? 20_261_128)

/** Whether `FAULT_ONLY` asks for a single fault once more. */
export const isReplay = process.env['FAULT_ONLY'] !== undefined

/**
 * Numbers from 0 up to 1, the same for the same seed (mulberry32).
 *
 * @example
 * const random = randomNumbers(faultSeed)
 */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/**
 * The faults of this run, in their order. `FAULT_RUNS` is `all`, or how many are drawn by lot;
 * without it `quick` are drawn. `FAULT_ONLY` is the place of the only one.
 *
 * @example
 * for (const fault of selectedFaults(faults, 20)) await meet(fault)
 */
export function selectedFaults<Fault extends { readonly at: string }>(
  faults: readonly Fault[],
  quick: number,
): readonly Fault[] {
  const only = process.env['FAULT_ONLY']
  if (only !== undefined) return faults.filter(({ at }) => at === only)
  const runs = process.env['FAULT_RUNS']
  if (runs === 'all') return faults
  const random = randomNumbers(faultSeed)
  const drawn = faults
    .map((fault, place) => ({ fault, place, lot: random() }))
    .sort((a, b) => a.lot - b.lot)
    .slice(0, runs === undefined ? quick : Number(runs))
  return drawn.sort((a, b) => a.place - b.place).map(({ fault }) => fault)
}
