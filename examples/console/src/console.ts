import type { RequestListener } from 'node:http'
import { sqlPendingResets } from '@force-reset/adapter-sql'
import { type ForceResetConfig, isSameAccount, safeError, type UserStore } from '@force-reset/core'
import { allowInsecureTransport, limitedAudit, type UnexpectedError } from '@force-reset/http'
import { nodeHandler, requestSource } from '@force-reset/http/node'
import { getRequestListener } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { Kysely } from 'kysely'
import { accounts } from './accounts/accounts.ts'
import { passwordCheck } from './accounts/password-check.ts'
import { type AuditDatabase, auditTrail } from './audit/audit-trail.ts'
import { sampleCallers } from './demo/sample-callers.ts'
import { type ConsoleOperator, operatorSessions } from './operators/operator-sessions.ts'
import { operatorPages } from './operators/routes.ts'
import { operatorSignIn } from './operators/sign-in-routes.ts'
import { messagePage } from './pages/layout.ts'
import {
  checkOperator,
  knownOperator,
  type OperatorCredentials,
} from './settings/operator-credentials.ts'
import type { CallerWay } from './settings/settings.ts'
import type { UsersTable } from './settings/users-table.ts'
import { userPages } from './sign-in/routes.ts'
import { userSessions } from './sign-in/user-sessions.ts'
import { closeOpenResets } from './storage/close-open-resets.ts'
import { loggedStore, troubleLog } from './storage/trouble-log.ts'
import { assets } from './web/assets.ts'
import { sameSite, secureWay } from './web/guards.ts'
import { knownBrowsers } from './web/known-browsers.ts'
import type { PageEnv } from './web/page-env.ts'
import { hasMoreInFront, proxyLog } from './web/proxy-log.ts'
import { securityHeaders } from './web/security-headers.ts'
import { signInLimit } from './web/sign-in-limit.ts'
import { administratorWords } from './words/administrator.ts'
import { commonWords } from './words/everyone.ts'

/** The parts of a console. */
export interface ConsoleOptions {
  readonly db: Kysely<AuditDatabase>
  /** The table of users, for the user's side; a directory has none. */
  readonly table: UsersTable | undefined
  readonly store: UserStore
  /** Who may sign in. */
  readonly operator: OperatorCredentials
  /** Whether browsers reach the console over TLS, its own or a proxy's. */
  readonly secure: boolean
  /** Whether `X-Forwarded-For` is believed. */
  readonly trustProxy: boolean
  /** Whether other machines may use the console without TLS. Its pages then say so. */
  readonly allowInsecureHttp: boolean
  /** Whether the user's side is served too, where there is a table of users. */
  readonly userPages: boolean
  /** Whether the operator's password is in the terminal. */
  readonly demo: boolean
  /** `undefined`: the directory decides. */
  readonly temporaryPasswordSeconds: number | undefined
  /** Whether a reset needs a reason, or a reason of this pattern. */
  readonly requireReason: boolean | RegExp
  /** How callers can be identified. None: nobody has to be. */
  readonly callerWays: readonly CallerWay[]
  /** Most resets of one operator in ten minutes. */
  readonly resetsPerOperator: number
  /** Most resets of one account in ten minutes. */
  readonly resetsPerAccount: number
  /** Seals the cursors of lists. */
  readonly secret: string
  /** Takes one line about something that went wrong. The line holds no value. */
  readonly log: (line: string) => void
  /** Default `Date.now`. */
  readonly now?: () => number
}

const apiPath = '/console/api'
/** The API of people who vouch. They sign in on the user's side, and are no operators. */
const vouchApiPath = '/vouch/api'
/** Of the limits of resets: ten minutes. */
const windowSeconds = 600
/** The way out of a page that is only a message. */
const wayOut = { href: '/console', words: commonWords.toConsole }

/** A console without an operator, as one function of Node's HTTP server: every path answers 404. */
export function switchedOff(options: Pick<ConsoleOptions, 'secure'>): RequestListener {
  const headers = { ...securityHeaders(options), 'Content-Type': 'text/plain; charset=utf-8' }
  return (_request, response) => {
    response.writeHead(404, headers).end(`${commonWords.notFound.title}\n`)
  }
}

/** A console that has all its parts. */
export interface ReadyConsole {
  /** The whole program as one function of Node's HTTP server. */
  readonly handler: RequestListener
  /** Looks for resets without a known outcome, now and again and again. Answers how to end that. */
  closeOpenResets(): () => Promise<void>
}

/** Puts a console together. */
export async function createConsole(options: ConsoleOptions): Promise<ReadyConsole> {
  const { secure, now = Date.now } = options
  const { paths, routes } = assets()
  const frame = { ...paths, insecure: options.allowInsecureHttp && !secure }
  const traceOf = (c: Pick<Context<PageEnv>, 'env'>) => requestSource(c.env.incoming, options)
  const tellOfProxy = proxyLog(options.log)
  const troubles = troubleLog(options.log, now)
  const onError = (error: UnexpectedError): void =>
    error.trouble === undefined ? troubles.heard(error) : tellOfProxy(error.trouble)
  const trail = auditTrail(options.db)
  const operators = operatorSessions({ secure, now })
  const userAccounts = options.table && accounts(options.db, options.table)
  const users = userAccounts && userSessions({ accounts: userAccounts, secure, now })
  const config: ForceResetConfig<ConsoleOperator> = {
    store: loggedStore(options.store, troubles),
    authorize: () => true,
    // The pages and the API together, so that both share the bound.
    audit: limitedAudit(
      (event) => trail.append(event),
      (error) => onError({ during: 'audit', ...safeError(error) }),
    ),
    pending: sqlPendingResets(options.db),
    secret: options.secret,
    onError,
    expiresInSeconds: options.temporaryPasswordSeconds,
    requireReason: options.requireReason,
    verification: sampleCallers(options.callerWays, userAccounts, now),
    ...(users ? { revokeSessions: async (user) => users.endAllOf(user.id) } : {}),
    // The operator is in no table: an account of the same name is taken for the operator's own.
    isSelf: isSameAccount,
    now,
  }
  const common = { trail, assets: frame, now, traceOf }

  const app = new Hono<PageEnv>()
  app.use(async (c, next) => {
    await next()
    for (const [name, value] of Object.entries(securityHeaders({ secure })))
      if (!c.res.headers.has(name)) c.res.headers.set(name, value)
  })
  app.use(secureWay({ ...options, assets: frame, tellOfProxy }))
  app.use(sameSite({ assets: frame }))
  app.route('/', routes)
  app.get('/', (c) => c.redirect('/console', 303))
  app.route(
    '/',
    operatorSignIn({
      ...common,
      check: checkOperator(options.operator),
      nameOf: knownOperator(options.operator),
      sessions: operators,
      limit: signInLimit(now),
      browsers: knownBrowsers('operator_browser', { secure, now }),
      demo: options.demo,
      userPages: options.userPages,
    }),
  )
  if (options.userPages && userAccounts && users)
    app.route(
      '/',
      userPages({
        ...common,
        accounts: userAccounts,
        passwords: await passwordCheck(),
        sessions: users,
        limit: signInLimit(now),
        browsers: knownBrowsers('user_browser', { secure, now }),
        changes: signInLimit(now),
        vouchApiPath: options.callerWays.includes('vouch') ? vouchApiPath : undefined,
      }),
    )
  const { search: reach = 'beginnings' } = options.store.capabilities
  app.route('/', operatorPages({ ...common, sessions: operators, config, reach, apiPath }))
  app.notFound((c) => {
    const { title, words, behindProxy } = commonWords.notFound
    const misplaced = hasMoreInFront(c.req.path)
    if (misplaced) tellOfProxy('path_added')
    const sentences = misplaced ? `${words} ${behindProxy}` : words
    // Where a proxy adds to the path, no address of ours leads anywhere.
    const page = { assets: frame, title, words: sentences }
    return c.html(messagePage(misplaced ? page : { ...page, action: wayOut }), 404)
  })
  app.onError((error, c) => {
    if (error instanceof HTTPException)
      return c.html(
        messagePage({
          assets: frame,
          title: commonWords.refused,
          words: error.message,
          action: wayOut,
        }),
        error.status,
      )
    // Only the class is logged: a driver's message can hold the values of a statement.
    options.log(administratorWords.failures.page(error.name))
    return c.html(messagePage({ assets: frame, ...commonWords.failed, action: wayOut }), 500)
  })
  const pages = getRequestListener(app.fetch, { overrideGlobalObjects: false })
  const api = nodeHandler<ConsoleOperator>({
    ...config,
    basePath: apiPath,
    authenticate: (request) => operators.operatorOf(request.headers.cookie),
    trustProxy: options.trustProxy,
    rateLimits: {
      resetsPerOperator: { limit: options.resetsPerOperator, windowSeconds },
      resetsPerTarget: { limit: options.resetsPerAccount, windowSeconds },
    },
    [allowInsecureTransport]: options.allowInsecureHttp,
    onError,
  })
  // Everything of the API but vouching is denied to people who vouch.
  const vouches = nodeHandler<ConsoleOperator>({
    ...config,
    basePath: vouchApiPath,
    authenticate: async ({ headers }) => await users?.voucherOf(headers.cookie),
    authorize: () => false,
    trustProxy: options.trustProxy,
    [allowInsecureTransport]: options.allowInsecureHttp,
    onError,
  })
  const rest: RequestListener = options.callerWays.includes('vouch')
    ? (request, response) => vouches(request, response, () => pages(request, response))
    : pages
  return {
    handler: (request, response) => api(request, response, () => rest(request, response)),
    closeOpenResets: () => closeOpenResets(config, options.log),
  }
}
