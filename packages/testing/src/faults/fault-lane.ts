import type { Socket } from 'node:net'

/** The state of one direction, on every connection of a proxy. */
export interface LaneWeather {
  stalled: boolean
  gathering: boolean
}

/** Bytes, the orderly end of a sender, or its sudden end. */
export type LaneItem = Buffer | 'end' | 'reset'

/**
 * One direction of one connection. Items are handed on in order: at once, gathered, or when the
 * stall is over.
 */
export interface FaultLane {
  arrive(item: LaneItem): void
  /** Hands on everything, unless the direction is stalled. */
  pump(): void
  /** Forgets the items that are held. */
  discard(): void
  /** Bytes that have arrived and are not handed on. */
  readonly heldBytes: number
}

/**
 * Turns of the event loop in which nothing may arrive before gathered bytes are handed on. A sender
 * that writes several times without waiting for an answer needs one or two turns. A busy machine
 * does not change that: sender and proxy share the event loop.
 */
const quietTurns = 20

/** Makes one direction that ends in `sink`. */
export function faultLane(sink: Socket, weather: LaneWeather): FaultLane {
  let queue: LaneItem[] = []
  let turn: NodeJS.Immediate | undefined

  const pump = () => {
    clearImmediate(turn)
    while (!weather.stalled) {
      const item = queue.shift()
      if (item === undefined) return
      if (!sink.writable) continue
      if (item === 'end') sink.end()
      else if (item === 'reset') sink.resetAndDestroy()
      else sink.write(item)
    }
  }
  const pumpAfter = (turns: number) => {
    clearImmediate(turn)
    turn = setImmediate(() => (turns > 1 ? pumpAfter(turns - 1) : pump()))
  }

  return {
    arrive(item) {
      queue.push(item)
      if (weather.gathering) pumpAfter(quietTurns)
      else pump()
    },
    pump,
    discard() {
      clearImmediate(turn)
      queue = []
    },
    get heldBytes() {
      return queue.reduce((sum, item) => sum + (typeof item === 'string' ? 0 : item.length), 0)
    },
  }
}
