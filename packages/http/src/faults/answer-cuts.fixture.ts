import type { FaultProxy, RecordedChunk } from '../../../testing/src/faults/fault-proxy.ts'
import { bytesIn, type FaultedReset, type PlannedFault } from '../../../testing/src/faults.ts'

export {
  type FaultProxy,
  type RecordedChunk,
  startFaultProxy,
} from '../../../testing/src/faults/fault-proxy.ts'

const words = { to_server: 'request', to_client: 'answer' } as const

/** A cut at every byte of one request and its answer, by reset and by an orderly end. */
export function cutsOfAnswer(
  proxy: FaultProxy,
  chunks: readonly RecordedChunk[],
): readonly PlannedFault[] {
  return (['to_server', 'to_client'] as const).flatMap((direction) =>
    Array.from({ length: bytesIn(chunks, direction) }, (_, i) => i + 1).flatMap((byte) =>
      (['reset', 'end'] as const).map((how): PlannedFault => {
        let happened = false
        return {
          fault: `${words[direction]} cut by ${how}`,
          at: `${words[direction]} byte ${byte} by ${how}`,
          beforeReset: () =>
            void proxy.cutAtByte({ direction, byte, how }).then(() => {
              happened = true
            }),
          struck: () => happened,
        }
      }),
    ),
  )
}

/** What an operator was told, and what was so. */
export function judged(
  code: string,
  known: {
    readonly isReplaced: boolean
    readonly isShown: boolean
    readonly isUndelivered: boolean
  },
): FaultedReset {
  const { isReplaced, isShown, isUndelivered } = known
  const what = isReplaced ? 'the password was replaced' : 'nothing was changed'
  const recorded = isUndelivered ? ', reset.undelivered recorded' : ''
  const saidTruth =
    code === 'applied' ? isShown && !isUndelivered : code === 'outcome_unknown' || !isReplaced
  return {
    said: code === 'applied' ? code : `${code}, ${what}${recorded}`,
    truth: isReplaced ? 'new' : 'old',
    isLie: !saidTruth || (isUndelivered && !isReplaced),
  }
}
