/** The parts of an account that an operator decides on, and that a write has to find unchanged. */
const parts = ['password', 'suspended', 'privileged', 'name'] as const
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

/** One thing that happens at once. Nothing: in this world the answer would be another one. */
type Moment = (world: World) => World | undefined | null

/** The only world before a race. */
export function firstWorld(account: Omit<Account, 'writes'>): World {
  const writes = { password: 0, suspended: 0, privileged: 0, name: 0 }
  return { account: { ...account, writes }, looks: {}, versions: {}, versionOf: {} }
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
    for (const [i, [moment, ...rest]] of waiting.entries()) {
      const next = moment?.(world)
      if (next) visit(next, waiting.with(i, rest))
    }
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

/** A look reads everything at once, or the privilege last. */
function looking(by: string, seen: Seen | null, rules: RaceRules): readonly Moment[] {
  if (seen === null) return [(world) => (world.account === null ? world : undefined)]
  const entry: Moment = (world) =>
    world.account !== null && world.account.suspended !== seen.eligible
      ? { ...world, looks: { ...world.looks, [by]: world.account } }
      : undefined
  const privilege: Moment = (world) => {
    const look = world.looks[by]
    const now = world.account ?? look
    if (look === undefined || now?.privileged !== seen.privileged) return undefined
    const writes = { ...look.writes, privileged: now.writes.privileged }
    return named({ ...look, privileged: now.privileged, writes }, by, seen.version, world)
  }
  return rules.looksInPieces
    ? [entry, privilege]
    : [(world) => after(entry(world), (one) => privilege(one))]
}

/** Two states never share a version, and one state never has two. */
function named(look: Account, by: string, version: string, world: World): World | undefined {
  const values = JSON.stringify(parts.map((part) => look[part]))
  const state = JSON.stringify(look.writes)
  if ((world.versions[version] ?? values) !== values) return undefined
  if ((world.versionOf[state] ?? version) !== version) return undefined
  return {
    ...world,
    looks: { ...world.looks, [by]: look },
    versions: { ...world.versions, [version]: values },
    versionOf: { ...world.versionOf, [state]: version },
  }
}

/**
 * A write that happens finds every part as its look saw the part. The parts that the store judges
 * before the write were so a moment earlier.
 */
function writing(by: string, { judgedBefore, looksInPieces }: RaceRules): readonly Moment[] {
  const judging =
    (judged: readonly Part[]): Moment =>
    (world) =>
      judged.every((part) => world.account?.[part] === world.looks[by]?.[part]) ? world : undefined
  const within = judging(parts.filter((part) => !judgedBefore.includes(part)))
  const write: Moment = (world) => {
    const { account } = world
    return account && within(world) && { ...world, account: written(account, 'password', by) }
  }
  if (judgedBefore.length === 0) return [write]
  const entry = judging(parts.filter((part) => part !== 'privileged'))
  return looksInPieces ? [entry, judging(['privileged']), write] : [judging(parts), write]
}

/** A write is refused for a change since the look. The reason is looked up afterwards. */
function refusing(by: string, code: string): readonly Moment[] {
  const decided: Moment = (world) =>
    world.account === null || changedSince(world, by).length > 0 ? world : undefined
  return [decided, (world) => (reasonsAgainst(world, by).includes(code) ? world : undefined)]
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
  const changes: Moment = (world) =>
    world.account === null ? world : { ...world, account: written(world.account, 'password', to) }
  if (!rules.ownChangeSignsIn) return done ? [changes] : [() => undefined]
  const isRight: Moment = (world) => (world.account?.password === from ? world : undefined)
  const signsIn: Moment = (world) => (world.account?.suspended ? undefined : isRight(world))
  return done
    ? [signsIn, (world) => after(isRight(world), changes)]
    : [(world) => (signsIn(world) ? undefined : world)]
}

function changing(part: Part, value: string | boolean, done: boolean): Moment {
  return (world) => {
    if (world.account === null) return world
    return done ? { ...world, account: written(world.account, part, value) } : undefined
  }
}

function removing(done: boolean): Moment {
  return (world) => (done || world.account === null ? { ...world, account: null } : undefined)
}

function signingIn(password: string, opened: boolean): Moment {
  return (world) => {
    const { account } = world
    const opens = account !== null && !account.suspended && account.password === password
    return opens === opened ? world : undefined
  }
}

function written(account: Account, part: Part, value: string | boolean): Account {
  const writes = { ...account.writes, [part]: account.writes[part] + 1 }
  return { ...account, [part]: value, writes }
}

function after(world: World | undefined | null, moment: Moment): World | undefined | null {
  return world && moment(world)
}
