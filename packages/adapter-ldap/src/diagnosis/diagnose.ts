import type { TLSSocket } from 'node:tls'
import { bindAs, isLetIn } from '../connection/bind-as.ts'
import { serverTrouble } from '../connection/connection-keeper.ts'
import type { Credentials } from '../connection/credentials.ts'
import { dial } from '../connection/dial.ts'
import type { Endpoint } from '../connection/endpoint.ts'
import { fetchedCredentials } from '../connection/fetched-credentials.ts'
import { type LdapConnection, ldapConnection } from '../connection/ldap-connection.ts'
import { TransportError } from '../connection/transport-error.ts'
import type { Account, AccountPage, Dialect, Site } from '../dialect/dialect.ts'
import { isWithin } from '../dialect/dn.ts'
import { type Finding, observed } from '../dialect/finding.ts'
import { type DiagnosisCheck, type Observation, operatorWithin } from '../dialect/observation.ts'
import { present } from '../dialect/search-filter.ts'
import { explainResult } from '../explain/explain-result.ts'
import type { Plan } from '../plan/request.ts'
import { runPlan } from '../plan/run-plan.ts'
import { search } from '../plan/steps.ts'
import { answerCache } from '../store/answer-cache.ts'
import { type LdapUserStoreOptions, type StoreSettings, storeSettings } from '../store/options.ts'
import { problemOf } from '../store/problem-of.ts'
import { stepSender } from '../store/send-steps.ts'
import { accountObservations, resettable, unreached } from './account-observations.ts'
import { certificateObservation, earliestEnd } from './certificate-observation.ts'
import { dialObservations } from './dial-observations.ts'

/** So many accounts are looked at. */
const sampleSize = 20

const checks: readonly DiagnosisCheck[] = [
  ...([
    'connection',
    'certificate',
    'bind',
    'base',
    'product',
    'users',
    'rights',
    'policy',
    'must_change',
    'clock',
  ] as const),
]

/**
 * Says, for each server in `url` and in words, what would keep resets from working, and what to do
 * about it. It takes the options of {@link ldapUserStore}.
 *
 * It changes nothing but what a server notes down about the sign-in of the operator account. Only
 * OpenLDAP is sent more than questions: modifies that slapd has to refuse, because their condition
 * holds for no entry. A refused sign-in is not repeated at the next server, so that a wrong
 * password does not lock the account. Nothing in a finding is a server's own text.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG` for options that cannot work. Everything else is a
 *   finding.
 * @example
 * for (const { level, server, message, cure } of await diagnose(options)) {
 *   if (level !== 'ok') log(`${level} ${server}: ${message} ${cure}`)
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
    return [observed('bind', 'problem', problemOf(error, dialect.explain).problem)]
  }
  try {
    const result = await bindAs(connection, credentials)
    const problem = explainResult(result, { doing: 'bind' }, dialect.explain)
    if (serverTrouble.has(result.code)) return [observed('bind', 'unknown', problem)]
    if (!isLetIn(result)) return [observed('bind', 'problem', problem)]
  } catch (error) {
    return [observed('bind', 'unknown', problemOf(error, dialect.explain).problem)]
  }
  const letIn: Observation = {
    check: 'bind',
    level: 'ok',
    message: 'The operator account is let in.',
  }
  return [letIn, ...(await directoryObservations(connection, settings, credentials))]
}

/** Everything that is asked of the directory itself. */
async function directoryObservations(
  connection: LdapConnection,
  settings: StoreSettings,
  { dn }: Credentials,
): Promise<readonly Observation[]> {
  const { dialect, baseDn, unlock, now } = settings
  const site: Site = { baseDn, unlock, now, operatorDn: () => dn }
  const send = stepSender({ connection, cache: answerCache({ cacheMs: 0, now }) })
  const ask = async <T>(check: DiagnosisCheck, plan: Plan<T>): Promise<Asked<T>> => {
    try {
      return { answer: await runPlan(plan, send) }
    } catch (error) {
      return { failed: [observed(check, 'problem', problemOf(error, dialect.explain).problem)] }
    }
  }
  const base = await ask('base', baseObservation(baseDn, dn))
  if (base.failed || (base.answer.level !== 'ok' && base.answer !== operatorWithin))
    return base.failed ?? [base.answer]
  const page = await ask('users', sampled(dialect, site))
  const own = await ask(
    'product',
    dialect.diagnose({ accounts: page.failed ? [] : resettable(page.answer), site }),
  )
  const ofProduct = own.failed ?? own.answer
  const general = [base.answer, ...(page.failed ?? accountObservations(page.answer, dialect))]
  // A product that knows better says so in place of the general answer that all is well.
  const known = new Set(ofProduct.map(({ check }) => check))
  const lasting = general.filter(
    (one) => !ofProduct.includes(one) && (one.level !== 'ok' || !known.has(one.check)),
  )
  return [...lasting, ...ofProduct]
}

/** Some accounts, each as a reset looks at it: a list tells less. */
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

function* baseObservation(base: string, operatorDn: string): Plan<Observation> {
  const { entries } = yield* search({
    kind: 'search',
    base,
    scope: 'base',
    filter: present('objectClass'),
    attributes: ['objectClass'],
  })
  if (entries.length === 1)
    return isWithin(operatorDn, base)
      ? operatorWithin
      : { check: 'base', level: 'ok', message: 'baseDn exists.' }
  return {
    check: 'base',
    level: 'problem',
    message: 'baseDn does not exist, or the operator account may not see it.',
    cure: 'Correct baseDn, or let the operator account read that entry and what is below it.',
  }
}

const notTriedAgain: Observation = {
  check: 'bind',
  level: 'unknown',
  message:
    'Not tried here, because another server did not let the operator account in; repeating it might lock the account.',
  cure: 'See to the finding about bind at the other server first.',
}
