import { controlOids } from '../connection/controls.ts'
import { type Entry, text, texts } from '../connection/entry.ts'
import type { Account, DiagnosisOrder, Site } from '../dialect/dialect.ts'
import { dnKey, parentDn } from '../dialect/dn.ts'
import { observed } from '../dialect/finding.ts'
import { clockObservation, type Observation } from '../dialect/observation.ts'
import { present } from '../dialect/search-filter.ts'
import { shownDn } from '../explain/explanation.ts'
import { privilegeObservations } from '../people/diagnose-privilege.ts'
import type { PeopleParts } from '../people/people-reading.ts'
import type { Plan, SearchStep } from '../plan/request.ts'
import { searches } from '../plan/steps.ts'
import { explainMissing, missingControls } from './missing-control.ts'
import { storedAsText } from './stored-as-text.ts'
import { mayNotReadAttributes, unreadableAttributes } from './unreadable-attributes.ts'

/** Shows the time where the service account may read the monitor database (slapd-monitor(5)). */
const timeDn = 'cn=Current,cn=Time,cn=Monitor'

/**
 * Asks four questions. What is slapd? Who in the privileged groups cannot be read? What may the
 * service account read of an account? Which databases take the controls of a reset? One account of
 * each container stands for the database of the container.
 *
 * @example
 * const observations = yield* diagnoseOpenLdap({ accounts, site }, people)
 */
export function* diagnoseOpenLdap(
  { accounts, site }: DiagnosisOrder,
  people: PeopleParts,
  throwawayAccount?: string,
): Plan<readonly Observation[]> {
  const [root, time] = yield* searches([
    entrySearch('', ['supportedControl']),
    entrySearch(timeDn, ['monitorTimestamp']),
  ])
  const shown = time?.entries[0]
  const [sample] = accounts
  const product = productObservation(root?.entries[0])
  const clock = clockObservation(shown && text(shown, 'monitorTimestamp'), site.now())
  // Another product does not know the attributes at all.
  if (product.level === 'problem') return [product, clock]
  const privilege = yield* privilegeObservations(people, site)
  const stored = throwawayAccount === undefined ? [] : [yield* storedAsText(throwawayAccount)]
  if (sample === undefined) return [product, clock, ...privilege, ...stored]
  return [
    product,
    clock,
    ...privilege,
    ...stored,
    yield* rightsObservation(sample.entry.dn, site),
    ...(yield* databaseObservations(accounts)),
    ...defaultPolicyObservations(accounts, site),
  ]
}

/** Receipts say `unproven` while slapd does not show its default policy. */
function defaultPolicyObservations(
  accounts: readonly Account[],
  site: Site,
): readonly Observation[] {
  const claimed = accounts.filter(
    ({ policy }) => policy.inForce === 'claimed' && policy.mustChange === true,
  )
  if (claimed.length === 0) return []
  return [
    {
      check: 'must_change',
      level: 'unknown',
      message:
        `For ${claimed.length} of ${accounts.length} accounts it is not proven that ` +
        'defaultPolicy is the default policy of slapd. Their receipts say mustChange: unproven.',
      cure:
        'Put this rule in front of the access rules of cn=config: to dn.subtree="cn=config" ' +
        'attrs=entry,objectClass,olcSuffix,olcPPolicyDefault ' +
        `by dn.exact="${shownDn(site.operatorDn())}" read by * break`,
    },
  ]
}

/**
 * Asks each database for the controls of a reset. The root entry speaks for the whole server: only
 * a modify tells whether one database has the overlay.
 */
function* databaseObservations(accounts: readonly Account[]): Plan<readonly Observation[]> {
  const dns = [...Map.groupBy(accounts, ({ entry }) => dnKey(parentDn(entry.dn))).values()].flatMap(
    ([first]) => first?.entry.dn ?? [],
  )
  const missing = yield* missingControls(dns)
  return dns.flatMap((dn, index) => {
    const control = missing[index]
    if (control === undefined) return []
    return observed(
      control === 'assertion' ? 'product' : 'must_change',
      'problem',
      explainMissing(control, dn),
    )
  })
}

function entrySearch(base: string, attributes: readonly string[]): SearchStep {
  return { kind: 'search', base, scope: 'base', filter: present('objectClass'), attributes }
}

function productObservation(root: Entry | undefined): Observation {
  const controls = root === undefined ? [] : texts(root, 'supportedControl')
  if (controls.length === 0)
    return {
      check: 'product',
      level: 'unknown',
      message: 'The server does not tell the service account which controls it supports.',
      cure: 'Let everybody read the root entry: access to dn.base="" by * read.',
    }
  if (!controls.includes(controlOids.assertion))
    return {
      check: 'product',
      level: 'problem',
      message:
        'This server knows no conditional writes (RFC 4528), ' +
        'without which openLdap() resets nothing.',
      cure: 'Choose the dialect of the product of this server: activeDirectory() or ds389().',
    }
  if (!controls.includes(controlOids.passwordPolicy))
    return {
      check: 'product',
      level: 'problem',
      message:
        'The password policy overlay is not loaded. ' +
        'Nobody can be made to choose a new password.',
      cure: 'Load the module ppolicy, and put the overlay on the database that holds the accounts.',
    }
  return {
    check: 'product',
    level: 'ok',
    message: 'The server knows conditional writes and the password policy overlay.',
  }
}

/** slapd does not tell what an account may write; which attributes can be read shows a part. */
function* rightsObservation(dn: string, site: Site): Plan<Observation> {
  const unreadable = yield* unreadableAttributes(dn)
  if (unreadable.length > 0)
    return observed('rights', 'problem', mayNotReadAttributes(unreadable, dn, site))
  const serviceAccount = shownDn(site.operatorDn())
  return {
    check: 'rights',
    level: 'unknown',
    message:
      'The service account may read the attributes that a reset is conditional on. ' +
      'Only a reset can tell whether the account may write userPassword and pwdReset.',
    cure:
      'This command on the server tells: ' +
      `slapacl -D "${serviceAccount}" -b "${shownDn(dn)}" userPassword/write pwdReset/write`,
  }
}
