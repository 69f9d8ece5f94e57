import { versionOfEntityTag } from '../wire/entity-tag.ts'
import { refusalProblem } from '../wire/failure-problem.ts'
import type { BodyRead, HandlerRequest } from '../wire/handler-request.ts'
import type { HandlerResponse } from '../wire/handler-response.ts'
import type { WireResetRequest } from '../wire/wire.ts'
import {
  bodyConsumed,
  bodyTooLarge,
  invalidRequest,
  malformedBody,
  notJson,
  unknownField,
  versionRequired,
} from './refusals.ts'

/** What a request to reset says. */
interface AskedReset {
  readonly version: string
  /** Whether the version came in `If-Match`. */
  readonly conditional: boolean
  readonly reason?: string | undefined
}

interface Refused {
  readonly ok: false
  readonly response: HandlerResponse
}

/** What is asked for, or the response that refuses the request. */
export type ResetRequestRead = { readonly ok: true; readonly asked: AskedReset } | Refused

/** Reads body and `If-Match` of a request to reset. */
export async function readResetRequest<O>(
  request: HandlerRequest<O>,
  limitBytes: number,
): Promise<ResetRequestRead> {
  // Also a guard against other sites: a form cannot send this type, and a script cannot without
  // asking first (CORS).
  if (!isJson(request.header('content-type'))) return refused(notJson())
  const value = readJson(await request.readBody(limitBytes), limitBytes)
  if (!value.ok) return value
  const read = readResetBody(value.json)
  if (!read.ok) return read
  const tag = request.header('if-match')
  const tagged = tag === undefined ? undefined : versionOfEntityTag(tag)
  const named = read.body.version || undefined
  const version = tagged ?? named
  const differs = named !== undefined && named !== version
  if (differs || (tag !== undefined && tagged === undefined)) {
    return refused(invalidRequest({ reason: 'field', field: 'If-Match', problem: 'malformed' }))
  }
  if (version === undefined) return refused(versionRequired())
  return {
    ok: true,
    asked: { version, conditional: tag !== undefined, reason: read.body.reason },
  }
}

function isJson(contentType: string | undefined): boolean {
  return (
    contentType !== undefined &&
    /^application\/json[ \t]*(;[ \t]*charset=("utf-8"|utf-8)[ \t]*)?$/i.test(contentType.trim())
  )
}

type JsonRead = { readonly ok: true; readonly json: unknown } | Refused

function readJson(body: BodyRead, limitBytes: number): JsonRead {
  switch (body.kind) {
    case 'parsed':
      return { ok: true, json: body.value }
    case 'bytes':
      return jsonOf(body.bytes)
    case 'too_large':
      return refused(bodyTooLarge(limitBytes))
    case 'consumed':
      return refused(bodyConsumed())
    case 'interrupted':
      return refused(refusalProblem('aborted'))
    default:
      return body satisfies never
  }
}

/** No body at all is an empty object, because some parsers of hosts leave one. */
function jsonOf(bytes: Uint8Array): JsonRead {
  if (bytes.length === 0) return { ok: true, json: {} }
  try {
    return { ok: true, json: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) }
  } catch {
    return refused(malformedBody())
  }
}

/** The fields of the body, or the response that says which of them is wrong. */
export type ResetBodyRead = { readonly ok: true; readonly body: WireResetRequest } | Refused

/**
 * Reads the two fields of the body. Any other field is refused: a mistyped `reason` must not get
 * lost.
 */
export function readResetBody(value: unknown): ResetBodyRead {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return wrong('body', 'malformed')
  }
  const { version, reason }: { readonly version?: unknown; readonly reason?: unknown } = value
  if (!isOptionalText(version)) return wrong('version', 'not_a_string')
  if (!isOptionalText(reason)) return wrong('reason', 'not_a_string')
  const unknown = Object.keys(value).find((name) => name !== 'version' && name !== 'reason')
  if (unknown !== undefined) return refused(unknownField('field', unknown))
  return { ok: true, body: { version, reason } }
}

function isOptionalText(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string'
}

function wrong(field: string, problem: 'malformed' | 'not_a_string'): ResetBodyRead {
  return refused(invalidRequest({ reason: 'field', field, problem }))
}

function refused(response: HandlerResponse): Refused {
  return { ok: false, response }
}
