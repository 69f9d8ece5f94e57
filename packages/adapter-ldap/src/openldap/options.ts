import { z } from 'zod'
import { dnText, elsewhereShape, personShape, type Shape } from '../dialect/checked-options.ts'
import type { ElsewhereOptions, PersonAttributes, PersonOptions } from '../dialect/person.ts'
import { type PrivilegedOptions, privilegedShape } from '../dialect/privileged-groups.ts'

/** The options of `openLdap()`. */
export interface OpenLdapOptions extends PersonOptions, PrivilegedOptions, ElsewhereOptions {
  /**
   * DN of the default password policy: `ppolicy_default` in the server's configuration. Where the
   * service account may read `olcPPolicyDefault`, slapd has to name the same policy. Otherwise a
   * receipt says `mustChange: unproven`.
   *
   * Without this option must-change is proven only for accounts that name a policy of their own.
   * Resets of the other accounts are refused.
   */
  readonly defaultPolicy?: string | undefined
  /**
   * DN of an account without any right, made for `diagnose` alone. `diagnose` sets a random
   * password there, and asks by one compare whether slapd has stored the password as text. The
   * service account needs `=cw` on its `userPassword`. Default: nobody looks.
   */
  readonly throwawayAccount?: string | undefined
  /**
   * Write the day of the reset into `shadowLastChange` of each `shadowAccount`, in the same modify.
   * The service account needs write on that attribute. Default `false`: slapd leaves the old day,
   * and programs that heed it count the age of the password from there.
   */
  readonly shadowLastChange?: boolean | undefined
}

/** @internal */
export const openLdapAttributes: PersonAttributes = Object.freeze({
  username: 'uid',
  email: 'mail',
  displayName: Object.freeze(['displayName', 'cn']),
  createdAt: 'createTimestamp',
  updatedAt: 'modifyTimestamp',
})

/** @internal */
export const openLdapDefaults = Object.freeze({
  userFilter: '(objectClass=person)',
  searchAttributes: Object.freeze(['uid', 'cn', 'displayName', 'mail']),
  searchMode: 'substring',
} as const)

/** @internal */
export const openLdapSchema = z.strictObject({
  ...personShape,
  ...elsewhereShape,
  ...privilegedShape,
  defaultPolicy: dnText.optional(),
  throwawayAccount: dnText.optional(),
  shadowLastChange: z.boolean().optional(),
} satisfies Shape<OpenLdapOptions>)
