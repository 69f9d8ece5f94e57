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
  it('describes the four routes that answer data', () => {
    expect(Object.keys(document.paths)).toEqual([
      '/users',
      '/users/{id}',
      '/users/{id}/check',
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
      expect.arrayContaining(['place', 'facts', 'statusReason', 'mustChange']),
    )
    expect(User.properties.statusReason.enum).toContain('service_account')
  })

  it('says that a request holds version and reason, and nothing else', () => {
    const { ResetRequest } = document.components.schemas
    expect(Object.keys(ResetRequest.properties)).toEqual(['version', 'reason'])
    expect(ResetRequest.additionalProperties).toBe(false)
  })
})
