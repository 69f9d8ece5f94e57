import { expect, it } from 'vitest'
import type { AuditEvent } from './audit-event.ts'
import { generateTemporaryPassword } from './generate.ts'

/** What a log takes. */
function logField(_: string | number | boolean | null): void {}

it('does not compile where a secret is put into a variable for text, a log field or an audit event', () => {
  const password = generateTemporaryPassword()
  // Each line below is an error to the compiler, and `tsc` fails when one of them no longer is.
  // @ts-expect-error a secret is no text
  const text: string = password
  // @ts-expect-error a secret is no log field
  logField(password)
  // @ts-expect-error a secret is no reason of an audit event
  const reason: AuditEvent['reason'] = password
  expect([text, reason].every((value) => Object.is(value, password))).toBe(true)
  password.dispose()
})
