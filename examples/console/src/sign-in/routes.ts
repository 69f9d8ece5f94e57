import type { RequestTrace } from '@force-reset/http/node'
import { type Context, Hono } from 'hono'
import type { Account, Accounts } from '../accounts/accounts.ts'
import { objectionTo } from '../accounts/choose-password.ts'
import type { PasswordCheck } from '../accounts/password-check.ts'
import type { AuditTrail } from '../audit/audit-trail.ts'
import type { AssetPaths } from '../pages/layout.ts'
import { changePasswordPage, userSignInPage, vouchPage, welcomePage } from '../pages/user-pages.ts'
import type { KnownBrowsers } from '../web/known-browsers.ts'
import type { PageEnv } from '../web/page-env.ts'
import { readForm } from '../web/read-form.ts'
import type { SignInLimit } from '../web/sign-in-limit.ts'
import { commonWords, tooManyAttempts, tryAgainIn } from '../words/everyone.ts'
import { userWords } from '../words/user.ts'
import { gateOf, signIn } from './sign-in.ts'
import type { UserSessions } from './user-sessions.ts'

/** What the user's pages need. */
export interface UserPages {
  readonly accounts: Accounts
  readonly passwords: PasswordCheck
  readonly sessions: UserSessions
  readonly limit: SignInLimit
  readonly browsers: KnownBrowsers
  /** The limit for choosing a password: each try costs as much as a sign-in. */
  readonly changes: SignInLimit
  /** Where people vouch for callers; `undefined` where nobody does. */
  readonly vouchApiPath: string | undefined
  readonly trail: AuditTrail
  readonly assets: AssetPaths
  readonly now: () => number
  readonly traceOf: (c: Pick<Context<PageEnv>, 'env'>) => RequestTrace
}

/** The user's side: what an application does with the columns that a reset writes. */
export function userPages(parts: UserPages): Hono<PageEnv> {
  const { accounts, assets, passwords, sessions, vouchApiPath } = parts
  const app = new Hono<PageEnv>()

  app.get('/signin', (c) => c.html(userSignInPage({ assets })))

  app.post('/signin', async (c) => {
    const form = await readForm(c)
    const attempt = { username: form('username'), password: form('password') }
    const again = { assets, attempt }
    const cookies = c.req.header('cookie')
    const browser = parts.browsers.keyOf(cookies, attempt.username)
    const { address } = parts.traceOf(c).source
    const counted = { username: attempt.username, address, browser }
    const waitSeconds = parts.limit.take(counted)
    if (waitSeconds > 0) {
      c.header('Retry-After', String(waitSeconds))
      const problem = tooManyAttempts(waitSeconds, browser)
      return c.html(userSignInPage({ ...again, problem }), 429)
    }
    const result = await signIn(parts, attempt)
    switch (result.outcome) {
      case 'refused':
        return c.html(userSignInPage({ ...again, problem: commonWords.wrongCredentials }), 401)
      case 'expired':
        return c.html(userSignInPage({ ...again, problem: userWords.expired }), 401)
      case 'signed_in':
        parts.limit.succeeded(counted)
        return welcomeIn(c, parts, result.account)
      default:
        return result satisfies never
    }
  })

  app.get('/welcome', async (c) => {
    const account = await sessions.accountOf(c.req.header('cookie'))
    if (!account) return c.redirect('/signin', 303)
    if (gateOf(parts, account) !== 'open') return c.redirect('/change-password', 303)
    return c.html(welcomePage({ assets, account, vouches: vouchApiPath !== undefined }))
  })

  if (vouchApiPath !== undefined)
    app.get('/vouch', async (c) => {
      const account = await sessions.accountOf(c.req.header('cookie'))
      if (!account) return c.redirect('/signin', 303)
      if (gateOf(parts, account) !== 'open') return c.redirect('/change-password', 303)
      return c.html(vouchPage({ assets, account, apiPath: vouchApiPath }))
    })

  app.get('/change-password', async (c) => {
    const account = await sessions.accountOf(c.req.header('cookie'))
    if (!account) return c.redirect('/signin', 303)
    const gate = gateOf(parts, account)
    if (gate === 'expired') return signedOut(c, parts)
    return gate === 'open'
      ? c.redirect('/welcome', 303)
      : c.html(changePasswordPage({ assets, account }))
  })

  app.post('/change-password', async (c) => {
    const account = await sessions.accountOf(c.req.header('cookie'))
    if (!account) return c.redirect('/signin', 303)
    const gate = gateOf(parts, account)
    if (gate === 'expired') return signedOut(c, parts)
    if (gate === 'open') return c.redirect('/welcome', 303)
    const attempt = { username: account.username, address: parts.traceOf(c).source.address }
    const waitSeconds = parts.changes.take(attempt)
    if (waitSeconds > 0) {
      c.header('Retry-After', String(waitSeconds))
      const problem = tryAgainIn(waitSeconds)
      return c.html(changePasswordPage({ assets, account, problem }), 429)
    }
    const form = await readForm(c)
    const problem = await objectionTo(
      { password: form('password'), repeated: form('repeated') },
      account,
      passwords,
    )
    if (problem !== undefined) return c.html(changePasswordPage({ assets, account, problem }), 422)
    const chosen = await accounts.choosePassword(account, await passwords.hash(form('password')))
    const changed = chosen ? await accounts.byId(account.id) : undefined
    // The account was reset again meanwhile, and the session belonged to the password before.
    if (!changed) return c.redirect('/signin', 303)
    parts.changes.succeeded(attempt)
    await parts.trail.append({
      type: 'user.password_chosen',
      at: new Date(parts.now()).toISOString(),
      userId: account.id,
      username: account.username,
      ...parts.traceOf(c),
    })
    return welcomeIn(c, parts, changed)
  })

  app.post('/signout', (c) => {
    c.header('Set-Cookie', sessions.end(c.req.header('cookie')))
    c.header('Clear-Site-Data', '"cache"')
    return c.redirect('/signin', 303)
  })
  return app
}

/**
 * Starts a session under a new token, remembers the browser, and sends the user to the next page.
 */
function welcomeIn(c: Context, parts: UserPages, account: Account): Response {
  const cookies = c.req.header('cookie')
  c.header('Set-Cookie', parts.sessions.start(account, cookies))
  c.header('Set-Cookie', parts.browsers.remember(cookies, account.username), { append: true })
  return c.redirect(gateOf(parts, account) === 'open' ? '/welcome' : '/change-password', 303)
}

function signedOut(c: Context, parts: UserPages) {
  c.header('Set-Cookie', parts.sessions.end(c.req.header('cookie')))
  return c.html(userSignInPage({ assets: parts.assets, problem: userWords.expired }), 401)
}
