import { z } from 'zod'
import { attributeName, dnText, personShape } from '../dialect/checked-options.ts'
import type { PersonAttributes, PersonOptions } from '../dialect/person.ts'

/** What `activeDirectory()` can be told of a site. */
export interface ActiveDirectoryOptions extends PersonOptions {
  /**
   * DNs of further security groups whose members, direct or nested, are privileged. Domain,
   * Enterprise and Schema Admins, Administrators, the operator groups, DnsAdmins and krbtgt always
   * are.
   */
  readonly privilegedGroups?: readonly string[] | undefined
  /**
   * A single-valued attribute of users that the operator account may write and nothing else uses.
   * Each reset then puts its id there, on the condition that the value seen before is still there:
   * resets of accounts that must already change their password need no second write, and a lost
   * answer needs no sign-in.
   */
  readonly stampAttribute?: string | undefined
}

/** @internal */
export const activeDirectoryAttributes: PersonAttributes = Object.freeze({
  username: 'sAMAccountName',
  email: 'mail',
  displayName: Object.freeze(['displayName', 'cn']),
  createdAt: 'whenCreated',
  updatedAt: 'whenChanged',
})

/**
 * `sAMAccountType` of ordinary user objects: computers, trusts and group managed service accounts
 * have others ([MS-SAMR] 2.2.1.9). @internal
 */
export const normalUser = '805306368'

/** @internal */
export const activeDirectoryDefaults = Object.freeze({
  userFilter: '(&(objectCategory=person)(objectClass=user))',
  searchAttributes: Object.freeze(['sAMAccountName', 'displayName', 'mail', 'userPrincipalName']),
} as const)

/** @internal */
export const activeDirectorySchema = z.strictObject({
  ...personShape,
  privilegedGroups: z.array(dnText).optional(),
  stampAttribute: attributeName.optional(),
})
