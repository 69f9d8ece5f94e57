import { noPrivilegedUsers } from '@force-reset/core'
import { OrFilter, PresenceFilter } from 'ldapts'
import { z } from 'zod'
import type { Entry } from '../connection/entry.ts'
import { texts } from '../connection/entry.ts'
import type { Plan, SearchStep } from '../plan/request.ts'
import { type Found, searches } from '../plan/steps.ts'
import { dnText } from './checked-options.ts'
import { dnKey } from './dn.ts'

/** The shape of {@link PrivilegedGroups}. An empty list is refused: the symbol has to be said. */
export const privilegedGroupsShape = z.union([
  z.array(dnText).min(1),
  z.custom((value) => value === noPrivilegedUsers),
])

/**
 * DNs of the groups whose members are privileged, members of member groups included; or core's
 * symbol `noPrivilegedUsers`.
 */
export type PrivilegedGroups = readonly string[] | typeof noPrivilegedUsers

/**
 * A configured group cannot be read, so it is not known who is outside the group. The error stays
 * inside this package.
 */
export class GroupUnreadable extends Error {
  constructor() {
    super('A privileged group cannot be read.')
    this.name = 'GroupUnreadable'
  }
}

/**
 * A configured account cannot be read, so it is not known which one it is. The error stays inside
 * this package.
 */
export class AccountUnreadable extends Error {
  constructor() {
    super('A privileged account cannot be read.')
    this.name = 'AccountUnreadable'
  }
}

/**
 * The directory does not tell who is in a configured group, because of the kind of the group. The
 * error stays inside this package.
 */
export class GroupUnfit extends Error {
  constructor() {
    super('A privileged group is a distribution group.')
    this.name = 'GroupUnfit'
  }
}

/** Most groups and members that are followed: nobody calls more accounts privileged. */
const greatestClosure = 20_000

const memberAttributes = ['member', 'uniqueMember'] as const
/** Holds the members of a posixGroup by `uid` instead of DN (RFC 2307, section 2.2). */
const memberUid = 'memberUid'
const groupAttributes = [...memberAttributes, memberUid]
const isGroup = new OrFilter({
  filters: groupAttributes.map((attribute) => new PresenceFilter({ attribute })),
})

/** Who is in the privileged groups: the searches to send, and a test made from what they found. */
export interface Membership {
  /** Sent together with the search for the user. */
  readonly steps: readonly SearchStep[]
  /**
   * The test whether an entry is in the groups.
   *
   * @throws {GroupUnreadable} where a configured group was not found.
   */
  privileged(found: readonly Found[]): Plan<(entry: Entry) => boolean>
}

/**
 * Follows the groups downwards: privileged groups are small, and a user may be in many others.
 *
 * The cache may say which members are groups themselves. The members are asked for anew each time,
 * together with the search for the user, which costs no round trip of its own.
 *
 * @example
 * const membership = yield* privilegedMembership(options.privilegedGroups)
 * const privileged = yield* membership.privileged(yield* searches(membership.steps))
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
  /** Empty for a user. */
  readonly members: readonly string[]
  /** Each `memberUid` as {@link uidKey} folds it. Empty for a user. */
  readonly uids: readonly string[]
}

function nodeOf(dn: string, entry: Entry | undefined): Node {
  if (entry === undefined) return { dn, members: [], uids: [] }
  return { dn, members: membersOf(entry), uids: texts(entry, memberUid).map(uidKey) }
}

function hasMembers({ members, uids }: Node): boolean {
  return members.length > 0 || uids.length > 0
}

/** Folds more than a server does, so that no membership is missed. */
function uidKey(uid: string): string {
  return uid.trim().replace(/\s+/g, ' ').normalize('NFKC').toLowerCase()
}

/** All groups and members below the groups. Entries that are not known are read level by level. */
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

/** The identifier that may follow a DN in `uniqueMember` (RFC 4517, section 3.3.21). */
const uniqueIdentifier = /#'[01]*'B$/

function membersOf(entry: Entry): readonly string[] {
  return memberAttributes
    .flatMap((attribute) => texts(entry, attribute))
    .map((name) => name.replace(uniqueIdentifier, ''))
}
