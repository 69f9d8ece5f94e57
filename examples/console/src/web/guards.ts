import { proxyTrouble, requestTransport } from '@force-reset/http/node'
import { createMiddleware } from 'hono/factory'
import { type AssetPaths, messagePage } from '../pages/layout.ts'
import { commonWords } from '../words/everyone.ts'
import type { PageEnv } from './page-env.ts'
import type { ProxyLog } from './proxy-log.ts'

/** Options of {@link secureWay}. */
export interface SecureWay {
  readonly assets: AssetPaths
  readonly trustProxy: boolean
  readonly allowInsecureHttp: boolean
  readonly tellOfProxy: ProxyLog
}

/**
 * Refuses a request that others could have read on its way, as the handler of the API does. People
 * type passwords into these pages and must be able to rely on that.
 */
export function secureWay({ assets, trustProxy, allowInsecureHttp, tellOfProxy }: SecureWay) {
  return createMiddleware<PageEnv>(async (c, next) => {
    if (allowInsecureHttp || requestTransport(c.env.incoming, { trustProxy }) !== 'insecure')
      return await next()
    const trouble = proxyTrouble(c.env.incoming, { trustProxy })
    if (trouble !== undefined) tellOfProxy(trouble)
    const { title, words, behindProxy } = commonWords.notEncrypted
    const sentences = trouble === undefined ? words : `${words} ${behindProxy}`
    return c.html(messagePage({ assets, title, words: sentences }), 403)
  })
}

/** Refuses a form that another site sent. */
export function sameSite({ assets }: Pick<SecureWay, 'assets'>) {
  return createMiddleware<PageEnv>(async (c, next) => {
    const changes = c.req.method !== 'GET' && c.req.method !== 'HEAD'
    if (!changes || !isCrossSite(c.req.raw)) return await next()
    const { refused: title, fromAnotherSite: words } = commonWords
    const action = { href: '/console', words: commonWords.toConsole }
    return c.html(messagePage({ assets, title, words, action }), 403)
  })
}

/**
 * Whether a request that changes something was started by another site.
 *
 * Every current browser sends `Sec-Fetch-Site` or `Origin` with a form post. A request with neither
 * comes from a program, which has no cookies to abuse. The first line of defence is the cookie's
 * `SameSite=Strict`.
 */
export function isCrossSite(request: Request): boolean {
  const site = request.headers.get('sec-fetch-site')
  if (site !== null) return site !== 'same-origin' && site !== 'none'
  const origin = request.headers.get('origin')
  if (origin === null) return false
  const host = request.headers.get('host')
  return origin !== `http://${host}` && origin !== `https://${host}`
}
