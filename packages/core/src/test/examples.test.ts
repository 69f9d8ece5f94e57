import { join } from 'node:path'
import { faultsInExamples } from '@force-reset/testing/examples'
import { expect, it } from 'vitest'

/** The names that the examples of core use without explaining them. */
const prelude = `
import { readFile } from 'node:fs/promises'
import { describe, it } from 'vitest'

interface MyOperator extends Operator { readonly roles: readonly string[] }

declare const asked: ForceResetRequest<MyOperator>
declare const audit: (event: AuditEvent) => Promise<void>
declare const authorize: ForceResetConfig<MyOperator>['authorize']
declare const cards: { isOf(userId: string, answer: string): Promise<boolean> }
declare const config: ForceResetConfig<MyOperator>
declare const directory: { numbersOf(userId: string): Promise<readonly Destination[]> }
declare const events: readonly AuditEvent[]
declare const found: FoundUser
declare const memory: VerificationMemory
declare const messages: { send(address: string, text: string): Promise<void> }
declare const now: User
declare const numbers: FindDestinations<MyOperator>
declare const operator: MyOperator
declare const options: { readonly retry?: unknown; readonly secret?: Secret }
declare const order: WriteOrder
declare const push: { ask(userId: string, text: string, token: string): Promise<void> }
declare const query: { execute(): Promise<readonly unknown[]> }
declare const question: ConfirmationQuestion
declare const resetId: string
declare const row: { readonly must_change: boolean; readonly password_expires_at: Date | null }
declare const rows: number
declare const secret: string
declare const seen: User
declare const session: { readonly userId: string }
declare const store: MemoryUserStore
declare const success: ResetSuccess
declare const user: User
declare const verificationId: string
declare const version: string

declare function explain(code: FailureCode): void
declare function log(line: string): void
declare function managerOf(userId: string): Promise<string>
declare function mySubject(): ConformanceSubject
declare function readPolicy(): Promise<StoreRefusal>
declare function refuseOrAskForNewPassword(state: SignInState): void
declare function show(text: string): void
declare function showOnce(password: string): void
declare function suspendMeanwhile(): Promise<void>
`

it('shows every exported function in use, in an example that compiles', () => {
  const source = join(import.meta.dirname, '..')
  const entryPoints = [
    'index.ts',
    'store.ts',
    'evidence.ts',
    'verification.ts',
    'testing/index.ts',
  ].map((path) => join(source, path))
  expect(faultsInExamples({ entryPoints, prelude })).toEqual([])
})
