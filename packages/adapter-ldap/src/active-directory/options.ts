import { z } from 'zod'
import { attributeName, dnText, personShape, type Shape } from '../dialect/checked-options.ts'
import type { PersonAttributes, PersonOptions } from '../dialect/person.ts'
import { sidForm } from './privilege/sid.ts'

/** The options of `activeDirectory()`. */
export interface ActiveDirectoryOptions extends PersonOptions {
  /**
   * DNs of further security groups whose members, direct or nested, are privileged. The guide names
   * the groups that always are.
   */
  readonly privilegedGroups?: readonly string[] | undefined
  /**
   * Further accounts that are privileged, by DN or by `objectSid` (`S-1-5-21-…`). For rights that
   * an access list gives and that no account shows.
   */
  readonly privilegedAccounts?: readonly string[] | undefined
  /**
   * Reset also the accounts that a service signs in as (`servicePrincipalName`). A reset stops such
   * a service. Default `false`: these accounts are privileged.
   */
  readonly resetServiceAccounts?: boolean | undefined
  /**
   * Reset also the accounts whose only mark of privilege is `adminCount`. The directory sets that
   * attribute on members of administrative groups and leaves it when they go. Default `false`:
   * these accounts are privileged, because their rights may be in a group that cannot be seen.
   */
  readonly resetFormerAdministrators?: boolean | undefined
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
  searchMode: 'prefix',
} as const)

/** @internal */
export const activeDirectorySchema = z.strictObject({
  ...personShape,
  privilegedGroups: z.array(dnText).optional(),
  privilegedAccounts: z.array(z.union([dnText, z.string().regex(sidForm)])).optional(),
  resetServiceAccounts: z.boolean().optional(),
  resetFormerAdministrators: z.boolean().optional(),
  stampAttribute: attributeName.optional(),
} satisfies Shape<ActiveDirectoryOptions>)
