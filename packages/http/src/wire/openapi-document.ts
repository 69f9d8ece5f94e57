import * as z from 'zod/mini'
import type { ProblemCode } from './problem-code.ts'
import { problemKinds } from './problem-code.ts'
import {
  accountStatusSchema,
  wireCheckSchema,
  wireListSchema,
  wireProblemSchema,
  wireResetRequestSchema,
  wireResetSchema,
  wireUserSchema,
  wireViewSchema,
} from './wire.ts'
import {
  wireAnsweredSchema,
  wireAnswerRequestSchema,
  wireFailedSchema,
  wireFailRequestSchema,
  wireStartedSchema,
  wireStartRequestSchema,
  wireVerificationSchema,
  wireVouchCodeSchema,
  wireVouchesSchema,
  wireVouchRequestSchema,
} from './wire-verification.ts'

type Json = Readonly<Record<string, unknown>>

/** Codes that every request can get. */
const atTheGate: readonly ProblemCode[] = [
  'malformed',
  'unauthenticated',
  'cross_site',
  'insecure_transport',
  'method_not_allowed',
  'rate_limited',
  'internal_error',
]
/** Codes that every request that reaches core can get. */
const fromCore: readonly ProblemCode[] = [
  'invalid_request',
  'forbidden',
  'store_denied',
  'store_unavailable',
  'busy',
  'aborted',
]

/**
 * The OpenAPI 3.1 description of the routes, with the schemas that the tests hold every response
 * against.
 */
export function openApiDocument(): Json {
  const userId = {
    name: 'id',
    in: 'path',
    required: true,
    schema: { type: 'string' },
    description: 'Percent-encoded; a slash as %2F.',
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Force Reset',
      version: '1',
      description:
        'Operator-driven password resets. Who is signed in is decided by the application ' +
        'that serves this.',
    },
    // Relative to this document.
    servers: [{ url: '.' }],
    paths: {
      '/users': {
        get: {
          operationId: 'listUsers',
          summary: 'Accounts that the operator may list',
          parameters: [
            { name: 'search', in: 'query', schema: { type: 'string', maxLength: 200 } },
            {
              name: 'status',
              in: 'query',
              schema: { type: 'array', items: { $ref: reference('AccountStatus') } },
              explode: true,
            },
            {
              name: 'cursor',
              in: 'query',
              schema: { type: 'string' },
              description:
                '`nextCursor` of the page before: for one hour, for the same operator and query.',
            },
            {
              name: 'limit',
              in: 'query',
              schema: { type: 'integer', minimum: 1, maximum: 200, default: 50 },
            },
          ],
          responses: {
            200: success('One page of accounts', 'List'),
            ...problems([...atTheGate, ...fromCore]),
          },
        },
      },
      '/users/{id}': {
        get: {
          operationId: 'viewUser',
          summary: 'One account, and what a reset of it would do',
          parameters: [userId],
          responses: {
            200: {
              ...success('The account', 'View'),
              headers: { ETag: { schema: { type: 'string' }, description: 'For `If-Match`.' } },
            },
            ...problems([...atTheGate, ...fromCore, 'user_not_found']),
          },
        },
      },
      '/users/{id}/check': {
        post: {
          operationId: 'checkOpenResets',
          summary: 'Finds out what became of resets without a known outcome',
          parameters: [userId],
          responses: {
            200: success('What was found out, oldest first', 'Check'),
            ...problems([...atTheGate, ...fromCore, 'user_not_found']),
          },
        },
      },
      '/users/{id}/start-verification': identifying({
        operationId: 'startVerification',
        summary: 'Shows a number, sends a code, or asks somebody to vouch',
        parameters: [userId],
        request: 'StartRequest',
        response: success('It has begun', 'Started'),
      }),
      '/users/{id}/answer-verification': identifying({
        operationId: 'answerVerification',
        summary: 'Checks an answer of the caller, and makes a proof for the reset',
        parameters: [userId],
        request: 'AnswerRequest',
        response: success('The caller was identified', 'Answered'),
      }),
      '/users/{id}/fail-verification': identifying({
        operationId: 'failVerification',
        summary: 'Records that the caller could not be identified',
        parameters: [userId],
        request: 'FailRequest',
        response: success('It was recorded, and nothing was changed', 'Failed'),
      }),
      '/vouches': identifying({
        operationId: 'listVouches',
        summary: 'Who asks the person who is signed in to vouch, and for whom',
        response: success('The open questions', 'Vouches'),
      }),
      '/vouch': identifying({
        operationId: 'vouch',
        summary: 'Vouches for a caller, and makes the code that the operator types',
        request: 'VouchRequest',
        response: success('The code, to be read out', 'VouchCode'),
      }),
      '/users/{id}/force-reset': {
        post: {
          operationId: 'forceReset',
          summary: 'Replaces the password with a temporary one, which the response holds, once',
          parameters: [
            userId,
            {
              name: 'If-Match',
              in: 'header',
              schema: { type: 'string' },
              description: '`ETag` of the account, in place of `version`.',
            },
          ],
          requestBody: bodyOf('ResetRequest'),
          responses: {
            200: success('The password was replaced', 'Reset'),
            ...problems(resetProblems()),
          },
        },
      },
    },
    components: { schemas: schemas() },
  }
}

/** A route that is there where the configuration has `verification`. */
function identifying(route: {
  readonly operationId: string
  readonly summary: string
  readonly parameters?: readonly Json[]
  readonly request?: string
  readonly response: Json
}): Json {
  const { operationId, summary, parameters, request, response } = route
  return {
    post: {
      operationId,
      summary,
      description: 'Only where the configuration has `verification`.',
      parameters,
      requestBody: request === undefined ? undefined : bodyOf(request),
      responses: {
        200: response,
        ...problems([
          ...atTheGate,
          ...fromCore,
          'user_not_found',
          'not_eligible',
          'own_account',
          'privileged_user',
          'verification_required',
          'audit_unavailable',
          'unsupported_media_type',
          'body_too_large',
        ]),
      },
    },
  }
}

function bodyOf(schema: string): Json {
  return {
    required: true,
    content: { 'application/json': { schema: { $ref: reference(schema) } } },
  }
}

/** Every code but the one of an unknown address. */
function resetProblems(): readonly ProblemCode[] {
  return (Object.keys(problemKinds) as ProblemCode[]).filter((code) => code !== 'route_not_found')
}

function success(description: string, schema: string): Json {
  return { description, content: { 'application/json': { schema: { $ref: reference(schema) } } } }
}

/** One response for each status, with its codes. `conflict` has two statuses. */
function problems(codes: readonly ProblemCode[]): Json {
  const statuses = codes.flatMap((code): readonly (readonly [number, ProblemCode])[] => {
    const own = [problemKinds[code].status, code] as const
    return code === 'conflict' ? [own, [412, code]] : [own]
  })
  const content = { 'application/problem+json': { schema: { $ref: reference('Problem') } } }
  return Object.fromEntries(
    [...Map.groupBy(statuses, ([status]) => status)].map(([status, of]) => [
      status,
      { description: of.map(([, code]) => `\`${code}\``).join(', '), content },
    ]),
  )
}

function reference(schema: string): string {
  return `#/components/schemas/${schema}`
}

/** The bodies of requests, which stay exact. */
const requests: Readonly<Record<string, z.ZodMiniType>> = {
  ResetRequest: wireResetRequestSchema,
  StartRequest: wireStartRequestSchema,
  AnswerRequest: wireAnswerRequestSchema,
  FailRequest: wireFailRequestSchema,
  VouchRequest: wireVouchRequestSchema,
}

function schemas(): Json {
  const named = z.registry<{ id: string }>()
  named.add(accountStatusSchema, { id: 'AccountStatus' })
  named.add(wireUserSchema, { id: 'User' })
  named.add(wireListSchema, { id: 'List' })
  named.add(wireViewSchema, { id: 'View' })
  named.add(wireCheckSchema, { id: 'Check' })
  named.add(wireResetSchema, { id: 'Reset' })
  named.add(wireProblemSchema, { id: 'Problem' })
  named.add(wireVerificationSchema, { id: 'Verification' })
  named.add(wireStartedSchema, { id: 'Started' })
  named.add(wireAnsweredSchema, { id: 'Answered' })
  named.add(wireFailedSchema, { id: 'Failed' })
  named.add(wireVouchesSchema, { id: 'Vouches' })
  named.add(wireVouchCodeSchema, { id: 'VouchCode' })
  for (const [id, schema] of Object.entries(requests)) named.add(schema, { id })
  const made = z.toJSONSchema(named, {
    uri: reference,
    override: ({ zodSchema, jsonSchema }) => loosen(zodSchema, jsonSchema),
  })
  return Object.fromEntries(
    Object.entries(made.schemas).map(([id, { $schema: _, $id: __, ...schema }]) => [id, schema]),
  )
}

/**
 * The tests hold responses against the exact schemas. Clients are told less, so that a field more
 * does not break them. Requests stay exact.
 */
function loosen(zodSchema: unknown, jsonSchema: Record<string, unknown>): void {
  if (!Object.values<unknown>(requests).includes(zodSchema))
    delete jsonSchema['additionalProperties']
  delete jsonSchema['pattern']
}
