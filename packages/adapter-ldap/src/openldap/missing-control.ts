import { controlOids } from '../connection/controls.ts'
import { resultCodes } from '../connection/result-codes.ts'
import { TransportError } from '../connection/transport-error.ts'
import { parentDn } from '../dialect/dn.ts'
import { absent } from '../dialect/search-filter.ts'
import { type Explanation, shownDn } from '../explain/explanation.ts'
import type { ModifyStep, Plan, StepAnswer } from '../plan/request.ts'

/** A control that a reset needs, and that slapd does not take for some entry. */
export type MissingControl = 'assertion' | 'password_policy'

/**
 * Which control a reset of each entry would lack, in the order of the names. The question is one
 * round trip, and changes nothing. `supportedControl` of the root entry does not tell, because
 * slapd takes a control for one operation in one database.
 */
export function* missingControls(
  dns: readonly string[],
): Plan<readonly (MissingControl | undefined)[]> {
  const answers =
    dns.length === 0
      ? []
      : yield dns.flatMap((dn) => [
          refusedStep(dn),
          { ...refusedStep(dn), policyState: 'required' },
        ])
  return dns.map((_, index) => {
    if (isUnavailable(answers[2 * index])) return 'assertion'
    return isUnavailable(answers[2 * index + 1]) ? 'password_policy' : undefined
  })
}

/**
 * A modify that cannot change anything. Its condition holds for no entry, because every entry has
 * an object class. No entry has the value that the modify deletes, either. The controls come first:
 * slapd checks them before the condition and the value.
 */
function refusedStep(dn: string): ModifyStep {
  const changes = [
    {
      operation: 'delete',
      attribute: 'description',
      values: ['force-reset asks which controls are available'],
    },
  ] as const
  return { kind: 'modify', dn, changes, assertion: absent('objectClass') }
}

function isUnavailable(answer: StepAnswer | undefined): boolean {
  return (
    answer !== undefined &&
    !(answer instanceof TransportError) &&
    answer.code === resultCodes.unavailableCriticalExtension
  )
}

/**
 * Explains that a control is missing for the entry `dn`.
 *
 * @example
 * if (missing !== undefined) return refusedFor(explainMissing(missing, dn), answer.code)
 */
export function explainMissing(missing: MissingControl, dn: string): Explanation {
  const container = shownDn(parentDn(dn))
  switch (missing) {
    case 'assertion':
      return {
        code: 'store_unavailable',
        key: 'control_not_supported',
        what:
          `The database that holds the accounts in ${container} takes no conditional writes ` +
          `(RFC 4528, ${controlOids.assertion}).`,
        cure: 'Put the address of a slapd that stores these accounts itself into url.',
        parameters: { container },
      }
    case 'password_policy':
      return {
        code: 'must_change_ineffective',
        key: 'no_password_policy',
        what:
          `The overlay ppolicy is not on the database that holds the accounts in ${container}. ` +
          'Nobody could be made to choose a new password, ' +
          'and the server would store the temporary password as text.',
        cure:
          'Add the overlay to that database, on a consumer as well as on its provider. ' +
          'In cn=config: olcOverlay=ppolicy below the olcDatabase, ' +
          'with olcPPolicyDefault and olcPPolicyHashCleartext: TRUE. ' +
          'In slapd.conf: overlay ppolicy in the section of the database.',
        parameters: { container },
      }
    default:
      return missing satisfies never
  }
}
