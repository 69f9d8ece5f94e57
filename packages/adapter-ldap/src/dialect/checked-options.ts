import { ForceResetError } from '@force-reset/core'
import { checkNames, checkReadable, factsProblem } from '@force-reset/core/store'
import { z } from 'zod'
import { isDn } from './dn.ts'
import type { NamedAttributes } from './person.ts'

/** A rule for each option: an option without a rule does not compile. */
export type Shape<T> = Readonly<Record<keyof T, z.ZodType>>

/** The name or the number of an attribute, with options or without (RFC 4512, section 2.5). */
export const attributeName = z
  .string()
  .regex(/^(?:[a-z][a-z0-9_-]*|\d+(?:\.\d+)+)(?:;[a-z0-9-]+)*$/i)
/** A DN that is not empty. Only the directory can say whether an entry has this name. */
export const dnText = z.string().refine(isDn)
/** A DN that says where the entry is; `<GUID=…>` of Active Directory hides the domain. */
export const placedDnText = dnText.refine((text) => !text.startsWith('<'))
export const isFunction = z.custom<(...parameters: never) => unknown>(
  (value) => typeof value === 'function',
)

const attributeNames = z.array(attributeName)

/** Attributes with passwords, hashes, keys and secrets, in lower case. */
const secretAttributes: ReadonlySet<string> = new Set([
  ...['userpassword', '2.5.4.35', 'unicodepwd', 'dbcspwd', 'ntpwdhistory', 'lmpwdhistory'],
  ...['supplementalcredentials', 'ms-mcs-admpwd', 'mslaps-password', 'mslaps-encryptedpassword'],
  ...['pwdhistory', 'passwordhistory', 'authpassword', 'olcrootpw', 'nsslapd-rootpw'],
  ...['sambantpassword', 'sambalmpassword', 'sambapasswordhistory', 'ipanthash'],
  ...[
    'krbprincipalkey',
    'krbmkey',
    'krb5key',
    'ipatokenotpkey',
    'oathsecret',
    'nsds5replicacredentials',
  ],
])
const shownAttribute = attributeName.refine(
  (name) => !secretAttributes.has(String(name.toLowerCase().split(';', 1))),
)

/** The shape of `PersonOptions`. */
export const personShape = {
  userFilter: z.string().min(1).optional(),
  attributes: z
    .strictObject({
      username: attributeName.optional(),
      email: attributeName.optional(),
      displayName: attributeNames.min(1).optional(),
    } satisfies Shape<NamedAttributes>)
    .optional(),
  searchAttributes: attributeNames.min(1).optional(),
  searchMode: z.enum(['prefix', 'substring']).optional(),
  facts: z
    .record(z.string(), shownAttribute)
    .refine((facts) => factsProblem(facts) === undefined)
    .optional(),
  moments: z.boolean().optional(),
  extraAttributes: attributeNames.optional(),
  status: isFunction.optional(),
  privileged: isFunction.optional(),
}

/** The shape of `ElsewhereOptions`. */
export const elsewhereShape = {
  signsInElsewhere: isFunction.optional(),
  otherHashes: z.enum(['refuse', 'survive', 'renewed']).optional(),
}

/**
 * Refuses options that cannot work, and options that nobody reads, at every depth.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG`; the message names the option and never its value.
 * @example
 * checkOptions('openLdap', openLdapSchema, options)
 */
export function checkOptions(of: string, schema: z.ZodObject, options: unknown): void {
  checkReadable(of, Object(options))
  checkKnown(schema, options, `${of}: `)
  const { success, error } = schema.safeParse(options)
  if (success) return
  const [issue] = error.issues
  const where = issue?.path.join('.') || 'the options'
  throw new ForceResetError('ERR_INVALID_CONFIG', `${of}: ${where} is missing or malformed`)
}

/** An object that may hold other names is not a `strictObject`: a dialect. */
function checkKnown(schema: z.ZodObject, options: unknown, path: string): void {
  checkNames(options, Object.keys(schema.shape), path)
  for (const [name, inner] of Object.entries(schema.shape)) {
    const strict = strictIn(inner)
    if (strict) checkKnown(strict, Object(options)[name], `${path}${name}.`)
  }
}

/** The object of known names that an option is, or may be. */
function strictIn(schema: unknown): z.ZodObject | undefined {
  if (schema instanceof z.ZodOptional) return strictIn(schema.unwrap())
  if (schema instanceof z.ZodUnion) return schema.options.map(strictIn).find((one) => one)
  return schema instanceof z.ZodObject && schema.def.catchall ? schema : undefined
}
