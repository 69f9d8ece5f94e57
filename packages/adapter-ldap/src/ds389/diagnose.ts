import { type Entry, text, texts } from '../connection/entry.ts'
import { passwordModifyOid } from '../connection/password-modify.ts'
import type { DiagnosisOrder } from '../dialect/dialect.ts'
import { parentDn } from '../dialect/dn.ts'
import { clockObservation, type Observation } from '../dialect/observation.ts'
import { present } from '../dialect/search-filter.ts'
import { shownDn } from '../explain/explanation.ts'
import { privilegeObservations } from '../people/diagnose-privilege.ts'
import type { PeopleParts } from '../people/people-reading.ts'
import type { Plan, SearchStep } from '../plan/request.ts'
import { searches } from '../plan/steps.ts'

/**
 * The attributes that an account is judged by. An attribute that may not be read looks absent: an
 * inactivated account would pass for an active one.
 */
const judgedBy = [
  'nsAccountLock',
  'pwdReset',
  'passwordExpirationTime',
  'pwdpolicysubentry',
  'accountUnlockTime',
  'passwordRetryCount',
]

/**
 * What the server is, and what the service account may do: three searches in one round trip. Then
 * who in the privileged groups cannot be read.
 *
 * @example
 * const observations = yield* diagnoseDs389({ accounts, site }, people)
 */
export function* diagnoseDs389(
  { accounts, site }: DiagnosisOrder,
  people: PeopleParts,
): Plan<readonly Observation[]> {
  const [sample] = accounts
  const [root, monitor, rights] = yield* searches([
    entrySearch('', ['supportedExtension']),
    entrySearch('cn=monitor', ['currentTime']),
    ...(sample === undefined
      ? []
      : [
          {
            ...entrySearch(sample.entry.dn, ['userPassword', ...judgedBy]),
            rightsOf: site.operatorDn(),
          },
        ]),
  ])
  const shown = monitor?.entries[0]
  return [
    productObservation(root?.entries[0]),
    clockObservation(shown && text(shown, 'currentTime'), site.now()),
    ...(sample === undefined
      ? []
      : [rightsObservation(rights?.entries[0], parentDn(sample.entry.dn), site.operatorDn())]),
    ...(yield* privilegeObservations(people, site)),
  ]
}

function entrySearch(base: string, attributes: readonly string[]): SearchStep {
  return { kind: 'search', base, scope: 'base', filter: present('objectClass'), attributes }
}

function productObservation(root: Entry | undefined): Observation {
  const operations = root === undefined ? [] : texts(root, 'supportedExtension')
  if (operations.length === 0)
    return {
      check: 'product',
      level: 'unknown',
      message: 'The server does not tell the service account which operations it supports.',
      cure: 'Let everybody read the root entry.',
    }
  if (operations.includes(passwordModifyOid))
    return {
      check: 'product',
      level: 'ok',
      message: 'The server knows the extended operation that must-change needs.',
    }
  return {
    check: 'product',
    level: 'problem',
    message: 'The server does not know the extended operation that sets passwords (RFC 3062).',
    cure:
      'Choose the dialect of the product of this server, ' +
      'or enable the plugin of this operation.',
  }
}

/**
 * The rights on one attribute, from `attributeLevelRights: userPassword:wo, pwdReset:rsc, …`: `w`
 * write, `o` obliterate, `r` read, `s` search, `c` compare, `none`.
 */
function rightsOn(attribute: string, entry: Entry | undefined): string | undefined {
  const all = ((entry && text(entry, 'attributeLevelRights')) ?? '')
    .split(/,\s*/)
    .map((one) => one.split(':'))
  const rights = all.find(([name]) => name?.toLowerCase() === attribute.toLowerCase())?.[1]
  return rights?.toLowerCase() === 'none' ? '' : rights
}

function rightsObservation(
  entry: Entry | undefined,
  container: string,
  serviceAccountDn: string,
): Observation {
  const rights = rightsOn('userPassword', entry)
  const where = shownDn(container)
  const unreadable = judgedBy.filter(
    (attribute) => rightsOn(attribute, entry)?.includes('r') === false,
  )
  if (unreadable.length > 0)
    return {
      check: 'rights',
      level: 'problem',
      message:
        `The service account may not read ${unreadable.join(', ')} of accounts in ${where}. ` +
        'Accounts are judged by these attributes: an inactivated one may pass for an active one.',
      cure:
        `Give the service account this ACI there: (targetattr="${unreadable.join(' || ')}")` +
        '(version 3.0; acl "reset-operator reads people"; allow (read,search,compare) ' +
        `userdn="ldap:///${shownDn(serviceAccountDn)}";)`,
    }
  if (rights === undefined)
    return {
      check: 'rights',
      level: 'unknown',
      message: 'The server does not tell what the service account may do. Only a reset can tell.',
      cure: `Check that an ACI allows the service account write on userPassword in ${where}.`,
    }
  if (rights.includes('w'))
    return {
      check: 'rights',
      level: 'ok',
      message: `The service account may reset passwords in ${where}.`,
    }
  return {
    check: 'rights',
    level: 'problem',
    message: `The service account may not reset passwords in ${where}.`,
    cure: 'Give the service account an ACI there that allows write on userPassword.',
  }
}
