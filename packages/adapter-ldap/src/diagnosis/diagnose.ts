import { randomBytes } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import type { PasswordLease } from '@force-reset/core'
import { bindAs, isLetIn } from '../connection/bind-as.ts'
import { serverTrouble } from '../connection/connection-keeper.ts'
import { dial } from '../connection/dial.ts'
import type { Endpoint } from '../connection/endpoint.ts'
import { type Credentials, fetchedCredentials } from '../connection/fetched-credentials.ts'
import { type LdapConnection, ldapConnection } from '../connection/ldap-connection.ts'
import { TransportError } from '../connection/transport-error.ts'
import type { Account, AccountPage, Dialect, Site } from '../dialect/dialect.ts'
import { isWithin } from '../dialect/dn.ts'
import { type Finding, observed } from '../dialect/finding.ts'
import {
  type DiagnosisCheck,
  type Observation,
  serviceAccountWithin,
} from '../dialect/observation.ts'
import { present } from '../dialect/search-filter.ts'
import { explainResult } from '../explain/explain-result.ts'
import type { Plan } from '../plan/request.ts'
import { runPlan } from '../plan/run-plan.ts'
import { search } from '../plan/steps.ts'
import { answerCache } from '../store/answer-cache.ts'
import { explainError } from '../store/explain-error.ts'
import { type LdapUserStoreOptions, type StoreSettings, storeSettings } from '../store/options.ts'
import { stepSender } from '../store/send-steps.ts'
import { accountObservations, resettable, unreached } from './account-observations.ts'
import { certificateObservation, earliestEnd } from './certificate-observation.ts'
import { dialObservations } from './dial-observations.ts'

/** Most accounts that are looked at. */
const sampleSize = 20

const checks: readonly DiagnosisCheck[] = [
  'connection',
  'certificate',
  'bind',
  'base',
  'product',
  'users',
  'privileged',
  'rights',
  'policy',
  'must_change',
  'clock',
]

/**
 * Says in words, for each server in `url`, why resets would fail there, and what to do. It takes
 * the options of `ldapUserStore`.
 *
 * A diagnosis changes nothing; a server may record the sign-in of the service account. Only
 * OpenLDAP is sent more than searches: modifies that slapd has to refuse, because their condition
 * holds for no entry. With `throwawayAccount` it sets the password of that account.
 *
 * A refused sign-in is not repeated at the next server, so that a wrong password does not lock the
 * service account. No finding holds a server's own text.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG` for options that cannot work. Everything else is a
 *   finding.
 * @example
 * const findings = await diagnose({
 *   url: 'ldaps://ldap1.example.com',
 *   baseDn: 'ou=people,dc=example,dc=com',
 *   bind: async () => ({ dn: serviceAccountDn, password: await vault.read('reset-operator') }),
 *   dialect: openLdap({ privilegedGroups: ['cn=admins,ou=groups,dc=example,dc=com'] }),
 * })
 * for (const { level, server, message, cure = '' } of findings) {
 *   if (level !== 'ok') console.log(`${level} ${server}: ${message} ${cure}`)
 * }
 */
export async function diagnose(options: LdapUserStoreOptions): Promise<readonly Finding[]> {
  const settings = storeSettings(options)
  const findings: Finding[] = []
  let refused = false
  for (const endpoint of settings.endpoints) {
    const found = await serverObservations(endpoint, settings, refused)
    refused ||= found.some(({ check, level }) => check === 'bind' && level === 'problem')
    findings.push(
      ...checks
        .flatMap((check) => whatIsKnown(found, check))
        .map((observation) => ({ ...observation, server: endpoint.name })),
    )
  }
  return findings
}

function whatIsKnown(found: readonly Observation[], check: DiagnosisCheck): readonly Observation[] {
  const known = found.filter((observation) => observation.check === check)
  return known.length === 0 ? [unreached(check)] : known
}

async function serverObservations(
  endpoint: Endpoint,
  settings: StoreSettings,
  refused: boolean,
): Promise<readonly Observation[]> {
  const { tls, operationTimeoutMs, now } = settings
  let socket: TLSSocket
  try {
    socket = await dial(endpoint, settings)
  } catch (error) {
    if (!(error instanceof TransportError)) throw error
    return dialObservations(error, endpoint, tls.servername ?? endpoint.host)
  }
  const reached: readonly Observation[] = [
    {
      check: 'connection',
      level: 'ok',
      message: `The server answers, with ${socket.getProtocol() ?? 'TLS'}.`,
    },
    certificateObservation(earliestEnd(socket), now()),
  ]
  const connection = ldapConnection(socket, { endpoint: endpoint.name, operationTimeoutMs })
  try {
    return [...reached, ...(await boundObservations(connection, settings, refused))]
  } finally {
    connection.close()
  }
}

async function boundObservations(
  connection: LdapConnection,
  settings: StoreSettings,
  refused: boolean,
): Promise<readonly Observation[]> {
  const { dialect } = settings
  if (refused) return [notTriedAgain]
  let credentials: Credentials
  try {
    credentials = await fetchedCredentials(settings)
  } catch (error) {
    return [observed('bind', 'problem', explainError(error, dialect.explain).explanation)]
  }
  try {
    const result = await bindAs(connection, credentials)
    const explanation = explainResult(result, { doing: 'bind' }, dialect.explain)
    if (serverTrouble.has(result.code)) return [observed('bind', 'unknown', explanation)]
    if (!isLetIn(result)) return [observed('bind', 'problem', explanation)]
  } catch (error) {
    return [observed('bind', 'unknown', explainError(error, dialect.explain).explanation)]
  }
  const letIn: Observation = {
    check: 'bind',
    level: 'ok',
    message: 'The service account is let in.',
  }
  return [letIn, ...(await directoryObservations(connection, settings, credentials))]
}

/** The checks that ask the directory itself, once the service account is let in. */
async function directoryObservations(
  connection: LdapConnection,
  settings: StoreSettings,
  { dn }: Credentials,
): Promise<readonly Observation[]> {
  const { dialect, baseDn, unlock, now } = settings
  const site: Site = { baseDn, unlock, now, operatorDn: () => dn }
  const cache = answerCache({ cacheMs: 0, now })
  // Nobody's password: a dialect sets it on an account that was made for a diagnosis.
  const bytes = Buffer.from(`${randomBytes(24).toString('base64url')}-aA1`)
  const password: PasswordLease = { use: async (work) => work(bytes) }
  const send = stepSender({ connection, cache, password })
  const ask = async <T>(check: DiagnosisCheck, plan: Plan<T>): Promise<Asked<T>> => {
    try {
      return { answer: await runPlan(plan, send) }
    } catch (error) {
      const { explanation } = explainError(error, dialect.explain)
      return { failed: [observed(check, 'problem', explanation)] }
    }
  }
  const base = await ask('base', baseObservation(baseDn, dn))
  if (base.failed || (base.answer.level !== 'ok' && base.answer !== serviceAccountWithin))
    return base.failed ?? [base.answer]
  const page = await ask('users', sampled(dialect, site))
  const own = await ask(
    'product',
    dialect.diagnose({ accounts: page.failed ? [] : resettable(page.answer), site }),
  )
  const ofProduct = own.failed ?? own.answer
  const general = [base.answer, ...(page.failed ?? accountObservations(page.answer, dialect))]
  // A finding of the product takes the place of the general finding that all is well.
  const known = new Set(ofProduct.map(({ check }) => check))
  const lasting = general.filter(
    (one) => !ofProduct.includes(one) && (one.level !== 'ok' || !known.has(one.check)),
  )
  return [...lasting, ...ofProduct]
}

/** Some accounts, each read as a reset reads an account: a list tells less. */
function* sampled(dialect: Dialect, site: Site): Plan<AccountPage> {
  const page = yield* dialect.list({ limit: sampleSize }, site)
  const accounts: Account[] = []
  for (const { user } of page.accounts) {
    const account = yield* dialect.find(user.id, site)
    if (account !== undefined) accounts.push(account)
  }
  return { ...page, accounts }
}

type Asked<T> =
  | { readonly answer: T; readonly failed?: undefined }
  | { readonly failed: readonly Observation[] }

function* baseObservation(base: string, serviceAccountDn: string): Plan<Observation> {
  const { entries } = yield* search({
    kind: 'search',
    base,
    scope: 'base',
    filter: present('objectClass'),
    attributes: ['objectClass'],
  })
  if (entries.length === 1)
    return isWithin(serviceAccountDn, base)
      ? serviceAccountWithin
      : { check: 'base', level: 'ok', message: 'baseDn exists.' }
  return {
    check: 'base',
    level: 'problem',
    message: 'baseDn does not exist, or the service account may not see its entry.',
    cure: 'Correct baseDn, or let the service account read that entry and the entries below it.',
  }
}

const notTriedAgain: Observation = {
  check: 'bind',
  level: 'unknown',
  message:
    'The sign-in was not tried here, because another server did not let the service account in. ' +
    'To repeat the sign-in might lock the account.',
  cure: 'See to the finding about bind at the other server first.',
}
