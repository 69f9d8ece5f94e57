import { generateTemporaryPassword } from '@force-reset/core'
import type { OperatorCredentials } from '../settings/operator-credentials.ts'

/** Credentials made up for a demonstration. */
export function randomOperator(): OperatorCredentials {
  return { username: 'operator', password: generateTemporaryPassword().reveal() }
}
