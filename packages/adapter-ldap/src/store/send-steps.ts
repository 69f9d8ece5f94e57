import { setTimeout as delay } from 'node:timers/promises'
import type { PasswordLease, PasswordRules } from '@force-reset/core'
import type { ConnectionKeeper } from '../connection/connection-keeper.ts'
import {
  AccessListControl,
  AssertionControl,
  controlOids,
  EffectiveRightsControl,
  PolicyStateControl,
  PostReadControl,
  plainControl,
} from '../connection/controls.ts'
import type { LdapConnection, LdapResult, SearchResult } from '../connection/ldap-connection.ts'
import { passwordModifyOid, passwordModifyValue } from '../connection/password-modify.ts'
import { resultCodes } from '../connection/result-codes.ts'
import { type SecretValue, secretValue } from '../connection/secret-value.ts'
import { safeCauseOf, TransportError } from '../connection/transport-error.ts'
import type {
  CompareStep,
  ModifyStep,
  PasswordModifyStep,
  SearchStep,
  SecretPlaceholder,
  SignInStep,
  Step,
  StepAnswer,
  WriteAnswer,
} from '../plan/request.ts'
import type { SendSteps } from '../plan/run-plan.ts'
import type { AnswerCache } from './answer-cache.ts'
import { encodedSecret } from './secret-bytes.ts'
import { throwawayLike } from './throwaway-like.ts'

/** What steps are sent with. */
export interface Sender {
  readonly connection: LdapConnection
  /** Absent where nobody signs in. */
  readonly keeper?: ConnectionKeeper | undefined
  readonly cache: AnswerCache
  /** Gives the connection for steps that are sent alone. Absent where there are none. */
  readonly apart?: (() => Promise<LdapConnection>) | undefined
  /** Absent where nothing is written. */
  readonly password?: PasswordLease | undefined
  /** Rules that a throwaway password has to meet too. */
  readonly rules?: PasswordRules | undefined
}

/**
 * Sends steps over one connection, the steps of one call at the same time.
 *
 * @example
 * const outcome = await runPlan(plan, stepSender({ connection, keeper, cache }))
 */
export function stepSender(sender: Sender): SendSteps {
  return (steps) => Promise.all(steps.map((step) => answered(sender, step)))
}

async function answered(sender: Sender, step: Step): Promise<StepAnswer> {
  try {
    return await send(
      step.alone && sender.apart ? { ...sender, connection: await sender.apart() } : sender,
      step,
    )
  } catch (error) {
    // Whatever else went wrong happened before anything was sent.
    return error instanceof TransportError
      ? error
      : new TransportError('not_sent', safeCauseOf(error))
  }
}

async function send(sender: Sender, step: Step): Promise<StepAnswer> {
  switch (step.kind) {
    case 'search':
      return sendSearch(sender, step)
    case 'modify':
      return sendModify(sender, step)
    case 'password_modify':
      return sendPasswordModify(sender, step)
    case 'compare':
      return sendCompare(sender, step)
    case 'sign_in':
      return sendSignIn(sender, step)
    case 'wait':
      await delay(step.milliseconds)
      return { code: resultCodes.success, diagnostic: '' }
    default:
      return step satisfies never
  }
}

async function sendSearch({ connection, cache }: Sender, step: SearchStep): Promise<SearchResult> {
  const known = step.cached ? cache.get(connection.endpoint, step) : undefined
  if (known !== undefined) return known
  const controls = [
    step.showDeleted && plainControl(controlOids.showDeleted),
    step.realAttributes && plainControl(controlOids.realAttributes, { critical: false }),
    step.accessList && new AccessListControl(),
    step.rightsOf === undefined ? undefined : new EffectiveRightsControl(step.rightsOf),
  ].filter((control) => typeof control === 'object')
  const { base, scope, filter, attributes, sizeLimit } = step
  const result = await connection.search({ base, scope, filter, attributes, sizeLimit, controls })
  const lasting = result.code === resultCodes.success || result.code === resultCodes.noSuchObject
  if (step.cached !== undefined && lasting) cache.put(connection.endpoint, step, result)
  return result
}

async function sendModify(
  sender: Sender,
  { dn, changes, assertion, readBack, policyState }: ModifyStep,
): Promise<WriteAnswer> {
  const postRead = readBack && new PostReadControl(readBack)
  const policy = policyState && new PolicyStateControl({ critical: policyState === 'required' })
  const controls = [assertion && new AssertionControl(assertion), postRead, policy].filter(
    (control) => control !== undefined,
  )
  const placeholders = changes.flatMap(({ values }) =>
    values.filter((value) => typeof value !== 'string'),
  )
  const result = await withSecrets(sender, placeholders, (secrets) =>
    sender.connection.modify({
      dn,
      changes: changes.map((change) => ({
        ...change,
        values: change.values.map((value) => secretFor(value, secrets)),
      })),
      controls,
    }),
  )
  return { ...plainResult(result), readBack: postRead?.entry, policyError: policy?.value?.error }
}

async function sendPasswordModify(
  sender: Sender,
  { dn, newPassword }: PasswordModifyStep,
): Promise<WriteAnswer> {
  const policy = new PolicyStateControl()
  const result = await withSecrets(sender, [newPassword], (secrets) =>
    sender.connection.extended({
      oid: passwordModifyOid,
      value: passwordModifyValue(dn, secrets.get(newPassword)),
      controls: [policy],
    }),
  )
  return { ...plainResult(result), policyError: policy.value?.error }
}

function sendCompare(sender: Sender, { dn, attribute, value }: CompareStep): Promise<WriteAnswer> {
  return withSecrets(sender, [value], async (secrets) => {
    const secret = secrets.get(value)
    if (secret === undefined) throw new TransportError('not_sent')
    return plainResult(await sender.connection.compare({ dn, attribute, value: secret.value }))
  })
}

/** On a connection of its own, so that nothing else is ever done in the name of the user. */
async function sendSignIn(sender: Sender, { dn, password }: SignInStep): Promise<WriteAnswer> {
  if (sender.keeper === undefined) throw new TransportError('not_sent')
  const connection = await sender.keeper.unbound(sender.connection.endpoint)
  try {
    const policy = new PolicyStateControl()
    const result = await withSecrets(sender, [password], (secrets) => {
      const secret = secrets.get(password)
      if (secret === undefined) throw new TransportError('not_sent')
      return connection.bind({ dn, password: secret.value, controls: [policy] })
    })
    return { ...plainResult(result), policyError: policy.value?.error }
  } finally {
    connection.close()
  }
}

type Secrets = ReadonlyMap<SecretPlaceholder, SecretValue>

/**
 * Puts the bytes in for as long as the operation takes, and wipes them and every copy of them
 * afterwards.
 */
async function withSecrets<T>(
  sender: Sender,
  placeholders: readonly SecretPlaceholder[],
  work: (secrets: Secrets) => Promise<T>,
): Promise<T> {
  const [first, ...others] = placeholders
  if (first === undefined) return work(new Map())
  return lent(sender, first, (bytes) => {
    const encoded = encodedSecret(bytes, first.encoding)
    const secret = secretValue(encoded)
    encoded.fill(0)
    return withSecrets(sender, others, (secrets) =>
      work(new Map([...secrets, [first, secret]])),
    ).finally(() => secret.wipe())
  })
}

function lent<T>(
  { password, rules }: Sender,
  { secret }: SecretPlaceholder,
  work: (bytes: Uint8Array) => Promise<T>,
): Promise<T> {
  if (password === undefined) throw new TransportError('not_sent')
  switch (secret) {
    case 'password':
      return password.use(work)
    case 'throwaway':
      return password.use((bytes) => {
        const throwaway = throwawayLike(bytes, rules?.forbidden)
        return work(throwaway).finally(() => throwaway.fill(0))
      })
    default:
      return secret satisfies never
  }
}

function secretFor(value: string | SecretPlaceholder, secrets: Secrets): string | Buffer {
  if (typeof value === 'string') return value
  const secret = secrets.get(value)
  if (secret === undefined) throw new TransportError('not_sent')
  return secret.value
}

function plainResult({ code, diagnostic }: LdapResult): LdapResult {
  return { code, diagnostic }
}
