import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

// Express requires `is-promise`, whose "import" condition comes before "require". Where Node is
// told
// to honour "import" everywhere, as vitest may be told, Express would get a module instead of a
// function.
const name = 'is-promise'
const isPromise: unknown = require(name)
const cached = require.cache[require.resolve(name)]
if (typeof isPromise === 'object' && isPromise !== null && cached)
  cached.exports = Reflect.get(isPromise, 'default')

/** Express, as its users get it. */
export const { default: express } = await import('express')

/**
 * What the tests use of Koa, whose own types need another version of a package than the one that is
 * installed.
 */
interface KoaContext {
  readonly path: string
  readonly req: IncomingMessage
  readonly res: ServerResponse
  respond: boolean
  body: unknown
}
interface KoaApplication {
  use(middleware: (context: KoaContext, next: () => Promise<unknown>) => unknown): void
  callback(): RequestListener
}

/** A new application of Koa. */
export function koa(): KoaApplication {
  return Reflect.construct(require('koa'), [])
}
