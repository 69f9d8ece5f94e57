import type { HttpBindings } from '@hono/node-server'

/** Hono passes Node's own request to every page. */
export interface PageEnv {
  readonly Bindings: HttpBindings
}
