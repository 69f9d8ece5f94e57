/** The time for a piece of work is over; the work itself may still go on. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError'
}

/** The answer of `work`, unless `limitMs` milliseconds pass before it. */
export async function withinDeadline<T>(limitMs: number, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DeadlineError('The deadline has passed.')), limitMs)
  })
  try {
    return await Promise.race([work, deadline])
  } finally {
    clearTimeout(timer)
  }
}
