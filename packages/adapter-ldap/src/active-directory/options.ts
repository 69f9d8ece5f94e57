import { z } from 'zod'
import { attributeName, dnText, personShape } from '../dialect/checked-options.ts'
import type { PersonAttributes, PersonOptions } from '../dialect/person.ts'

/** The options of `activeDirectory()`. */
export interface ActiveDirectoryOptions extends PersonOptions {
  /**
   * DNs of further security groups whose members, direct or nested, are privileged.
   *
   * The members of Domain Admins, Enterprise Admins, Schema Admins, Administrators, the operator
   * groups and DnsAdmins are always privileged, and so is krbtgt.
   */
  readonly privilegedGroups?: readonly string[] | undefined
  /**
   * A single-valued attribute of users that the service account may write and nothing else uses.
   *
   * Each reset then writes its id there, on the condition that the value seen before is still
   * there. A reset of an account that must already change its password then needs no second write,
   * and a lost response needs no sign-in.
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
 * `sAMAccountType` of ordinary user objects ([MS-SAMR] 2.2.1.9). Computers, trusts and group
 * managed service accounts have other types.
 *
 * @internal
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
