import type fc from 'fast-check'
import type { Happening } from './race-model.ts'
import type { Stage } from './race-reset.ts'

/** Lets actors act in turns that fast-check chooses. */
export interface Turns extends Stage {
  /**
   * Runs the actors until all have ended. In each turn as many steps as `widths` says go on at
   * once; the widths come again from the first. `judge` is handed everything that a turn brought.
   */
  run(
    actors: readonly (() => Promise<unknown>)[],
    widths: readonly number[],
    judge: (happenings: readonly Happening[]) => void,
  ): Promise<void>
}

/**
 * A step goes on when fast-check chooses the step. The next turn begins only when every actor waits
 * for a turn or has ended. So the same seed makes the same race again, on a real server too.
 */
export function turnsOf(scheduler: fc.Scheduler): Turns {
  const arriving: (() => void)[] = []
  const happened: Happening[] = []
  let moving = 0
  let quiet = Promise.withResolvers<void>()
  const stopped = (): void => {
    moving -= 1
    if (moving === 0) quiet.resolve()
  }
  const begin = (count: number): void => {
    quiet = Promise.withResolvers()
    moving = count
  }
  return {
    enter: (what) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      // Not at once: a step that arrives during a turn must not go on in the same turn.
      arriving.push(() => void scheduler.schedule(Promise.resolve(), what).then(resolve))
      stopped()
      return promise
    },
    tell: (happening) => void happened.push(happening),
    run: async (actors, widths, judge) => {
      begin(actors.length)
      const ended = Promise.allSettled(actors.map((actor) => actor().finally(stopped)))
      for (let turn = 0; ; turn += 1) {
        await quiet.promise
        judge(happened.splice(0))
        for (const arrive of arriving.splice(0)) arrive()
        const waiting = scheduler.count()
        if (waiting === 0) break
        const width = Math.min(widths[turn % widths.length] ?? 1, waiting)
        begin(width)
        await scheduler.waitNext(width)
      }
      for (const end of await ended) if (end.status === 'rejected') throw end.reason
    },
  }
}
