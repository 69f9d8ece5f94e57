import { refusalProblem } from '../wire/failure-problem.ts'
import type { BodyRead, HandlerRequest } from '../wire/handler-request.ts'
import type { HandlerResponse } from '../wire/handler-response.ts'
import {
  bodyConsumed,
  bodyTooLarge,
  invalidRequest,
  malformedBody,
  notJson,
  unknownField,
} from './refusals.ts'

/** The response that refuses a request. */
export interface Refused {
  readonly ok: false
  readonly response: HandlerResponse
}

/** The JSON of a body, or the response that refuses the body. */
export type JsonRead = { readonly ok: true; readonly json: unknown } | Refused

/** Reads a body of JSON. */
export async function readJsonBody<O>(
  request: HandlerRequest<O>,
  limitBytes: number,
): Promise<JsonRead> {
  // Also a guard against other sites: a form cannot send this type, and a script cannot without
  // asking first (CORS).
  if (!isJson(request.header('content-type'))) return refused(notJson())
  return jsonIn(await request.readBody(limitBytes), limitBytes)
}

function isJson(contentType: string | undefined): boolean {
  return (
    contentType !== undefined &&
    /^application\/json[ \t]*(;[ \t]*charset=("utf-8"|utf-8)[ \t]*)?$/i.test(contentType.trim())
  )
}

function jsonIn(body: BodyRead, limitBytes: number): JsonRead {
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

/** What a field of a body may hold: text, a list of texts, a flag, or one of some words. */
export type FieldKind = 'text' | 'texts' | 'flag' | readonly string[]

type Held<Kind> = Kind extends 'text'
  ? string
  : Kind extends 'texts'
    ? readonly string[]
    : Kind extends 'flag'
      ? boolean
      : Kind extends readonly (infer Word)[]
        ? Word
        : never

type HeldFields<Kinds> = { readonly [Name in keyof Kinds]?: Held<Kinds[Name]> | undefined }

/** The fields of a body, or the response that says which of them is wrong. */
export type FieldsRead<Kinds> = { readonly ok: true; readonly fields: HeldFields<Kinds> } | Refused

/**
 * Reads the fields that a body may have. Any other field is refused: a mistyped `reason` must not
 * get lost.
 */
export function readFields<const Kinds extends Readonly<Record<string, FieldKind>>>(
  value: unknown,
  kinds: Kinds,
): FieldsRead<Kinds> {
  if (!isObject(value)) return wrongField('body', 'malformed')
  const fields: Record<string, unknown> = {}
  for (const [name, kind] of Object.entries(kinds)) {
    const field = value[name]
    if (field !== undefined && !fits(field, kind))
      return wrongField(name, kind === 'text' ? 'not_a_string' : 'malformed')
    fields[name] = field
  }
  const unknown = Object.keys(value).find((name) => !Object.hasOwn(kinds, name))
  if (unknown !== undefined) return refused(unknownField('field', unknown))
  return { ok: true, fields: fields as HeldFields<Kinds> }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function fits(field: unknown, kind: FieldKind): boolean {
  if (kind === 'text') return typeof field === 'string'
  if (kind === 'flag') return typeof field === 'boolean'
  if (kind === 'texts') return Array.isArray(field) && field.every((one) => typeof one === 'string')
  return typeof field === 'string' && kind.includes(field)
}

/** The refusal of a field, by what is wrong with it. */
export function wrongField(
  field: string,
  problem: 'missing' | 'malformed' | 'not_a_string',
): Refused {
  return refused(invalidRequest({ reason: 'field', field, problem }))
}

/** A request that this response refuses. */
export function refused(response: HandlerResponse): Refused {
  return { ok: false, response }
}
