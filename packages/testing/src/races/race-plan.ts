import fc from 'fast-check'

/** What an operator does next. */
export interface OperatorAct {
  /**
   * The version that the request names. `first` is from before the race. `now` is from a look
   * right before the request. `again` is that of the operator's last request, sent once more.
   */
  readonly version: 'first' | 'now' | 'again'
  readonly deafTo: 'nothing' | 'attempted' | 'outcome'
}

export type AdministratorAct = 'suspend' | 'activate' | 'promote' | 'rename' | 'remove'

/** Everybody who acts on one account at once. */
export interface RacePlan {
  readonly privileged: boolean
  readonly suspended: boolean
  /** The acts of each operator. The operators share the stores in turn. */
  readonly operators: readonly (readonly OperatorAct[])[]
  readonly administrator: readonly AdministratorAct[]
  /** How often the user changes the password. */
  readonly ownChanges: number
  /** How many steps go on at once, turn by turn. */
  readonly widths: readonly number[]
}

/** The plans of races. Half of them go one step at a time, so that every answer is certain. */
export function racePlan({ widest }: { readonly widest: number }): fc.Arbitrary<RacePlan> {
  const seldom = fc.nat(9).map((n) => n === 9)
  const act = fc.record({
    version: fc.constantFrom<OperatorAct['version']>('first', 'first', 'now', 'again'),
    deafTo: fc.constantFrom<OperatorAct['deafTo']>(
      ...(['nothing', 'nothing', 'nothing', 'attempted', 'outcome'] as const),
    ),
  })
  const changes = fc.constantFrom<AdministratorAct>(
    ...(['suspend', 'activate', 'promote', 'rename', 'remove'] as const),
  )
  return fc.record({
    privileged: seldom,
    suspended: seldom,
    operators: fc.array(fc.array(act, { minLength: 1, maxLength: 3 }), {
      minLength: 2,
      maxLength: 4,
    }),
    administrator: fc.array(changes, { maxLength: 3 }).map(untilRemoved),
    ownChanges: fc.nat(2),
    widths: fc.oneof(
      fc.constant([1]),
      fc.array(fc.integer({ min: 1, max: widest }), { minLength: 1, maxLength: 5 }),
    ),
  })
}

/** Nobody changes an account that is gone. */
function untilRemoved(acts: readonly AdministratorAct[]): readonly AdministratorAct[] {
  const removal = acts.indexOf('remove')
  return removal < 0 ? acts : acts.slice(0, removal + 1)
}
