import type { Operator } from '@force-reset/core'
import { ForceResetError } from '@force-reset/core'
import { limitedAudit } from '../guards/limited-audit.ts'
import type { RateLimits } from '../guards/rate-limits.ts'
import { rateLimits } from '../guards/rate-limits.ts'
import type { RequestTrace } from '../guards/request-trace.ts'
import type { HandlerRequest } from '../wire/handler-request.ts'
import type { Advice } from './advice.ts'
import { adviceOf } from './advice.ts'
import { defaultBodyLimitBytes } from './check-options.ts'
import type { ForeignKeys } from './foreign-keys.ts'
import { foreignKeys } from './foreign-keys.ts'
import type { HandlerConfig, UnexpectedError } from './handler-options.ts'
import { reportError } from './report-error.ts'

/** What the steps of one handler share. */
export interface HandlerParts<O extends Operator> {
  readonly config: HandlerConfig<O>
  readonly limits: RateLimits<O>
  readonly origins: ReadonlySet<string>
  readonly bodyLimitBytes: number
  report(during: UnexpectedError['during'], error: unknown): void
  /** Tells `onError` once what does not fit. `arriving` is for `path_cut`. */
  advise(advice: Advice, arriving?: string): void
  /** Tells `onError` of a key that made a version or a cursor, and that this process lacks. */
  readonly foreignKey: ForeignKeys
}

/** A request that has passed the guards, and the operator who sent it. */
export interface SignedInRequest<O extends Operator> {
  readonly request: HandlerRequest<O>
  readonly operator: O
  /** Present when the request came without TLS and the handler was told to work so. */
  readonly insecure: true | undefined
  readonly trace: RequestTrace
}

/** Fills in the defaults. */
export function handlerParts<O extends Operator>(config: HandlerConfig<O>): HandlerParts<O> {
  const told = new Set<Advice>()
  const report: HandlerParts<O>['report'] = (during, error) => reportError(config, during, error)
  const audit = limitedAudit(
    (event) => config.audit(event),
    (error) => report('audit', error),
  )
  return {
    // Everything else of the configuration is as it was given, methods of a class included.
    config: Object.create(config, { audit: { value: audit } }),
    limits: rateLimits(config, config.rateLimits),
    origins: new Set(config.origins),
    bodyLimitBytes: config.bodyLimitBytes ?? defaultBodyLimitBytes,
    report,
    foreignKey: foreignKeys((error) => report('secret', error)),
    advise: (advice, arriving = '') => {
      if (told.has(advice)) return
      told.add(advice)
      const message = adviceOf(advice, config.basePath ?? '', arriving)
      reportError(config, 'proxy', new ForceResetError('ERR_INVALID_CONFIG', message), advice)
    },
  }
}
