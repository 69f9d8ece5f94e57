import { controlOids } from '../connection/controls.ts'
import { resultCodes } from '../connection/result-codes.ts'
import { TransportError } from '../connection/transport-error.ts'
import { parentDn } from '../dialect/dn.ts'
import { absent } from '../dialect/search-filter.ts'
import { type Problem, shownDn } from '../explain/problem.ts'
import type { ModifyStep, Plan, StepAnswer } from '../plan/request.ts'

/** A control that a reset needs, and that slapd does not take for an entry. */
type MissingControl = 'assertion' | 'password_policy'

/**
 * Which control a reset of each entry would lack, in the order of the names: one round trip, which
 * changes nothing. slapd takes a control for one operation in one database, so `supportedControl`
 * of the root entry does not tell.
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
 * an object class; and the value that it takes away is on no entry. slapd looks at the controls
 * before it looks at either.
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

/** The cause and the cure of a control that is missing for the entry `dn`. */
export function controlProblem(missing: MissingControl, dn: string): Problem {
  const container = shownDn(parentDn(dn))
  switch (missing) {
    case 'assertion':
      return {
        code: 'store_unavailable',
        key: 'control_not_supported',
        message: `The database that holds the accounts in ${container} takes no conditional writes (RFC 4528, ${controlOids.assertion}). Put the address of a slapd that stores these accounts itself into url.`,
        parameters: { container },
      }
    case 'password_policy':
      return {
        code: 'must_change_ineffective',
        key: 'no_password_policy',
        message: `The overlay ppolicy is not on the database that holds the accounts in ${container}, so nobody could be made to choose a new password, and the server would store the temporary one as text. Add the overlay to that database (cn=config: olcOverlay=ppolicy below its olcDatabase, with olcPPolicyDefault and olcPPolicyHashCleartext: TRUE; slapd.conf: overlay ppolicy in its section), on a consumer as well as on its provider.`,
        parameters: { container },
      }
    default:
      return missing satisfies never
  }
}
