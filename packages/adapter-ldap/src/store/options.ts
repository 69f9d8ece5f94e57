import { ForceResetError } from '@force-reset/core'
import { z } from 'zod'
import type { TlsOptions } from '../connection/dial.ts'
import { type Endpoint, endpointOf } from '../connection/endpoint.ts'
import type { Credentials } from '../connection/fetched-credentials.ts'
import { checkOptions, isFunction, placedDnText, type Shape } from '../dialect/checked-options.ts'
import type { Dialect } from '../dialect/dialect.ts'

/** The options of `ldapUserStore()` and `diagnose()`. */
export interface LdapUserStoreOptions {
  /**
   * `ldaps://host[:port]`, or `ldap://host[:port]` for StartTLS. Nothing is ever sent without TLS.
   *
   * Of several, the first that answers is used until its connection ends. Name the server that
   * takes writes first (on Active Directory the PDC emulator).
   */
  readonly url: string | readonly string[]
  /**
   * Users are found at and below this DN, and are neither found nor changed anywhere else. In full,
   * not as `<GUID=…>`.
   */
  readonly baseDn: string
  /**
   * The DN and the password of the service account, or a function that fetches them whenever a
   * connection is opened.
   */
  readonly bind: Credentials | (() => Promise<Credentials>)
  /** `activeDirectory()`, `openLdap()` or `ds389()`. */
  readonly dialect: Dialect
  readonly tls?: TlsOptions | undefined
  /** For TCP, TLS and its checks together, for each URL, in milliseconds. Default 5,000. */
  readonly connectTimeoutMs?: number | undefined
  /**
   * For each operation, in milliseconds. Default 10,000. A write that takes longer is not known to
   * have happened, and is settled.
   */
  readonly operationTimeoutMs?: number | undefined
  /** A connection idle for longer is opened anew, in milliseconds. Default 60,000. */
  readonly idleTimeoutMs?: number | undefined
  /**
   * How long password policies and the nesting of privileged groups are remembered, in
   * milliseconds. Default 60,000; 0 never.
   */
  readonly cacheMs?: number | undefined
  /** Lift a lock caused by failed sign-ins. Default `true`. */
  readonly unlock?: boolean | undefined
  /**
   * Whether the directory is this one server, so that no replica accepts the old password for a
   * time. Default `false`.
   */
  readonly singleServer?: boolean | undefined
  /** The clock, in milliseconds since 1970. Default `Date.now`. */
  readonly now?: (() => number) | undefined
}

/** Options with every default in its place. */
export interface StoreSettings extends Pick<LdapUserStoreOptions, 'baseDn' | 'dialect'> {
  readonly endpoints: readonly Endpoint[]
  readonly bind: () => Promise<Credentials>
  readonly tls: TlsOptions
  readonly connectTimeoutMs: number
  readonly operationTimeoutMs: number
  readonly idleTimeoutMs: number
  readonly cacheMs: number
  readonly unlock: boolean
  readonly singleServer: boolean
  readonly now: () => number
}

const milliseconds = z.number().int().min(1).max(600_000)
// An empty password would be an anonymous bind that succeeds (RFC 4513, section 5.1.2).
const credentials = z.object({ dn: z.string().min(1), password: z.string().min(1) })
const schema = z.strictObject({
  url: z.union([z.string(), z.array(z.string()).min(1)]),
  baseDn: placedDnText,
  // What else an object with a name and a password holds is its own affair.
  bind: z.union([credentials, isFunction]),
  dialect: z.object({
    name: z.string().min(1),
    capabilities: z.object({ survives: z.array(z.string()) }),
    find: isFunction,
    list: isFunction,
    replace: isFunction,
    explain: isFunction,
  }),
  tls: z
    .strictObject({
      ca: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]).optional(),
      servername: z.string().min(1).optional(),
      minVersion: z.enum(['TLSv1.2', 'TLSv1.3']).optional(),
    } satisfies Shape<TlsOptions>)
    .optional(),
  connectTimeoutMs: milliseconds.optional(),
  operationTimeoutMs: milliseconds.optional(),
  idleTimeoutMs: milliseconds.optional(),
  cacheMs: z.number().int().min(0).max(3_600_000).optional(),
  unlock: z.boolean().optional(),
  singleServer: z.boolean().optional(),
  now: isFunction.optional(),
} satisfies Shape<LdapUserStoreOptions>)

/**
 * Refuses options that cannot work.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG`; the message names the option and never its value.
 * @example
 * const { dialect, unlock, now } = storeSettings(options)
 */
export function storeSettings(options: LdapUserStoreOptions): StoreSettings {
  checkOptions('ldapUserStore', schema, options)
  const { url, bind, operationTimeoutMs = 10_000, idleTimeoutMs = 60_000 } = options
  return {
    endpoints: (typeof url === 'string' ? [url] : url).map(endpointOf),
    baseDn: options.baseDn,
    bind: async () => credentialsOf(typeof bind === 'function' ? await bind() : bind),
    dialect: options.dialect,
    tls: options.tls ?? {},
    connectTimeoutMs: options.connectTimeoutMs ?? 5_000,
    operationTimeoutMs,
    // Or a connection could count as idle while it works.
    idleTimeoutMs: Math.max(idleTimeoutMs, operationTimeoutMs + 1_000),
    cacheMs: options.cacheMs ?? 60_000,
    unlock: options.unlock ?? true,
    singleServer: options.singleServer ?? false,
    now: options.now ?? Date.now,
  }
}

function credentialsOf(found: Credentials): Credentials {
  if (credentials.safeParse(found).success) return found
  throw new ForceResetError(
    'ERR_INVALID_CONFIG',
    'ldapUserStore: bind has to return a dn and a password, neither of them empty',
  )
}
