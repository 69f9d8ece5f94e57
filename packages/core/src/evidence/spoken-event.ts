import type { AuditEvent } from '../port/audit-event.ts'
import { nothingChanged } from '../port/explain-failure.ts'

/** How an event ended, for readers that know no types of ours. */
export type Outcome = 'success' | 'failure' | 'open' | 'other'

/** How much attention an event deserves. */
export type Weight = 'ordinary' | 'low' | 'medium'

/** What an event means. */
export interface Meaning {
  readonly outcome: Outcome
  readonly weight: Weight
  /** One English sentence, which names nobody. */
  readonly sentence: string
}

const meanings: Readonly<Record<AuditEvent['type'], Meaning>> = {
  'reset.attempted': {
    outcome: 'open',
    weight: 'ordinary',
    sentence: 'A password reset is about to be written.',
  },
  'reset.applied': {
    outcome: 'success',
    weight: 'ordinary',
    sentence: 'A temporary password took the place of the password.',
  },
  'reset.refused': {
    outcome: 'failure',
    weight: 'low',
    sentence: `A password reset was refused. ${nothingChanged}`,
  },
  'reset.unknown': {
    outcome: 'open',
    weight: 'medium',
    sentence: 'It is not known whether the password was reset.',
  },
  'reset.applied_unused': {
    outcome: 'success',
    weight: 'medium',
    sentence: 'Found out later: the password was reset, and nobody was shown the new one.',
  },
  'reset.not_applied': {
    outcome: 'failure',
    weight: 'low',
    sentence: 'Found out later: the password was not reset.',
  },
  'reset.overtaken': {
    outcome: 'other',
    weight: 'low',
    sentence: 'Found out later: another password has been set since that reset.',
  },
  'reset.undelivered': {
    outcome: 'other',
    weight: 'medium',
    sentence: 'The password was reset, and nobody was shown the new one.',
  },
  'access.denied': {
    outcome: 'failure',
    weight: 'low',
    sentence: 'An operator was denied, or asked for an account that does not exist.',
  },
  'access.limited': {
    outcome: 'failure',
    weight: 'medium',
    sentence: 'A rate limit stopped an operator.',
  },
  'access.omitted': {
    outcome: 'other',
    weight: 'medium',
    sentence: 'Events of an operator were left out, because there were too many within a minute.',
  },
  'verification.started': {
    outcome: 'open',
    weight: 'ordinary',
    sentence: 'An operator began to identify a caller.',
  },
  'verification.sent': {
    outcome: 'open',
    weight: 'ordinary',
    sentence: 'A code or a question to identify a caller was handed over for delivery.',
  },
  'verification.vouched': {
    outcome: 'success',
    weight: 'ordinary',
    sentence: 'Another person vouched for a caller.',
  },
  'verification.passed': {
    outcome: 'success',
    weight: 'ordinary',
    sentence: 'A caller was identified.',
  },
  'verification.failed': {
    outcome: 'failure',
    weight: 'low',
    sentence: `A caller could not be identified. ${nothingChanged}`,
  },
  'verification.denied': {
    outcome: 'failure',
    weight: 'medium',
    sentence: 'The person said that it was not them who had called.',
  },
  'verification.suspicious': {
    outcome: 'failure',
    weight: 'medium',
    sentence: 'An operator thought that a caller was somebody else.',
  },
  'verification.overridden': {
    outcome: 'other',
    weight: 'medium',
    sentence: 'An operator reset a password without identifying the caller.',
  },
}

/** The meaning of an event. A later version of core can have a type that this one does not know. */
export function meaningOf({ type }: AuditEvent): Meaning {
  const known = Object.hasOwn(meanings, type) ? meanings[type] : undefined
  return known ?? { outcome: 'other', weight: 'medium', sentence: 'An event of a newer version.' }
}
