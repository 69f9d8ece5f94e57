import { controlOids } from '../connection/controls.ts'
import { type Entry, text, texts } from '../connection/entry.ts'
import type { Account, DiagnosisOrder, Site } from '../dialect/dialect.ts'
import { dnKey, parentDn } from '../dialect/dn.ts'
import { observed } from '../dialect/finding.ts'
import { clockObservation, type Observation } from '../dialect/observation.ts'
import { present } from '../dialect/search-filter.ts'
import { shownDn } from '../explain/problem.ts'
import type { Plan, SearchStep } from '../plan/request.ts'
import { searches } from '../plan/steps.ts'
import { controlProblem, missingControls } from './missing-control.ts'
import { mayNotReadAttributes, unreadableAttributes } from './unreadable-attributes.ts'

/**
 * The time, where the monitor database is set up and open to the operator account
 * (slapd-monitor(5)).
 */
const timeDn = 'cn=Current,cn=Time,cn=Monitor'

/**
 * What slapd is, what it lets be read of an account, and whether the database of each container
 * takes the controls of a reset: a round trip each.
 */
export function* diagnoseOpenLdap({
  accounts,
  site,
}: DiagnosisOrder): Plan<readonly Observation[]> {
  const [root, time] = yield* searches([
    entrySearch('', ['supportedControl']),
    entrySearch(timeDn, ['monitorTimestamp']),
  ])
  const shown = time?.entries[0]
  const [sample] = accounts
  const product = productObservation(root?.entries[0])
  const clock = clockObservation(shown && text(shown, 'monitorTimestamp'), site.now())
  // Another product does not know the attributes at all.
  if (sample === undefined || product.level === 'problem') return [product, clock]
  return [
    product,
    clock,
    yield* rightsObservation(sample.entry.dn, site),
    ...(yield* databaseObservations(accounts)),
  ]
}

/**
 * The root entry speaks for the whole server; whether a database has the overlay, only a modify in
 * that database tells.
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
      controlProblem(control, dn),
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
      message: 'The server does not tell the operator account what it supports.',
      cure: 'Let everybody read the root entry: access to dn.base="" by * read.',
    }
  if (!controls.includes(controlOids.assertion))
    return {
      check: 'product',
      level: 'problem',
      message:
        'This server knows no conditional writes (RFC 4528), without which openLdap() resets nothing.',
      cure: 'Choose the dialect of the product that it is: activeDirectory() or ds389().',
    }
  if (!controls.includes(controlOids.passwordPolicy))
    return {
      check: 'product',
      level: 'problem',
      message:
        'The password policy overlay is not loaded, so nobody can be made to choose a new password.',
      cure: 'Load the module ppolicy and put the overlay on the database that holds the accounts.',
    }
  return {
    check: 'product',
    level: 'ok',
    message: 'The server knows conditional writes and the password policy overlay.',
  }
}

/** slapd answers no questions about rights; what it lets be read shows a part. */
function* rightsObservation(dn: string, site: Site): Plan<Observation> {
  const unreadable = yield* unreadableAttributes(dn)
  if (unreadable.length > 0)
    return observed('rights', 'problem', mayNotReadAttributes(unreadable, dn, site))
  const [user, operator] = [shownDn(dn), shownDn(site.operatorDn())]
  return {
    check: 'rights',
    level: 'unknown',
    message:
      'The operator account may read what a reset is conditional on. Whether it may write userPassword and pwdReset cannot be known without a reset.',
    cure: `On the server this tells: slapacl -D "${operator}" -b "${user}" userPassword/write pwdReset/write`,
  }
}
