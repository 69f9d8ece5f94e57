import type { ByteCut, RecordedChunk } from '@force-reset/testing'
import {
  bytesIn,
  cutDirections,
  cutsAtRecords,
  cutWays,
  type Framing,
  faultSeed,
  messageEnds,
  type PlannedFault,
  randomNumbers,
  resetUnderFault,
} from '@force-reset/testing/faults'
import type { CutSubject } from './cut-subject.fixture.ts'

/** Most connections that are lost after the first one. */
const mostLosses = 9

/** A cut, and what is lost after it. */
interface CutPlan {
  readonly cut: ByteCut
  /** Connections that are lost after the cut. */
  readonly losses: number
  /** What is lost before that. */
  readonly before?: ByteCut
}

/** Records everything that goes over the wire for one reset that nothing happens to. */
export async function recordReset(subject: CutSubject): Promise<readonly RecordedChunk[]> {
  let chunks: readonly RecordedChunk[] = []
  await mustApply(subject, () => {
    chunks = subject.proxy.record()
  })
  return chunks
}

/** Records how a store settles a write whose answer is lost. */
export async function recordSettlement(
  subject: CutSubject,
  lostAnswer: ByteCut,
): Promise<readonly RecordedChunk[]> {
  let chunks: readonly RecordedChunk[] = []
  await mustApply(subject, () => {
    void subject.proxy.cutAtByte(lostAnswer).then(() => {
      chunks = subject.proxy.record()
    })
  })
  return chunks
}

async function mustApply(subject: CutSubject, begin: () => void): Promise<void> {
  const { said } = await resetUnderFault(subject, {
    fault: 'none',
    at: 'nowhere',
    beforeReset: async () => {
      await subject.openConnections()
      begin()
    },
  })
  if (said !== 'applied') throw new Error(`The recorded reset is ${said}.`)
}

/** Cuts at the first bytes of the last request of a reset, and of its answer. */
export function lastExchange(chunks: readonly RecordedChunk[]): {
  readonly request: ByteCut
  readonly answer: ByteCut
} {
  const before = chunks.slice(
    0,
    chunks.findLastIndex(({ direction }) => direction === 'to_server'),
  )
  const first = (direction: ByteCut['direction']): ByteCut => ({
    direction,
    byte: bytesIn(before, direction) + 1,
    how: 'reset',
  })
  return { request: first('to_server'), answer: first('to_client') }
}

/**
 * Cuts at every byte of a reset, in both directions. Each byte is cut by reset, by an orderly end,
 * and once with one to nine more connections lost. At the first and the last byte of every message
 * all nine numbers are tried.
 */
export function cutsAtEveryByte(
  chunks: readonly RecordedChunk[],
  framing: Framing,
): readonly CutPlan[] {
  const random = randomNumbers(faultSeed)
  const upTo = (count: number) => Math.floor(random() * count)
  return cutDirections.flatMap((direction) => {
    const edges = edgesOf(messageEnds(chunks, direction, framing))
    return numbersUpTo(bytesIn(chunks, direction)).flatMap((byte) => {
      const numbers = edges.has(byte) ? numbersUpTo(mostLosses) : [1 + upTo(mostLosses)]
      const how = cutWays[upTo(2)] ?? 'reset'
      return [
        ...cutWays.map((way) => ({ cut: { direction, byte, how: way }, losses: 0 })),
        ...numbers.map((losses) => ({ cut: { direction, byte, how }, losses })),
      ]
    })
  })
}

/** A cut at every byte of a settlement, after the answer to the write was lost. */
export function cutsOfSettlement(
  settlement: readonly RecordedChunk[],
  before: ByteCut,
  framing: Framing,
): CutPlan[] {
  return cutDirections.flatMap((direction) => {
    const edges = edgesOf(messageEnds(settlement, direction, framing))
    return numbersUpTo(bytesIn(settlement, direction)).flatMap((byte) =>
      cutWays.flatMap((how) =>
        (edges.has(byte) ? [0, 3, mostLosses] : [0]).map((losses) => ({
          cut: { direction, byte, how },
          losses,
          before,
        })),
      ),
    )
  })
}

/** Cuts at the TLS records, alone and with more connections lost. */
export function recordCuts(chunks: readonly RecordedChunk[]): readonly CutPlan[] {
  const random = randomNumbers(faultSeed)
  return cutsAtRecords(chunks).flatMap((cut) =>
    [0, 1 + Math.floor(random() * mostLosses), mostLosses].map((losses) => ({ cut, losses })),
  )
}

/** The cuts as faults that a campaign runs. */
export function faultsOf(subject: CutSubject, plans: readonly CutPlan[]): readonly PlannedFault[] {
  return plans.map((plan) => faultOf(subject, plan))
}

function faultOf(subject: CutSubject, { cut, losses, before }: CutPlan): PlannedFault {
  const { proxy } = subject
  const { direction, byte, how } = cut
  let struck = false
  const strike = async () => {
    if (before) await proxy.cutAtByte(before)
    await proxy.cutAtByte(cut)
    struck = true
    await proxy.loseNext(losses)
  }
  const where = before ? 'settlement, ' : ''
  const more = losses === 0 ? '' : ', more connections lost'
  return {
    fault: `${where}${words[direction]} cut by ${how}${more}`,
    at: `${where}${direction} byte ${byte} by ${how}, then ${losses}`,
    beforeReset: async () => {
      await subject.openConnections()
      void strike()
    },
    struck: () => struck,
    mayBeUnknown: losses > 0 || before !== undefined,
  }
}

const words = { to_server: 'bytes to the server', to_client: 'bytes to the client' } as const

function numbersUpTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => i + 1)
}

/** The first and the last byte of every message, by the last bytes of messages. */
function edgesOf(ends: readonly number[]): ReadonlySet<number> {
  return new Set([1, ...ends.flatMap((end) => [end, end + 1])])
}
