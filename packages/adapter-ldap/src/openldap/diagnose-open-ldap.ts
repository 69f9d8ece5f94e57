import { controlOids } from '../connection/controls.ts'
import { type Entry, text, texts } from '../connection/entry.ts'
import type { DiagnosisOrder } from '../directory/dialect.ts'
import { clockObservation, type Observation } from '../directory/observation.ts'
import { shownDn } from '../directory/problem.ts'
import { present } from '../directory/search-filter.ts'
import type { Plan, SearchStep } from '../plan/request.ts'
import { searches } from '../plan/steps.ts'

/** The time, where the monitor database is set up and open to the operator account (slapd-monitor(5)). */
const timeDn = 'cn=Current,cn=Time,cn=Monitor'

/** What slapd is, and what it lets be read: two searches in one round trip. */
export function* diagnoseOpenLdap({ accounts, site }: DiagnosisOrder): Plan<readonly Observation[]> {
  const [root, time] = yield* searches([entrySearch('', ['supportedControl']), entrySearch(timeDn, ['monitorTimestamp'])])
  const shown = time?.entries[0]
  const [sample] = accounts
  return [
    productObservation(root?.entries[0]),
    clockObservation(shown && text(shown, 'monitorTimestamp'), site.now()),
    ...(sample === undefined ? [] : [rightsObservation(sample.entry, site.operatorDn())]),
  ]
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
      message: 'This server knows no conditional writes (RFC 4528), without which openLdap() resets nothing.',
      cure: 'Choose the dialect of the product that it is: activeDirectory() or ds389().',
    }
  if (!controls.includes(controlOids.passwordPolicy))
    return {
      check: 'product',
      level: 'problem',
      message: 'The password policy overlay is not loaded, so nobody can be made to choose a new password.',
      cure: 'Load the module ppolicy and put the overlay on the database, or set requireMustChange to false.',
    }
  return { check: 'product', level: 'ok', message: 'Conditional writes and the password policy overlay are there.' }
}

/** slapd answers no questions about rights; what it lets be read shows a part. */
function rightsObservation({ dn, attributes }: Entry, operatorDn: string): Observation {
  if (!attributes.has('entrycsn'))
    return {
      check: 'rights',
      level: 'problem',
      message: 'The operator account may not read entryCSN, on which every reset is conditional.',
      cure: 'Grant it read on entryCSN, pwdChangedTime, pwdAccountLockedTime, pwdReset, pwdStartTime, pwdEndTime and pwdPolicySubentry.',
    }
  const [user, operator] = [shownDn(dn), shownDn(operatorDn)]
  return {
    check: 'rights',
    level: 'unknown',
    message:
      'The operator account may read what a reset is conditional on. Whether it may write userPassword and pwdReset cannot be known without a reset.',
    cure: `On the server this tells: slapacl -D "${operator}" -b "${user}" userPassword/write pwdReset/write`,
  }
}
