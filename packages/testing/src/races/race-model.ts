/**
 * The parts of an account that an operator decides on, and that a write has to find unchanged. The
 * generation stands for the password.
 */
const parts = ['generation', 'suspended', 'privileged', 'name'] as const
type Part = (typeof parts)[number]

/** What a store can promise of races. Everything else is a fault. */
export interface RaceRules {
  /**
   * The parts that the store judges immediately before its write, and not within. A change of such
   * a part may slip in between, while both are under way at once.
   */
  readonly judgedBefore: readonly Part[]
  /** Whether one look is several questions, of which the last one is about the privilege. */
  readonly looksInPieces: boolean
  /** Whether the user's own change of the password is refused as a sign-in would be. */
  readonly ownChangeSignsIn: boolean
  /**
   * Whether a generation lasts a second, so that the user's own change may leave the generation as
   * it is. A reset always begins a new one.
   */
  readonly generationsLast: boolean
  /**
   * Whether the password before the user's own change may still sign in for a while. After a reset
   * nothing lingers.
   */
  readonly ownPasswordsLinger: boolean
}

/** An account as a look of the store showed the account. */
export interface Seen {
  readonly eligible: boolean
  readonly privileged: boolean
  readonly version: string
}

/** Something that happened between two turns of the scheduler, and its answer. */
export type Happening =
  | { readonly kind: 'look'; readonly by: string; readonly seen: Seen | null }
  /** `applied`, or the code of the refusal. The password is named after the reset. */
  | { readonly kind: 'write'; readonly by: string; readonly outcome: string }
  | OwnChange
  | {
      readonly kind: 'suspend' | 'activate' | 'promote' | 'rename' | 'remove'
      readonly by: string
      readonly done: boolean
    }
  | { readonly kind: 'sign_in'; readonly password: string; readonly opened: boolean }

interface OwnChange {
  readonly kind: 'own_change'
  readonly by: string
  readonly from: string
  readonly to: string
  readonly done: boolean
}

/** The value of each part, and how often the part was written. */
interface Account {
  readonly password: string
  readonly generation: string
  /** Passwords before the present one that may still sign in. */
  readonly lingering: readonly string[]
  readonly suspended: boolean
  readonly privileged: boolean
  readonly name: string
  readonly writes: Readonly<Record<Part, number>>
}

/** One account as it may be now, with everything that was seen of it. */
export interface World {
  /** `null`: the account was deleted. */
  readonly account: Account | null
  /** The account as the last look of each reset saw it. */
  readonly looks: Readonly<Record<string, Account>>
  /** What each version stands for, and the version of each state. */
  readonly versions: Readonly<Record<string, string>>
  readonly versionOf: Readonly<Record<string, string>>
}

/** One thing that happens at once, and the worlds afterwards. None: the answer cannot be so. */
type Moment = (world: World) => readonly World[]

/** The only world before a race. */
export function firstWorld(account: Pick<Account, 'password' | 'suspended' | 'privileged'>): World {
  const writes = { generation: 0, suspended: 0, privileged: 0, name: 0 }
  const first = { ...account, generation: account.password, lingering: [], name: '', writes }
  return { account: first, looks: {}, versions: {}, versionOf: {} }
}

/**
 * The worlds that explain all these answers, in whatever order the happenings had their moments.
 * None: no order explains the answers, so that the store broke a promise.
 */
export function worldsAfter(
  worlds: readonly World[],
  happenings: readonly Happening[],
  rules: RaceRules,
): readonly World[] {
  const found = new Map<string, World>()
  const visited = new Set<string>()
  const visit = (world: World, waiting: readonly (readonly Moment[])[]): void => {
    const key = JSON.stringify([world, waiting.map(({ length }) => length)])
    if (visited.has(key)) return
    visited.add(key)
    if (waiting.every(({ length }) => length === 0)) found.set(JSON.stringify(world), world)
    for (const [i, [moment, ...rest]] of waiting.entries())
      for (const next of moment?.(world) ?? []) visit(next, waiting.with(i, rest))
  }
  const waiting = happenings.map((happening) => momentsOf(happening, rules))
  for (const world of worlds) visit(world, waiting)
  return [...found.values()]
}

function momentsOf(happening: Happening, rules: RaceRules): readonly Moment[] {
  switch (happening.kind) {
    case 'look':
      return looking(happening.by, happening.seen, rules)
    case 'write':
      return happening.outcome === 'applied'
        ? writing(happening.by, rules)
        : refusing(happening.by, happening.outcome)
    case 'own_change':
      return choosing(happening, rules)
    case 'suspend':
    case 'activate':
      return [changing('suspended', happening.kind === 'suspend', happening.done)]
    case 'promote':
      return [changing('privileged', true, happening.done)]
    case 'rename':
      return [changing('name', happening.by, happening.done)]
    case 'remove':
      return [removing(happening.done)]
    case 'sign_in':
      return [signingIn(happening.password, happening.opened)]
    default:
      return happening satisfies never
  }
}

/** The moment goes by without a trace, in the worlds for which this holds. */
function holds(condition: (world: World) => boolean): Moment {
  return (world) => (condition(world) ? [world] : [])
}

/** Two moments that nothing can come between. */
function together(first: Moment, second: Moment): Moment {
  return (world) => first(world).flatMap(second)
}

/** A look reads everything at once, or the privilege last. */
function looking(by: string, seen: Seen | null, rules: RaceRules): readonly Moment[] {
  if (seen === null) return [holds(({ account }) => account === null)]
  const entry: Moment = (world) =>
    world.account !== null && world.account.suspended !== seen.eligible
      ? [{ ...world, looks: { ...world.looks, [by]: world.account } }]
      : []
  const privilege: Moment = (world) => {
    const look = world.looks[by]
    const now = world.account ?? look
    if (look === undefined || now?.privileged !== seen.privileged) return []
    const writes = { ...look.writes, privileged: now.writes.privileged }
    return named({ ...look, privileged: now.privileged, writes }, by, seen.version, world)
  }
  return rules.looksInPieces ? [entry, privilege] : [together(entry, privilege)]
}

/** Two states never share a version, and one state never has two. */
function named(look: Account, by: string, version: string, world: World): readonly World[] {
  const values = JSON.stringify(parts.map((part) => look[part]))
  const state = JSON.stringify(look.writes)
  if ((world.versions[version] ?? values) !== values) return []
  if ((world.versionOf[state] ?? version) !== version) return []
  const looks = { ...world.looks, [by]: look }
  const versions = { ...world.versions, [version]: values }
  return [{ ...world, looks, versions, versionOf: { ...world.versionOf, [state]: version } }]
}

/**
 * A write that happens finds every part as its look saw the part. The parts that the store judges
 * before the write were so a moment earlier.
 */
function writing(by: string, { judgedBefore, looksInPieces }: RaceRules): readonly Moment[] {
  const judging = (judged: readonly Part[]): Moment =>
    holds(({ account, looks }) => judged.every((part) => account?.[part] === looks[by]?.[part]))
  const write = together(
    judging(parts.filter((part) => !judgedBefore.includes(part))),
    withAccount((account) => newPassword(account, { password: by, generation: by })),
  )
  if (judgedBefore.length === 0) return [write]
  const entry = judging(parts.filter((part) => part !== 'privileged'))
  return looksInPieces ? [entry, judging(['privileged']), write] : [judging(parts), write]
}

/** A write is refused for a change since the look. The reason is looked up afterwards. */
function refusing(by: string, code: string): readonly Moment[] {
  return [
    holds((world) => world.account === null || changedSince(world, by).length > 0),
    holds((world) => reasonsAgainst(world, by).includes(code)),
  ]
}

function changedSince({ account, looks }: World, by: string): readonly Part[] {
  const look = looks[by]
  return parts.filter((part) => account?.writes[part] !== look?.writes[part])
}

function reasonsAgainst(world: World, by: string): readonly string[] {
  const { account, looks } = world
  if (account === null) return ['user_not_found']
  const differs = parts.filter((part) => account[part] !== looks[by]?.[part])
  if (account.suspended) return differs.length > 1 ? ['not_eligible', 'conflict'] : ['not_eligible']
  if (differs.length > 0) return ['conflict']
  // A change was taken back: the account looks as before, and the write had found it changed.
  return changedSince(world, by).length > 0 ? ['conflict', 'store_unavailable'] : []
}

function choosing({ from, to, done }: OwnChange, rules: RaceRules): readonly Moment[] {
  const changes: Moment = (world) => {
    if (world.account === null) return [world]
    const generations = rules.generationsLast ? [to, world.account.generation] : [to]
    const { password, lingering } = world.account
    const kept = rules.ownPasswordsLinger ? [...lingering, password] : []
    return generations.flatMap((generation) =>
      withAccount((account) => newPassword(account, { password: to, generation, lingering: kept }))(
        world,
      ),
    )
  }
  if (!rules.ownChangeSignsIn) return done ? [changes] : [() => []]
  const isRight = ({ account }: World) => account?.password === from
  const signsIn = (world: World) => isRight(world) && world.account?.suspended === false
  return done
    ? [holds(signsIn), together(holds(isRight), changes)]
    : [holds((world) => !signsIn(world))]
}

/** A change that is not done found nothing to change. */
function changing(part: Part, value: string | boolean, done: boolean): Moment {
  return (world) => {
    const { account } = world
    if (account === null || (!done && account[part] === value)) return [world]
    return done ? withAccount((one) => written(one, part, value))(world) : []
  }
}

function removing(done: boolean): Moment {
  return (world) => (done || world.account === null ? [{ ...world, account: null }] : [])
}

function signingIn(password: string, opened: boolean): Moment {
  return holds(({ account }) => {
    if (account === null || account.suspended) return !opened
    return account.lingering.includes(password) || opened === (account.password === password)
  })
}

function withAccount(change: (account: Account) => Account): Moment {
  return (world) => (world.account === null ? [] : [{ ...world, account: change(world.account) }])
}

function newPassword(
  account: Account,
  {
    password,
    generation,
    lingering = [],
  }: Pick<Account, 'password' | 'generation'> & Partial<Pick<Account, 'lingering'>>,
): Account {
  return { ...written(account, 'generation', generation), password, lingering }
}

function written(account: Account, part: Part, value: string | boolean): Account {
  const writes = { ...account.writes, [part]: account.writes[part] + 1 }
  return { ...account, [part]: value, writes }
}
