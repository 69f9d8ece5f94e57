import { resultCodes } from '../connection/result-codes.ts'
import { TransportError } from '../connection/transport-error.ts'
import type { Observation } from '../dialect/observation.ts'
import type { Plan, SecretPlaceholder } from '../plan/request.ts'
import { compare, write } from '../plan/steps.ts'

const attribute = 'userPassword'
const throwaway: SecretPlaceholder = Object.freeze({ secret: 'password', encoding: 'utf8' })

/**
 * Whether slapd stores passwords as text: a random one is set on an account that was made for this,
 * and compared. A temporary password is never compared, because accesslog may keep the value.
 *
 * @example
 * const observation = yield* storedAsText('uid=throwaway,ou=services,dc=example,dc=com')
 */
export function* storedAsText(dn: string): Plan<Observation> {
  const changes = [{ operation: 'replace', attribute, values: [throwaway] } as const]
  const written = yield* write({ kind: 'modify', dn, changes })
  if (written instanceof TransportError || written.code !== resultCodes.success)
    return unanswered('set its password')
  const answer = yield* compare({ kind: 'compare', dn, attribute, value: throwaway })
  if (answer instanceof TransportError) return unanswered('compare its password')
  switch (answer.code) {
    case resultCodes.compareTrue:
      return asText
    case resultCodes.compareFalse:
      return hashed
    default:
      return unanswered('compare its password')
  }
}

const asText: Observation = {
  check: 'policy',
  level: 'problem',
  message: 'slapd stores passwords as text, as it stored the one of throwawayAccount just now.',
  cure:
    'Set olcPPolicyHashCleartext to TRUE at the overlay ppolicy. ' +
    'Passwords that were set before stay as they are: have them set anew.',
}

const hashed: Observation = {
  check: 'policy',
  level: 'ok',
  message: 'slapd hashes passwords, as it hashed the one of throwawayAccount just now.',
}

function unanswered(what: string): Observation {
  return {
    check: 'policy',
    level: 'unknown',
    message: `Whether slapd stores passwords as text is not known: it was not possible to ${what}.`,
    cure: 'Grant the service account =cw on userPassword of throwawayAccount.',
  }
}
