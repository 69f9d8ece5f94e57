import type { Verification } from '@force-reset/core'
import {
  inPerson,
  memoryForOneProcess,
  secondPerson,
  verification,
} from '@force-reset/core/verification'
import type { Accounts } from '../accounts/accounts.ts'
import type { ConsoleOperator } from '../operators/operator-sessions.ts'
import type { CallerWay } from '../settings/settings.ts'
import { operatorWords } from '../words/operator.ts'
import { sampleUser } from './sample-accounts.ts'

/**
 * How the callers of the demonstration are identified; `undefined` where nobody has to be. The
 * sample user whose password is known vouches for everybody else.
 */
export function sampleCallers(
  ways: readonly CallerWay[],
  accounts: Pick<Accounts, 'byUsername'> | undefined,
  now: () => number,
): Verification<ConsoleOperator> | undefined {
  if (ways.length === 0) return undefined
  const voucherOf = async (userId: string) => {
    const voucher = await accounts?.byUsername(sampleUser)
    return voucher && voucher.id !== userId ? voucher : undefined
  }
  return verification<ConsoleOperator>({
    methods: [
      inPerson(),
      secondPerson({
        mayVouch: async ({ voucherId, userId }) => (await voucherOf(userId))?.id === voucherId,
        vouchers: async ({ user }) => {
          const voucher = await voucherOf(user.id)
          return voucher ? [{ id: voucher.id, name: voucher.displayName ?? voucher.username }] : []
        },
        address: operatorWords.vouchAddress,
      }),
    ],
    require: () => ways.map((way) => [way === 'counter' ? 'in_person' : 'second_person']),
    attestedSuffices: [['in_person']],
    memory: memoryForOneProcess({ now }),
  })
}
