import { noPrivilegedUsers } from '@force-reset/core'
import { z } from 'zod'
import { dnText } from './checked-options.ts'

/** An empty list is refused: the symbol has to be said. */
const privilegedGroupsShape = z.union([
  z.array(dnText).min(1),
  z.custom((value) => value === noPrivilegedUsers),
])

/**
 * DNs of the groups whose members are privileged, members of member groups included; or core's
 * symbol `noPrivilegedUsers`.
 */
export type PrivilegedGroups = readonly string[] | typeof noPrivilegedUsers

/** Who is privileged where privilege is no attribute of the account. */
export interface PrivilegedOptions {
  /**
   * DNs of the groups whose members, direct or nested, are privileged; or the symbol
   * `noPrivilegedUsers`.
   *
   * A member that cannot be read may be a group, and anybody may be in that group. Then everybody
   * counts as privileged, and `diagnose` names the member.
   */
  readonly privilegedGroups: PrivilegedGroups
  /**
   * Accounts that are privileged without a group, such as those with rights by an access list: DNs,
   * or ids, which survive a change of name. Default none.
   */
  readonly privilegedAccounts?: readonly string[] | undefined
  /**
   * DNs in privileged groups that stand for nobody, such as a dummy or the rootdn. They are not
   * looked for. An account of this name is still privileged. Default none.
   */
  readonly absentMembers?: readonly string[] | undefined
}

/** An id as a directory writes it: hexadecimal digits in groups. */
const idText = z.string().regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4,12}){3,4}$/)

/** The shape of {@link PrivilegedOptions}. */
export const privilegedShape = {
  privilegedGroups: privilegedGroupsShape,
  privilegedAccounts: z.array(z.union([dnText, idText])).optional(),
  absentMembers: z.array(dnText).optional(),
}

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
 * More members are in the configured groups than are looked at. The error stays inside this
 * package.
 */
export class GroupTooLarge extends Error {
  constructor() {
    super('The privileged groups have too many members.')
    this.name = 'GroupTooLarge'
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
