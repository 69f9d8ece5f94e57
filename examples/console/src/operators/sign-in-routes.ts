import { memoryRateCounter } from '@force-reset/http'
import type { RequestTrace } from '@force-reset/http/node'
import { type Context, Hono } from 'hono'
import type { AuditTrail, ConsoleEvent } from '../audit/audit-trail.ts'
import type { AssetPaths } from '../pages/layout.ts'
import { operatorSignInPage } from '../pages/operator-sign-in.ts'
import type { CheckOperator, NameOfOperator } from '../settings/operator-credentials.ts'
import { addressKey } from '../web/client-address.ts'
import type { KnownBrowsers } from '../web/known-browsers.ts'
import type { PageEnv } from '../web/page-env.ts'
import { readForm } from '../web/read-form.ts'
import type { SignInLimit } from '../web/sign-in-limit.ts'
import { commonWords, tooManyAttempts } from '../words/everyone.ts'
import { operatorWords } from '../words/operator.ts'
import type { OperatorSessions } from './operator-sessions.ts'

/** Strangers have many addresses. Beyond this number the oldest is forgotten. */
const mostKeys = 10_000

/** What signing in and out needs. */
export interface OperatorSignIn {
  readonly check: CheckOperator
  readonly nameOf: NameOfOperator
  readonly sessions: OperatorSessions
  readonly limit: SignInLimit
  readonly browsers: KnownBrowsers
  readonly trail: AuditTrail
  readonly assets: AssetPaths
  readonly demo: boolean
  readonly userPages: boolean
  readonly now: () => number
  readonly traceOf: (c: Pick<Context<PageEnv>, 'env'>) => RequestTrace
}

/** Signing in to the console, and out of it. */
export function operatorSignIn(parts: OperatorSignIn): Hono<PageEnv> {
  const { assets, demo, userPages, sessions, limit } = parts
  const stopped = memoryRateCounter(parts.now, { mostKeys })
  const append = (event: Omit<ConsoleEvent, 'at'>) =>
    parts.trail.append({ ...event, at: new Date(parts.now()).toISOString() })
  const app = new Hono<PageEnv>()

  app.get('/console/sign-in', (c) => {
    const next = safeNext(c.req.query('next'))
    if (sessions.operatorOf(c.req.header('cookie'))) return c.redirect(next, 303)
    const end = sessions.endOf(c.req.header('cookie'))
    const notice = end && operatorWords.signIn.ended[end]
    return c.html(operatorSignInPage({ assets, demo, userPages, next, notice }))
  })

  app.post('/console/sign-in', async (c) => {
    const form = await readForm(c)
    const attempt = { username: form('username'), password: form('password') }
    const next = safeNext(form('next'))
    const { source, correlationId } = parts.traceOf(c)
    const { address } = source
    const operatorId = parts.nameOf(attempt.username)
    const cookies = c.req.header('cookie')
    const browser = parts.browsers.keyOf(cookies, attempt.username)
    const counted = { username: attempt.username, address, browser }
    const again = { assets, demo, userPages, next, attempt }
    const waitSeconds = limit.take(counted)
    if (waitSeconds > 0) {
      const key = JSON.stringify([addressKey(address), operatorId])
      if (stopped.add(key, 1, waitSeconds).count === 1)
        await append({ type: 'operator.sign_in_stopped', operatorId, source, correlationId })
      c.header('Retry-After', String(waitSeconds))
      const problem = tooManyAttempts(waitSeconds, browser)
      return c.html(operatorSignInPage({ ...again, problem }), 429)
    }
    if (!parts.check(attempt)) {
      await append({ type: 'operator.sign_in_failed', operatorId, source, correlationId })
      return c.html(operatorSignInPage({ ...again, problem: commonWords.wrongCredentials }), 401)
    }
    limit.succeeded(counted)
    const operator = { id: attempt.username, username: attempt.username }
    await append({
      type: 'operator.signed_in',
      operatorId: operator.id,
      source,
      correlationId,
    })
    c.header('Set-Cookie', sessions.start(operator, cookies))
    c.header('Set-Cookie', parts.browsers.remember(cookies, operator.username), { append: true })
    return c.redirect(next, 303)
  })

  app.post('/console/sign-out', async (c) => {
    const operator = sessions.operatorOf(c.req.header('cookie'))
    // The session ends before anything else can fail.
    c.header('Set-Cookie', sessions.end(c.req.header('cookie')))
    c.header('Clear-Site-Data', '"cache"')
    if (operator)
      await append({
        type: 'operator.signed_out',
        operatorId: operator.id,
        ...parts.traceOf(c),
      })
    return c.redirect('/console/sign-in', 303)
  })
  return app
}

const home = '/console/users'

/**
 * The page of the console to go to after signing in. Any other address, such as another site,
 * becomes the list of users.
 */
export function safeNext(next: string | undefined): string {
  if (!next?.startsWith('/console/') || !URL.canParse(next, 'http://console.invalid')) return home
  const url = new URL(next, 'http://console.invalid')
  const inside =
    url.host === 'console.invalid' && /^\/console\/(?:users|audit)(?:\/|$)/.test(url.pathname)
  return inside ? url.pathname + url.search : home
}
