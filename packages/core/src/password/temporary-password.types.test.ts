import { expect, it } from 'vitest'
import type { AuditEvent } from '../port/audit-event.ts'
import type { PasswordLease } from '../port/password.ts'
import { generateTemporaryPassword } from './generate.ts'
import type { TemporaryPassword } from './temporary-password.ts'

/** What a log takes. */
function logField(_: string | number | boolean | null): void {}

/** `true` for a type that could be the value of a field of an audit event. */
type FitsAuditEvent<T> = T extends AuditEvent[keyof AuditEvent] ? true : false

it('does not compile where a secret is put into text, a log field or an audit event', () => {
  const password = generateTemporaryPassword()
  // Each line below is an error to the compiler, and `tsc` fails when one of them no longer is.
  // @ts-expect-error a secret is no text
  const text: string = password
  // @ts-expect-error a secret is no part of a text
  const sentence: `Password: ${TemporaryPassword}` = 'Password: '
  // @ts-expect-error what is joined to a text by + has to be text or a number
  const sum: number = 1 + password
  // @ts-expect-error a secret is no log field
  logField(password)
  // @ts-expect-error a secret is no reason of an audit event
  const reason: AuditEvent['reason'] = password
  // @ts-expect-error a secret fits no field of an audit event
  const fits: FitsAuditEvent<TemporaryPassword> = true
  // @ts-expect-error neither does a lease of a secret
  const leaseFits: FitsAuditEvent<PasswordLease> = true
  expect([text, reason].every((value) => Object.is(value, password))).toBe(true)
  // TypeScript lets every object stand in a template string: what then stands there is not the
  // secret.
  expect([`${password}`, sentence, sum, fits, leaseFits]).toEqual([
    '[TemporaryPassword]',
    'Password: ',
    '1[TemporaryPassword]',
    true,
    true,
  ])
  password.dispose()
})
