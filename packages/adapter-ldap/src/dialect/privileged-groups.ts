import { OrFilter, PresenceFilter } from 'ldapts'
import { z } from 'zod'
import type { Entry } from '../connection/entry.ts'
import { texts } from '../connection/entry.ts'
import type { Plan, SearchStep } from '../plan/request.ts'
import { type Found, searches } from '../plan/steps.ts'
import { dnText } from './checked-options.ts'
import { dnKey } from './dn.ts'

/** Said in place of groups: nobody in this directory is privileged. */
export const noPrivilegedUsers: unique symbol = Symbol('noPrivilegedUsers')

/** The shape of {@link PrivilegedGroups}: an empty list says less than the symbol. */
export const privilegedGroupsShape = z.union([
  z.array(dnText).min(1),
  z.custom((value) => value === noPrivilegedUsers),
])

/** The groups whose members are privileged, members of member groups included. */
export type PrivilegedGroups = readonly string[] | typeof noPrivilegedUsers

/**
 * A configured group cannot be seen, so nobody can be said to be outside it. It stays inside this
 * package.
 */
export class GroupUnreadable extends Error {
  constructor() {
    super('A privileged group cannot be read.')
    this.name = 'GroupUnreadable'
  }
}

/**
 * A configured group is of a kind that memberships do not tell of. It stays inside this package.
 */
export class GroupUnfit extends Error {
  constructor() {
    super('A privileged group is a distribution group.')
    this.name = 'GroupUnfit'
  }
}

/** More groups and members than anybody calls privileged; following them would take too long. */
const greatestClosure = 20_000

const memberAttributes = ['member', 'uniqueMember'] as const
/** Members of a posixGroup, by the attribute `uid` instead of their DN (RFC 2307, section 2.2). */
const memberUid = 'memberUid'
const groupAttributes = [...memberAttributes, memberUid]
const isGroup = new OrFilter({
  filters: groupAttributes.map((attribute) => new PresenceFilter({ attribute })),
})

/**
 * Who is in the privileged groups: first what has to be asked, then, from the answers, a function
 * that tells.
 */
export interface Membership {
  /** To be sent together with the search for the user. */
  readonly steps: readonly SearchStep[]
  /** @throws {GroupUnreadable} */
  privileged(found: readonly Found[]): Plan<(entry: Entry) => boolean>
}

/**
 * The groups are followed downwards, as privileged groups are small and users may be in many
 * others. Which members are groups themselves may come from the cache; who the members are is asked
 * anew each time, together with the search for the user, and costs no round trip of its own.
 */
export function* privilegedMembership(groups: PrivilegedGroups): Plan<Membership> {
  if (groups === noPrivilegedUsers || groups.length === 0) return nobody
  const known = yield* followed(groups, new Map())
  const groupDns = [...known.values()].filter(hasMembers).map(({ dn }) => dn)
  const asked = [...new Map([...groups, ...groupDns].map((dn) => [dnKey(dn), dn])).values()]
  return {
    steps: asked.map((dn) => ({ ...memberSearch(dn), cached: false })),
    *privileged(found) {
      const current = new Map(known)
      let moved = false
      for (const [index, dn] of asked.entries()) {
        const entry = found[index]?.entries[0]
        if (entry === undefined && index < groups.length) throw new GroupUnreadable()
        const node = nodeOf(dn, entry)
        moved ||= !sameMembers(node, known.get(dnKey(dn)) ?? nodeOf(dn, undefined))
        current.set(dnKey(dn), node)
      }
      const everybody = moved ? yield* followed(groups, current) : known
      const uids = new Set([...everybody.values()].flatMap((node) => node.uids))
      return (entry) =>
        everybody.has(dnKey(entry.dn)) || texts(entry, 'uid').some((uid) => uids.has(uidKey(uid)))
    },
  }
}

const nobody: Membership = Object.freeze({
  steps: [],
  *privileged() {
    return () => false
  },
})

interface Node {
  readonly dn: string
  /** Empty for a user, as are the next. */
  readonly members: readonly string[]
  /** What {@link uidKey} makes of its `memberUid`. */
  readonly uids: readonly string[]
}

function nodeOf(dn: string, entry: Entry | undefined): Node {
  if (entry === undefined) return { dn, members: [], uids: [] }
  return { dn, members: membersOf(entry), uids: texts(entry, memberUid).map(uidKey) }
}

function hasMembers({ members, uids }: Node): boolean {
  return members.length > 0 || uids.length > 0
}

/** Folds more than a server does, so that a membership is seen rather than missed. */
function uidKey(uid: string): string {
  return uid.trim().replace(/\s+/g, ' ').normalize('NFKC').toLowerCase()
}

/**
 * Everything that can be reached from the groups. What is not known yet is asked, level by level.
 */
function* followed(
  groups: readonly string[],
  known: ReadonlyMap<string, Node>,
): Plan<ReadonlyMap<string, Node>> {
  const reached = new Map<string, Node>()
  let level = new Map(groups.map((dn) => [dnKey(dn), dn]))
  while (level.size > 0) {
    const unknown = [...level].filter(([key]) => !known.has(key))
    const found = yield* searches(unknown.map(([, dn]) => memberSearch(dn)))
    const asked = new Map(unknown.map(([key], index) => [key, found[index]?.entries[0]]))
    for (const [key, dn] of level) reached.set(key, known.get(key) ?? nodeOf(dn, asked.get(key)))
    if (reached.size > greatestClosure) throw new GroupUnreadable()
    const below = [...level.keys()].flatMap((key) => reached.get(key)?.members ?? [])
    level = new Map(
      below.map((dn): [string, string] => [dnKey(dn), dn]).filter(([key]) => !reached.has(key)),
    )
  }
  return reached
}

function memberSearch(dn: string): SearchStep {
  return {
    kind: 'search',
    base: dn,
    scope: 'base',
    filter: isGroup,
    attributes: groupAttributes,
    cached: true,
  }
}

function sameMembers(one: Node, other: Node): boolean {
  return sameTexts(one.members, other.members) && sameTexts(one.uids, other.uids)
}

function sameTexts(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((text, index) => text === other[index])
}

/** What may follow a DN in `uniqueMember` (Name and Optional UID: RFC 4517, section 3.3.21). */
const uniqueIdentifier = /#'[01]*'B$/

function membersOf(entry: Entry): readonly string[] {
  return memberAttributes
    .flatMap((attribute) => texts(entry, attribute))
    .map((name) => name.replace(uniqueIdentifier, ''))
}
