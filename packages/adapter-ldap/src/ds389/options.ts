import { z } from 'zod'
import { dnText, elsewhereShape, personShape, type Shape } from '../dialect/checked-options.ts'
import type { ElsewhereOptions, PersonAttributes, PersonOptions } from '../dialect/person.ts'
import { type PrivilegedOptions, privilegedShape } from '../dialect/privileged-groups.ts'

/** The options of `ds389()`. */
export interface Ds389Options extends PersonOptions, PrivilegedOptions, ElsewhereOptions {
  /**
   * DN of the entry with the global password policy, whose `password*` attributes the service
   * account has to be allowed to read. Default `cn=config`.
   */
  readonly globalPolicy?: string | undefined
  /** The attribute with the id. Default `nsUniqueId`; FreeIPA also has `ipaUniqueID`. */
  readonly idAttribute?: 'nsUniqueId' | 'entryUUID' | 'ipaUniqueID' | undefined
}

/** @internal */
export const ds389Attributes: PersonAttributes = Object.freeze({
  username: 'uid',
  email: 'mail',
  displayName: Object.freeze(['displayName', 'cn']),
  createdAt: 'createTimestamp',
  updatedAt: 'modifyTimestamp',
})

/** @internal */
export const ds389Defaults = Object.freeze({
  userFilter: '(objectClass=person)',
  searchAttributes: Object.freeze(['uid', 'cn', 'displayName', 'mail']),
  searchMode: 'substring',
} as const)

/** The one spelling that the ids of each attribute have. @internal */
export const ds389Ids = Object.freeze({
  nsUniqueId: /^[0-9a-f]{8}(?:-[0-9a-f]{8}){3}$/,
  entryUUID: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  ipaUniqueID: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
})

/** @internal */
export const ds389Schema = z.strictObject({
  ...personShape,
  ...elsewhereShape,
  ...privilegedShape,
  globalPolicy: dnText.optional(),
  idAttribute: z.enum(['nsUniqueId', 'entryUUID', 'ipaUniqueID']).optional(),
} satisfies Shape<Ds389Options>)
