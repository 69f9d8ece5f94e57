import type { Site } from '../dialect/dialect.ts'
import { dnKey } from '../dialect/dn.ts'
import type { Observation } from '../dialect/observation.ts'
import { equals, present } from '../dialect/search-filter.ts'
import { shownDn } from '../explain/explanation.ts'
import type { Plan, SearchStep } from '../plan/request.ts'
import { searches } from '../plan/steps.ts'
import type { Doubt, Member } from './member.ts'
import { privilegedClosure } from './membership.ts'
import type { PeopleParts } from './people-reading.ts'

/**
 * Who in the privileged groups cannot be read, and who is nobody; and which of `privilegedAccounts`
 * are not there. One round trip for each level of groups, and one for the accounts.
 *
 * @example
 * const observations = yield* privilegeObservations(people, site)
 */
export function* privilegeObservations(
  { options, id }: Pick<PeopleParts, 'options' | 'id'>,
  site: Site,
): Plan<readonly Observation[]> {
  const members = [...(yield* privilegedClosure(options, site)).values()]
  const missing = yield* accountsMissing(options.privilegedAccounts ?? [], id.attribute, site)
  return [
    ...doubtObservations(members),
    ...nobodyObservations(members, options.absentMembers ?? []),
    ...missingObservations(missing),
  ]
}

function doubtObservations(members: readonly Member[]): readonly Observation[] {
  const told = members.flatMap((member) => {
    const { dn, doubt, missing, hidesGid } = member
    if (doubt !== undefined) return [`${shownDn(dn)} (${wordsFor(doubt, missing)})`]
    return hidesGid ? [`${shownDn(dn)} (hides gidNumber)`] : []
  })
  if (told.length === 0) return []
  return [
    {
      check: 'privileged',
      level: 'problem',
      message:
        `It is not known who is in these members of privileged groups: ${told.join('; ')}. ` +
        'So every account that may be in one counts as privileged.',
      cure:
        'Let the service account read these entries, their attributes, and the entries above ' +
        'them, as the guide for this directory says. Name entries that give nobody a right ' +
        'in absentMembers.',
    },
  ]
}

function wordsFor(doubt: Doubt, missing: readonly string[]): string {
  switch (doubt) {
    case 'hidden':
      return 'cannot be read'
    case 'attributes':
      return `hides ${missing.join(', ')}`
    case 'dynamic':
      return 'has members by a search, memberURL'
    case 'other_kind':
      return 'is a group of a kind that is not followed'
    default:
      return doubt satisfies never
  }
}

/** Whoever creates an account of such a name is privileged, so that they are worth a look. */
function nobodyObservations(
  members: readonly Member[],
  absentMembers: readonly string[],
): readonly Observation[] {
  const nobody = members.filter(({ kind }) => kind === 'nobody')
  if (nobody.length === 0) return []
  const named = new Set(['', ...absentMembers.map(dnKey)])
  const level = nobody.every(({ dn }) => named.has(dnKey(dn))) ? 'ok' : 'warning'
  const names = nobody.map(({ dn }) => (dn === '' ? '(the empty name)' : shownDn(dn))).join('; ')
  return [
    {
      check: 'privileged',
      level,
      message: `These members of privileged groups are nobody: ${names}.`,
      ...(level === 'ok'
        ? {}
        : { cure: 'Take them out of the groups, or name them in absentMembers.' }),
    },
  ]
}

function* accountsMissing(
  accounts: readonly string[],
  idAttribute: string,
  { baseDn }: Site,
): Plan<readonly string[]> {
  const found = yield* searches(
    accounts.map((account): SearchStep => {
      const step = { kind: 'search', attributes: ['1.1'], mayBeRefused: true } as const
      return account.includes('=')
        ? { ...step, base: account, scope: 'base', filter: present('objectClass') }
        : { ...step, base: baseDn, scope: 'sub', filter: equals(idAttribute, account) }
    }),
  )
  return accounts.filter((_, index) => found[index]?.entries.length !== 1)
}

function missingObservations(missing: readonly string[]): readonly Observation[] {
  if (missing.length === 0) return []
  return [
    {
      check: 'privileged',
      level: 'warning',
      message:
        'No account is found for these of privilegedAccounts: ' +
        `${missing.map(shownDn).join('; ')}.`,
      cure: 'Correct the names. An id stays the same when an account is renamed or moved.',
    },
  ]
}
