import type { Socket } from 'node:net'

/** What happens to the bytes of one direction, on every connection of a proxy. */
export interface LaneWeather {
  stalled: boolean
  delayMs: number
}

/** Bytes, the end of what a sender has to say, or its sudden end. */
export type LaneItem = Buffer | 'end' | 'reset'

/** One direction of one connection: what arrives is handed on in order, at once, later, or not before the stall is over. */
export interface FaultLane {
  arrive(item: LaneItem): void
  /** Hands on what may be handed on by now. */
  pump(): void
  /** Forgets what is held. */
  discard(): void
  /** Bytes that have arrived and are not handed on. */
  readonly heldBytes: number
}

/** Makes one direction that ends in `sink`. */
export function faultLane(sink: Socket, weather: LaneWeather): FaultLane {
  let queue: { readonly item: LaneItem; readonly due: number }[] = []
  let timer: NodeJS.Timeout | undefined

  const pump = () => {
    clearTimeout(timer)
    while (!weather.stalled) {
      const next = queue[0]
      if (next === undefined) return
      const early = weather.delayMs === 0 ? 0 : next.due - performance.now()
      if (early > 0) {
        timer = setTimeout(pump, early)
        return
      }
      queue.shift()
      if (!sink.writable) continue
      if (next.item === 'end') sink.end()
      else if (next.item === 'reset') sink.resetAndDestroy()
      else sink.write(next.item)
    }
  }

  return {
    arrive(item) {
      queue.push({ item, due: performance.now() + weather.delayMs })
      pump()
    },
    pump,
    discard() {
      clearTimeout(timer)
      queue = []
    },
    get heldBytes() {
      return queue.reduce((sum, { item }) => sum + (typeof item === 'string' ? 0 : item.length), 0)
    },
  }
}
