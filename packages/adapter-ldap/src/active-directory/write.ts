import { type Entry, text } from '../connection/entry.ts'
import type { ChangeStep, ModifyStep, SecretPlaceholder } from '../plan/request.ts'
import { guidDn } from './guid.ts'

/** What a write of a password is conditional on, and what it leaves in its place. */
export interface Condition {
  readonly attribute: string
  /** The value that must still be there; `undefined`: there must be none. */
  readonly seen: string | undefined
  readonly next: string
}

/**
 * Values of `pwdLastSet` ([MS-ADTS] 3.1.1.8.1.7): the password must be changed; the password was
 * set now.
 */
export const mustChangeNow = '0'
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

/**
 * The first condition that a write was sent with, read out of it again: the stamp, where there is
 * one.
 */
export function conditionOf({ changes }: ModifyStep): Condition | undefined {
  const added = changes.find(({ operation }) => operation === 'add')
  const deleted = changes.find(
    ({ operation, attribute }) => operation === 'delete' && attribute === added?.attribute,
  )
  const [next] = added?.values ?? []
  const [seen] = deleted?.values ?? []
  if (added === undefined || typeof next !== 'string') return undefined
  return { attribute: added.attribute, seen: typeof seen === 'string' ? seen : undefined, next }
}

/** Whether a write only put a throwaway password in, to be followed by the temporary one. */
export function isClaim({ changes }: ModifyStep): boolean {
  return changes.some(({ values }) =>
    values.some((value) => typeof value !== 'string' && value.secret === 'throwaway'),
  )
}

/**
 * Number of passwords that the account has had on this directory; `undefined` where it cannot be
 * read.
 */
export function keyVersion(entry: Entry): number | undefined {
  const value = text(entry, 'msDS-KeyVersionNumber')
  return value !== undefined && /^\d{1,10}$/.test(value) ? Number(value) : undefined
}
