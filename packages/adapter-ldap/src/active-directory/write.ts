import type { ChangeStep, ModifyStep, SecretPlaceholder } from '../plan/request.ts'
import { mustChangeNow } from './account.ts'
import { guidDn } from './privilege/guid.ts'

/** What a write of a password is conditional on, and what it leaves in its place. */
export interface Condition {
  readonly attribute: string
  /** The value that must still be there; `undefined`: there must be none. */
  readonly seen: string | undefined
  readonly next: string
}

/** The value of `pwdLastSet` that says: set now ([MS-ADTS] 3.1.1.8.1.7). */
export const setNow = '-1'

/** What else a write does. */
interface Extras {
  readonly mustChange: boolean
  readonly unlock: boolean
  readonly secret: SecretPlaceholder['secret']
}

/**
 * One modify: password, must-change and unlock together, and only where every condition holds.
 * `delete` of a value that is not there any more fails, and the whole modify with it.
 *
 * @example
 * const step = passwordWrite(id, [{ attribute: 'pwdLastSet', seen, next: mustChangeNow }], {
 *   mustChange: true,
 *   unlock: true,
 *   secret: 'password',
 * })
 */
export function passwordWrite(
  id: string,
  conditions: readonly Condition[],
  { mustChange, unlock, secret }: Extras,
): ModifyStep {
  const lastSet = mustChange ? mustChangeNow : setNow
  const lastSetChange: readonly ChangeStep[] = conditions.some(
    ({ attribute }) => attribute === 'pwdLastSet',
  )
    ? []
    : [{ operation: 'replace', attribute: 'pwdLastSet', values: [lastSet] }]
  return {
    kind: 'modify',
    dn: guidDn(id),
    changes: [
      ...conditions.flatMap(swap),
      {
        operation: 'replace',
        attribute: 'unicodePwd',
        values: [{ secret, encoding: 'quoted_utf16le' }],
      },
      ...lastSetChange,
      ...(unlock
        ? [{ operation: 'replace', attribute: 'lockoutTime', values: ['0'] } as const]
        : []),
    ],
  }
}

function swap({ attribute, seen, next }: Condition): readonly ChangeStep[] {
  const added: ChangeStep = { operation: 'add', attribute, values: [next] }
  return seen === undefined ? [added] : [{ operation: 'delete', attribute, values: [seen] }, added]
}
