import process from 'node:process'

/** A clock, in microseconds. Only differences of its values mean something. */
export type Clock = () => number

/** Processor time of this process alone: other processes do not count. */
export const processorTime: Clock = () => {
  const { user, system } = process.cpuUsage()
  return user + system
}

/** Time on the wall. */
export const elapsedTime: Clock = () => performance.now() * 1_000

/** How much is measured. */
export interface Amount {
  /**
   * Rounds, each of every kind of work. As many again run first and do not count, because the
   * engine compiles meanwhile.
   */
  readonly rounds: number
  /** How often a kind of work is done in one round. */
  readonly batch: number
}

/**
 * The median cost of one piece of each kind of work, in microseconds.
 *
 * Each round does all kinds in turn and begins with another kind, so that noise of the machine
 * meets all of them. Name the same work twice: the difference between the two is noise.
 *
 * @example
 * const kinds = { bare: work, again: work }
 * const { bare, again } = await mediansOf(kinds, elapsedTime, { rounds: 20, batch: 100 })
 */
export async function mediansOf<K extends string>(
  kinds: Readonly<Record<K, () => Promise<unknown>>>,
  clock: Clock,
  { rounds, batch }: Amount,
): Promise<Readonly<Record<K, number>>> {
  const names = Object.keys(kinds) as K[]
  const costs = new Map<K, number[]>(names.map((name) => [name, []]))
  for (let round = -rounds; round < rounds; round += 1) {
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = names[(round + rounds + turn) % names.length]
      if (name === undefined) continue
      const before = clock()
      for (let count = 0; count < batch; count += 1) await kinds[name]()
      if (round >= 0) costs.get(name)?.push((clock() - before) / batch)
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(costs.get(name) ?? [])])) as Record<
    K,
    number
  >
}

/** The value in the middle; NaN when there is none. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

/** Prints one line. */
export function line(text: string): void {
  process.stdout.write(`${text}\n`)
}
