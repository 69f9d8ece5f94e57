import { requestTransport } from '@force-reset/http/node'
import { createMiddleware } from 'hono/factory'
import type { PageEnv } from '../web/page-env.ts'
import type { AssetPaths } from './layout.ts'
import { messagePage } from './message.ts'

/** What {@link secureWay} has to know. */
export interface SecureWay {
  readonly assets: AssetPaths
  readonly trustProxy: boolean
  readonly allowInsecureHttp: boolean
}

/**
 * Refuses what others could have read on its way, as the handler of the API does: whoever types a
 * password into a page of ours must be able to rely on it.
 */
export function secureWay({ assets, trustProxy, allowInsecureHttp }: SecureWay) {
  return createMiddleware<PageEnv>(async (c, next) => {
    if (allowInsecureHttp || requestTransport(c.env.incoming, { trustProxy }) !== 'insecure')
      return await next()
    const words =
      'The connection to this page is not encrypted, and a password typed into it could be read on its way. Open it over https, or on the machine itself.'
    return c.html(messagePage({ assets, title: 'Not encrypted', words }), 403)
  })
}
