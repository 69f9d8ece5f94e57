import type { HttpBindings } from '@hono/node-server'

/** What Hono passes to every page: the request as Node has it. */
export interface PageEnv {
  readonly Bindings: HttpBindings
}
