/** Faults on the way to a store. Each fault happens once and is then forgotten. */
export interface MemoryFaults {
  /** The next write is applied, but its answer is lost. */
  loseAnswer(): void
  /** The next write is lost on its way. */
  loseWrite(): void
  /**
   * The next write is held up. The write arrives with `deliver()`, unless `settle` has fenced the
   * write off by then.
   */
  delayWrite(): { deliver(): void }
  /** The next `settle` cannot reach the store either. */
  failSettle(): void
  /** The next `find`, `list` or `check` throws this. */
  failNextRead(error: unknown): void
  /** Runs between the last look and the next write. */
  beforeNextWrite(action: () => void): void
}

/** The place where tests put faults, and the store takes them out. */
export interface FaultBox {
  readonly inject: MemoryFaults
  /** `true` once for each injected fault of this kind. */
  take(kind: 'loseAnswer' | 'loseWrite' | 'failSettle'): boolean
  /** Holds a write up, once. */
  takeDelay(): ((arrive: () => void) => void) | undefined
  throwRead(): void
  runBeforeWrite(): void
}

export function faultBox(): FaultBox {
  const pending = new Set<string>()
  const errors: unknown[] = []
  const actions: (() => void)[] = []
  const delays: ((arrive: () => void) => void)[] = []
  return {
    inject: {
      loseAnswer: () => void pending.add('loseAnswer'),
      loseWrite: () => void pending.add('loseWrite'),
      failSettle: () => void pending.add('failSettle'),
      failNextRead: (error) => void errors.push(error),
      beforeNextWrite: (action) => void actions.push(action),
      delayWrite: () => {
        let arrival: (() => void) | undefined
        delays.push((arrive) => {
          arrival = arrive
        })
        return { deliver: () => arrival?.() }
      },
    },
    take: (kind) => pending.delete(kind),
    takeDelay: () => delays.shift(),
    throwRead: () => {
      if (errors.length > 0) throw errors.shift()
    },
    runBeforeWrite: () => actions.shift()?.(),
  }
}
