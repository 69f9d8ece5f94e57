import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { generateTemporaryPassword } from '@force-reset/core'
import { anyCase } from '../names/any-case.ts'

/** The operator's name and password, as the environment gave them. */
export interface OperatorCredentials {
  readonly username: string
  readonly password: string
}

/** Credentials made up for a demonstration. */
export function randomOperator(): OperatorCredentials {
  return { username: 'operator', password: generateTemporaryPassword().reveal() }
}

/** The operator's name where somebody typed it, in any case; `undefined` for another text. */
export type NameOfOperator = (typed: string) => string | undefined

/**
 * Names whom a failed sign-in was for. No other text is ever named: people type passwords into the
 * field for the name.
 */
export function knownOperator({ username }: Pick<OperatorCredentials, 'username'>): NameOfOperator {
  return (typed) => (anyCase(typed) === anyCase(username) ? username : undefined)
}

/** Whether a name and a password are the operator's. */
export type CheckOperator = (attempt: OperatorCredentials) => boolean

/**
 * Compares with the operator's credentials in a time that depends on neither.
 *
 * Only digests under a random key are kept. They are of one length, and both are always compared.
 */
export function checkOperator(operator: OperatorCredentials): CheckOperator {
  const key = randomBytes(32)
  const digest = (text: string) => createHmac('sha256', key).update(text).digest()
  const username = digest(operator.username)
  const password = digest(operator.password)
  return (attempt) => {
    const sameName = timingSafeEqual(username, digest(attempt.username))
    const samePassword = timingSafeEqual(password, digest(attempt.password))
    return sameName && samePassword
  }
}
