import type { ByteCut, RecordedChunk } from './fault-proxy.ts'
import { faultSeed, randomNumbers } from './fault-runs.ts'
import { bytesIn, messageEnds, tlsRecords } from './message-ends.ts'

/** Both directions of a connection. */
export const cutDirections = ['to_server', 'to_client'] as const
/** Both ways in which a connection is cut. */
export const cutWays = ['reset', 'end'] as const

/**
 * Cuts of everything that was recorded: at the end of every TLS record, one byte before, one byte
 * after, and at one byte within, by reset and by an orderly end. A record that is cut is never
 * delivered, so no other cut differs from these.
 *
 * @param sparedBytes - Bytes at the end of the record that are not cut one by one, where the next
 *   conversation may have a few bytes less. Default 0.
 * @example
 * const cuts = cutsAtRecords(chunks)
 */
export function cutsAtRecords(
  chunks: readonly RecordedChunk[],
  sparedBytes = 0,
): readonly ByteCut[] {
  const random = randomNumbers(faultSeed)
  return cutDirections.flatMap((direction) => {
    const ends = messageEnds(chunks, direction, tlsRecords)
    const bytes = ends.flatMap((end, index) => {
      const start = ends[index - 1] ?? 0
      return [end - 1, end, end + 1, start + 1 + Math.floor(random() * (end - start))]
    })
    const last = bytesIn(chunks, direction) - sparedBytes
    return [...new Set([1, ...bytes.map((byte) => Math.min(byte, last))])].flatMap((byte) =>
      cutWays.map((how) => ({ direction, byte, how })),
    )
  })
}
