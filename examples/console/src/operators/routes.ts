import {
  type AccountStatus,
  type FailureCode,
  type ForceResetConfig,
  listUsers,
  type QueryFailure,
  type User,
  viewUser,
} from '@force-reset/core'
import type { RequestTrace } from '@force-reset/http/node'
import { type Context, Hono } from 'hono'
import { createMiddleware } from 'hono/factory'
import type { AuditTrail } from '../audit/audit-trail.ts'
import { likenessOf } from '../names/look-alikes.ts'
import { auditTrailPage } from '../pages/audit.ts'
import { type AssetPaths, messagePage } from '../pages/layout.ts'
import { type ListView, readListView } from '../pages/list-query.ts'
import { dayIn, readTrailView } from '../pages/trail-query.ts'
import { type Namesakes, userDetailsPage } from '../pages/user-details.ts'
import { usersPage } from '../pages/users.ts'
import type { PageEnv } from '../web/page-env.ts'
import { commonWords } from '../words/everyone.ts'
import { failureWords, operatorWords } from '../words/operator.ts'
import type { ConsoleOperator, OperatorSessions } from './operator-sessions.ts'

/** What the operator's pages need. */
export interface OperatorPages {
  readonly sessions: OperatorSessions
  readonly config: ForceResetConfig<ConsoleOperator>
  readonly trail: AuditTrail
  readonly assets: AssetPaths
  /** Where in a name the store finds a part of a search. */
  readonly reach: 'anywhere' | 'beginnings'
  readonly apiPath: string
  readonly traceOf: (c: Pick<Context<PageEnv>, 'env'>) => RequestTrace
}

interface OperatorEnv extends PageEnv {
  readonly Variables: { readonly operator: ConsoleOperator }
}

const pageSize = 25
/** Characters of a search that core takes. */
const longestSearch = 200

/** The HTTP status of a page that could not be shown. */
const statusOf: Readonly<Record<FailureCode, 400 | 403 | 404 | 500 | 503>> = {
  invalid_request: 400,
  forbidden: 403,
  user_not_found: 404,
  not_eligible: 500,
  own_account: 500,
  privileged_user: 500,
  conflict: 500,
  verification_required: 500,
  password_rejected: 500,
  rules_unsatisfiable: 500,
  must_change_ineffective: 500,
  store_denied: 500,
  store_unavailable: 503,
  busy: 503,
  outcome_unknown: 500,
  audit_unavailable: 503,
  aborted: 500,
}

/** The pages behind the sign-in. */
export function operatorPages(parts: OperatorPages): Hono<OperatorEnv> {
  const { config, assets, apiPath } = parts
  const app = new Hono<OperatorEnv>()
  app.use('/console/*', signedIn(parts.sessions))

  app.get('/console', (c) => c.redirect('/console/users', 303))

  app.get('/console/users', async (c) => {
    const operator = c.get('operator')
    const view = readListView(new URL(c.req.url).searchParams)
    const statuses: readonly AccountStatus[] | undefined = view.status && [view.status]
    const list = await listUsers(config, {
      operator,
      ...parts.traceOf(c),
      search: view.search,
      statuses,
      cursor: view.cursor,
      limit: pageSize,
    })
    const page = list.ok
      ? { users: list.users, nextCursor: list.nextCursor, truncated: list.truncated }
      : {
          users: [],
          nextCursor: undefined,
          truncated: false,
          problem: isOver(list, view) ? operatorWords.pageIsOver : failureWords(list),
        }
    return c.html(
      usersPage({ assets, operator: operator.username, view, reach: parts.reach, ...page }),
      list.ok ? 200 : statusOf[list.code],
    )
  })

  app.get('/console/users/:id', async (c) => {
    const operator = c.get('operator')
    const found = await viewUser(config, {
      operator,
      userId: c.req.param('id'),
      ...parts.traceOf(c),
    })
    if (!found.ok) return c.html(problem(assets, failureWords(found)), statusOf[found.code])
    const view = readListView(new URL(c.req.url).searchParams)
    const [lastReset, others] = await Promise.all([
      parts.trail.lastReset(found.user.id),
      namesakesOf(config, operator, found.user),
    ])
    return c.html(
      userDetailsPage({
        assets,
        operator: operator.username,
        user: found.user,
        others,
        lastReset,
        view,
        apiPath,
        reasonRequired: config.requireReason !== false,
      }),
    )
  })

  app.get('/console/audit', async (c) => {
    const view = readTrailView(new URL(c.req.url).searchParams)
    const page = await parts.trail.page({ ...view, day: dayIn(view.day, view.zone) })
    return c.html(auditTrailPage({ assets, operator: c.get('operator').username, page, view }))
  })

  app.get('/console/*', (c) => c.html(problem(assets, commonWords.notFound.words), 404))
  return app
}

/** The accounts that an operator could take for this one. A store finds them by their names. */
async function namesakesOf(
  config: ForceResetConfig<ConsoleOperator>,
  operator: ConsoleOperator,
  user: User,
): Promise<Namesakes | undefined> {
  const names = new Set([user.username, user.displayName || user.username])
  const lists = await Promise.all(
    Array.from(names, async (search) => {
      const whole = search.slice(0, longestSearch)
      return await listUsers(config, { operator, search: whole, limit: pageSize })
    }),
  )
  const found = new Map<string, User>()
  for (const list of lists) {
    if (!list.ok) return undefined
    for (const one of list.users) if (likenessOf(user, one) === 'same') found.set(one.id, one)
  }
  found.delete(user.id)
  const more = lists.some((list) => list.ok && (list.truncated || list.nextCursor !== undefined))
  return { users: [...found.values()], more }
}

/** Lets operators pass. Everybody else is sent to the sign-in, and comes back from there. */
function signedIn(sessions: OperatorSessions) {
  return createMiddleware<OperatorEnv>(async (c, next) => {
    const operator = sessions.operatorOf(c.req.header('cookie'))
    if (!operator) return c.redirect(signInPath(c), 303)
    c.set('operator', operator)
    return await next()
  })
}

/** Whether the address names a page that can be asked for no longer. */
function isOver({ code, detail }: QueryFailure, { cursor }: ListView): boolean {
  const field = detail?.reason === 'field' ? detail.field : undefined
  return cursor !== undefined && code === 'invalid_request' && field === 'cursor'
}

function signInPath(c: Context): string {
  const { pathname, search } = new URL(c.req.url)
  return search === '' && (pathname === '/console' || pathname === '/console/users')
    ? '/console/sign-in'
    : `/console/sign-in?next=${encodeURIComponent(pathname + search)}`
}

function problem(assets: AssetPaths, words: string) {
  return messagePage({
    assets,
    title: operatorWords.notAvailable,
    words,
    action: { href: '/console/users', words: operatorWords.backToList },
  })
}
