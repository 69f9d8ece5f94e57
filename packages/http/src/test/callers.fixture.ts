import type { Operator, Verification } from '@force-reset/core'
import {
  callBack,
  inPerson,
  memoryForOneProcess,
  secondPerson,
  sentCode,
  verification,
} from '@force-reset/core/verification'

/**
 * Verification as a test needs it: call back, a sent code, vouching and the counter. Any one
 * suffices. Account `1` has a telephone.
 *
 * @param messages - Takes what is sent to the person.
 */
export function callersOf(messages: string[] = []): Verification<Operator> {
  const numbers = () => [{ name: 'mobile', label: 'Mobile', address: '+49 151 5550123' }]
  return verification<Operator>({
    methods: [
      callBack({ numbers }),
      sentCode({
        destinations: numbers,
        deliver: ({ text }) => void messages.push(text),
        helpDesk: 'the help desk',
        contact: '+49 30 5550100',
      }),
      secondPerson({
        mayVouch: ({ voucherId }) => voucherId === 'ravi',
        vouchers: () => [{ id: 'ravi', name: 'Ravi Patel' }],
        address: 'console.example.org/vouch',
      }),
      inPerson(),
    ],
    require: () => [['call_back'], ['sent_code'], ['second_person'], ['in_person']],
    attestedSuffices: [['call_back'], ['in_person']],
    memory: memoryForOneProcess(),
  })
}
