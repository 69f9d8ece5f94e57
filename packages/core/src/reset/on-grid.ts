/** Answers that hide an account leave at a multiple of this time, in milliseconds. */
const gridMs = 10

/**
 * The answer of `work`. An answer that there is no such account leaves on a grid of 10 ms from the
 * start: a denied account and a missing one take different work, and the time must not tell which.
 */
export async function onGrid<T extends object>(work: () => Promise<T>): Promise<T> {
  let tick = (): void => undefined
  // Begun before the work. Timers count whole milliseconds: a timer that is begun after the work
  // would still tell the time of the work, as a mean of many answers.
  const timer = setInterval(() => tick(), gridMs)
  try {
    const answer = await work()
    if ('code' in answer && answer.code === 'user_not_found') {
      await new Promise<void>((resolve) => {
        tick = resolve
      })
    }
    return answer
  } finally {
    clearInterval(timer)
  }
}
