import type { HandlerResponse } from '../wire/handler-response.ts'
import type { WireProblem } from '../wire/wire.ts'
import { wireProblemSchema } from '../wire/wire.ts'

/** What a reader of requests answers. */
type Read = { readonly ok: true } | { readonly ok: false; readonly response: HandlerResponse }

/** The problem with which a request is refused; `undefined` for a request that is taken. */
export function refusalOf(read: Read): WireProblem | undefined {
  if (read.ok) return undefined
  return wireProblemSchema.parse(JSON.parse(new TextDecoder().decode(read.response.body)))
}
