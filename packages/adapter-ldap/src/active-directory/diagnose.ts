import { type Entry, text, texts } from '../connection/entry.ts'
import type { DiagnosisOrder, Site } from '../dialect/dialect.ts'
import { dnKey, parentDn } from '../dialect/dn.ts'
import { observed } from '../dialect/finding.ts'
import { clockObservation, type Observation, serviceAccountWithin } from '../dialect/observation.ts'
import { allOf, anyOf, equals, present } from '../dialect/search-filter.ts'
import { shownDn } from '../explain/explanation.ts'
import type { Plan, SearchStep } from '../plan/request.ts'
import { search, searches } from '../plan/steps.ts'
import { type ActiveDirectoryOptions, normalUser } from './options.ts'
import { domainDn } from './privilege/domain-dn.ts'
import { identifiersOf, ownIdentifiers } from './privilege/privileged-members.ts'
import { privilegeObservations } from './privilege-observations.ts'
import type { Parameters } from './reading.ts'
import { unfitStamp } from './stamp-attribute.ts'

/** Capabilities ([MS-ADTS] 3.1.1.3.4.3) of a domain controller, and of a read-only controller. */
const activeDirectory = '1.2.840.113556.1.4.800'
const readOnlyController = '1.2.840.113556.1.4.1920'

/**
 * What the controller is, and what the service account may write there.
 *
 * Four searches in one round trip, one search after them, two more for a stamp, and those of
 * {@link privilegeObservations}.
 *
 * @example
 * const observations = yield* diagnoseActiveDirectory({ accounts, site }, parameters)
 */
export function* diagnoseActiveDirectory(
  order: DiagnosisOrder,
  parameters: Parameters,
): Plan<readonly Observation[]> {
  const { options } = parameters
  const { accounts, site } = order
  const [sample] = accounts
  const [own, root, domain, rights] = yield* searches([
    ownIdentifiers,
    entrySearch('', ['supportedCapabilities', 'dsServiceName', 'currentTime']),
    entrySearch(domainDn(site.baseDn), ['fSMORoleOwner']),
    ...(sample === undefined ? [] : [entrySearch(sample.entry.dn, ['allowedAttributesEffective'])]),
  ])
  const within = yield* isWithinBase(identifiersOf(own), site)
  const { stampAttribute } = options
  const unfit = stampAttribute === undefined ? undefined : yield* unfitStamp(stampAttribute)
  const rootEntry = root?.entries[0]
  const allowed = rights?.entries[0]
  return [
    ...(within ? [serviceAccountWithin] : []),
    productObservation(rootEntry, domain?.entries[0]),
    clockObservation(rootEntry && text(rootEntry, 'currentTime'), site.now()),
    ...(unfit === undefined ? [] : [observed('rights', 'problem', unfit)]),
    ...(yield* privilegeObservations(parameters, site)),
    ...(allowed === undefined ? [] : [rightsObservation(allowed, order, options)]),
  ]
}

/**
 * Whether the service account is below the base. The account is found by its identifier, because
 * the name that signed in may be no DN.
 */
function* isWithinBase(identifiers: readonly Buffer[], { baseDn }: Site): Plan<boolean> {
  if (identifiers.length === 0) return false
  const filter = allOf(
    equals('sAMAccountType', normalUser),
    anyOf(identifiers.map((sid) => equals('objectSid', sid))),
  )
  const { entries } = yield* search({
    kind: 'search',
    base: baseDn,
    scope: 'sub',
    filter,
    attributes: ['objectSid'],
    sizeLimit: 1,
  })
  return entries.length > 0
}

function entrySearch(base: string, attributes: readonly string[]): SearchStep {
  return { kind: 'search', base, scope: 'base', filter: present('objectClass'), attributes }
}

function productObservation(root: Entry | undefined, domain: Entry | undefined): Observation {
  const capabilities = root === undefined ? [] : texts(root, 'supportedCapabilities')
  if (!capabilities.includes(activeDirectory))
    return {
      check: 'product',
      level: 'problem',
      message: 'This server does not say that it is an Active Directory domain controller.',
      cure: 'Choose the dialect of the product of this server: openLdap() or ds389().',
    }
  if (capabilities.includes(readOnlyController))
    return {
      check: 'product',
      level: 'problem',
      message: 'This is a read-only domain controller, which takes no resets.',
      cure: 'Put a writable controller into url, preferably the PDC emulator.',
    }
  const owner = domain && text(domain, 'fSMORoleOwner')
  const self = root && text(root, 'dsServiceName')
  if (owner === undefined || self === undefined || dnKey(owner) === dnKey(self))
    return { check: 'product', level: 'ok', message: 'This is a writable domain controller.' }
  return {
    check: 'product',
    level: 'warning',
    message:
      'This domain controller is not the PDC emulator. The PDC emulator hears of every new ' +
      'password at once, and the other controllers ask the PDC emulator where a sign-in fails.',
    cure:
      'Put the PDC emulator first into url. ' +
      'netdom query fsmo, or samba-tool fsmo show, names the PDC emulator.',
  }
}

/**
 * `allowedAttributesEffective` names the attributes that may be written ([MS-ADTS] 3.1.1.4.5.22).
 * A delegated account sets `unicodePwd` by the right Reset Password, which is not an attribute.
 */
function rightsObservation(
  allowed: Entry,
  { site }: DiagnosisOrder,
  { stampAttribute }: ActiveDirectoryOptions,
): Observation {
  const writable = new Set(
    texts(allowed, 'allowedAttributesEffective').map((name) => name.toLowerCase()),
  )
  const wanted = [
    'pwdLastSet',
    ...(site.unlock ? ['lockoutTime'] : []),
    ...(stampAttribute === undefined ? [] : [stampAttribute]),
  ]
  const missing = wanted.filter((name) => !writable.has(name.toLowerCase()))
  const container = shownDn(parentDn(allowed.dn))
  if (missing.length > 0)
    return {
      check: 'rights',
      level: 'problem',
      message:
        `The service account may not write ${missing.join(' and ')} ` +
        `of accounts in ${container}.`,
      cure:
        'Grant the service account there, for descendant user objects, the right Reset Password, ' +
        `and write on ${wanted.join(' and ')}. ` +
        'Accounts that AdminSDHolder protects take no such grant.',
    }
  if (writable.has('unicodepwd'))
    return {
      check: 'rights',
      level: 'ok',
      message: `The service account may reset passwords in ${container}.`,
    }
  return {
    check: 'rights',
    level: 'unknown',
    message:
      `The service account may write ${wanted.join(' and ')} in ${container}. ` +
      'Only a reset can tell whether the account has the right Reset Password.',
    cure:
      `This lists who has the right: dsacls "${container}", ` +
      `or samba-tool dsacl get --objectdn="${container}" ` +
      '(the right is 00299570-246d-11d0-a768-00aa006e0529).',
  }
}
