import { versionOfEntityTag } from '../wire/entity-tag.ts'
import type { HandlerRequest } from '../wire/handler-request.ts'
import type { WireResetRequest } from '../wire/wire.ts'
import type { Refused } from './json-body.ts'
import { readFields, readJsonBody, refused, wrongField } from './json-body.ts'
import { versionRequired } from './refusals.ts'

/** What a request to reset says. */
interface AskedReset extends Pick<WireResetRequest, 'reason' | 'proofs' | 'override'> {
  readonly version: string
  /** Whether the version came in `If-Match`. */
  readonly conditional: boolean
}

/** What is asked for, or the response that refuses the request. */
export type ResetRequestRead = { readonly ok: true; readonly asked: AskedReset } | Refused

/**
 * Reads body and `If-Match` of a request to reset.
 *
 * @param options.identifies - Whether callers have to be identified.
 */
export async function readResetRequest<O>(
  request: HandlerRequest<O>,
  options: { readonly limitBytes: number; readonly identifies: boolean },
): Promise<ResetRequestRead> {
  const value = await readJsonBody(request, options.limitBytes)
  if (!value.ok) return value
  const read = readResetBody(value.json, options.identifies)
  if (!read.ok) return read
  const { version: sent, ...others } = read.body
  const tag = request.header('if-match')
  const tagged = tag === undefined ? undefined : versionOfEntityTag(tag)
  const named = sent || undefined
  const version = tagged ?? named
  const differs = named !== undefined && named !== version
  if (differs || (tag !== undefined && tagged === undefined))
    return wrongField('If-Match', 'malformed')
  if (version === undefined) return refused(versionRequired())
  return { ok: true, asked: { ...others, version, conditional: tag !== undefined } }
}

/** The fields of the body, or the response that says which of them is wrong. */
export type ResetBodyRead = { readonly ok: true; readonly body: WireResetRequest } | Refused

const always = { version: 'text', reason: 'text' } as const
const identifying = { ...always, proofs: 'texts', override: 'flag' } as const

/**
 * Reads the fields of the body. Where no caller has to be identified, `proofs` and `override` are
 * unknown fields.
 */
export function readResetBody(value: unknown, identifies: boolean): ResetBodyRead {
  const read = identifies ? readFields(value, identifying) : readFields(value, always)
  return read.ok ? { ok: true, body: read.fields } : read
}
