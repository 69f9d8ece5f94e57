import { describe, expect, it } from 'vitest'
import { openApiDocument } from './openapi-document.ts'
import { problemKinds } from './problem-code.ts'

const document = JSON.parse(JSON.stringify(openApiDocument()))
const operations: readonly {
  readonly responses: Record<string, { readonly description: string }>
}[] = [
  document.paths['/users'].get,
  document.paths['/users/{id}'].get,
  document.paths['/users/{id}/force-reset'].post,
]

describe('openApiDocument', () => {
  it('describes the nine routes that answer data', () => {
    expect(Object.keys(document.paths)).toEqual([
      '/users',
      '/users/{id}',
      '/users/{id}/check',
      '/users/{id}/start-verification',
      '/users/{id}/answer-verification',
      '/users/{id}/fail-verification',
      '/vouches',
      '/vouch',
      '/users/{id}/force-reset',
    ])
    for (const { responses } of operations) expect(responses['200']).toBeDefined()
  })

  it('names every code that a reset can be answered, at its status', () => {
    const { responses } = document.paths['/users/{id}/force-reset'].post
    for (const [code, { status }] of Object.entries(problemKinds)) {
      if (code !== 'route_not_found')
        expect(responses[status].description, code).toContain(`\`${code}\``)
    }
    expect(responses[412].description).toBe('`conflict`')
  })

  it('points only at schemas that are there', () => {
    const references = [
      ...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g),
    ].map(([, name]) => name)
    expect(references.length).toBeGreaterThan(10)
    expect(Object.keys(document.components.schemas)).toEqual(expect.arrayContaining(references))
  })

  it('names every survivor and every field of an account', () => {
    const { Reset, User } = document.components.schemas
    expect(Reset.properties.receipt.properties.survives.items.enum).toEqual(
      expect.arrayContaining(['replicas', 'previous_password', 'other_hashes', 'caches', 'tokens']),
    )
    expect(Object.keys(User.properties)).toEqual(
      expect.arrayContaining([
        'place',
        'facts',
        'statusReason',
        'mustChange',
        'lockedUntil',
        'lastSignIn',
      ]),
    )
    expect(User.properties.statusReason.enum).toContain('service_account')
  })

  it('says which fields a request holds, and that it holds no others', () => {
    const { ResetRequest, StartRequest, AnswerRequest, FailRequest, VouchRequest } =
      document.components.schemas
    expect(Object.keys(ResetRequest.properties)).toEqual([
      'version',
      'reason',
      'proofs',
      'override',
    ])
    for (const request of [ResetRequest, StartRequest, AnswerRequest, FailRequest, VouchRequest])
      expect(request.additionalProperties).toBe(false)
  })

  it('has no proof in an address', () => {
    const parameters = Object.values<Record<string, { readonly parameters?: unknown }>>(
      document.paths,
    ).flatMap((path) => Object.values(path).map(({ parameters }) => parameters))
    expect(JSON.stringify(parameters)).not.toContain('proof')
  })
})
