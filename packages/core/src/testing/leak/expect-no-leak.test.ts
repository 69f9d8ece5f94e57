import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ForceResetError } from '../../port/errors.ts'
import type { LeakSurface } from '../index.ts'
import { expectNoLeak, LeakError, plantCanary } from '../index.ts'

const canary = plantCanary(7).text
const bytes = Buffer.from(canary)
const wide = Buffer.from(canary, 'utf16le')

/** What a search throws, or nothing. */
async function caught(
  secret: string,
  surface: LeakSurface,
  name = 'log',
): Promise<LeakError | undefined> {
  try {
    await expectNoLeak({ secret, surfaces: { [name]: surface } })
    return undefined
  } catch (error) {
    assert(error instanceof LeakError)
    return error
  }
}

/** The ways to write a secret. */
const ways: Readonly<Record<string, (secret: string) => string | Uint8Array>> = {
  text: (secret) => secret,
  'UTF-16': (secret) => Buffer.from(secret, 'utf16le'),
  JSON: (secret) => JSON.stringify(secret),
  'JSON with escapes': (secret) =>
    secret.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  hex: (secret) => Buffer.from(secret).toString('hex'),
  base64: (secret) => Buffer.from(secret).toString('base64'),
  'base64 after 1': (secret) => Buffer.from(`x${secret}`).toString('base64url'),
  'base64 after 2': (secret) => Buffer.from(`xy${secret}`).toString('base64'),
  percent: (secret) => encodeURIComponent(secret.toWellFormed()),
  decimal: (secret) => Buffer.from(secret).join(', '),
}

/** A leak with lines around it, or with bytes before it. */
function between(before: string, leak: string | Uint8Array, after: string): string | Uint8Array {
  return typeof leak === 'string'
    ? `${before}\n${leak}\n${after}`
    : Buffer.concat([Buffer.from(before), leak])
}

describe('expectNoLeak', () => {
  it.each([
    ['utf-8', `password=${canary}`],
    ['utf-8', `only ${canary.slice(5, 13)} of it`],
    ['utf-8', bytes],
    ['utf-16le', Buffer.concat([Buffer.from('x'), wide])],
    ['hex', bytes.toString('hex').toUpperCase()],
    ['hex', inspect(bytes)],
    ['hex', bytes.toString('hex').replaceAll(/../g, '\\x$&')],
    ['hex of utf-16le', wide.toString('hex')],
    ['decimal', inspect(new Uint8Array(bytes))],
    ['decimal', JSON.stringify(new Uint8Array(bytes))],
    ['decimal', JSON.stringify(bytes)],
    ['decimal of utf-16le', wide.join(' , ')],
    ['base64', `a${Buffer.from(`user:${canary}`).toString('base64')}`],
    ['base64', Buffer.from(`a:${canary}`).toString('base64url')],
    ['base64', Buffer.from(`bc:${canary}:d`).toString('base64')],
    ['base64 of utf-16le', Buffer.from(`"${canary}"`, 'utf16le').toString('base64')],
  ])('finds a secret as %s', async (encoding, surface) => {
    expect((await caught(canary, surface))?.leaks[0]?.encoding).toBe(encoding)
  })

  it('finds a secret behind the escapes of JSON and of addresses', async () => {
    const secret = 'a"b\\c/d&"e f+"g%hé"€😀'
    expect((await caught(secret, JSON.stringify({ secret })))?.leaks[0]?.encoding).toBe('json')
    expect((await caught(secret, `?p=${encodeURIComponent(secret)}`))?.leaks[0]?.encoding).toBe(
      'percent',
    )
    expect((await caught(secret, `${new URLSearchParams({ secret })}`))?.leaks[0]?.encoding).toBe(
      'percent',
    )
  })

  it('finds every secret in every encoding, wherever it stands, and never says it', async () => {
    const secrets = fc
      .string({ minLength: 8, maxLength: 20, unit: 'grapheme' })
      .filter((text) => Array.from(text).length >= 8)
    const property = fc.asyncProperty(
      secrets,
      fc.string(),
      fc.string(),
      async (secret, before, after) => {
        // One search for all the ways, because the patterns of a secret are the slow part.
        const surfaces = Object.fromEntries(
          Object.entries(ways).map(([name, way]) => [name, between(before, way(secret), after)]),
        )
        const error = await expectNoLeak({ secret, surfaces }).catch((thrown: unknown) => thrown)
        assert(error instanceof LeakError && error.code === 'ERR_LEAK_FOUND')
        assert.deepEqual(
          error.leaks.map(({ surface }) => surface),
          Object.keys(ways),
        )
        const said = inspect(error, { showHidden: true }).replace(/\n {4}at .*/g, '')
        assert(
          !said.includes(secret) ||
            'The secret, or eight characters of it, is in "text" (utf-8, offset 0)'.includes(
              secret,
            ),
        )
      },
    )
    await fc.assert(property, { numRuns: 25 })
  })

  it('takes no other canary for this one', async () => {
    const property = fc.asyncProperty(fc.integer(), fc.string(), async (seed, noise) => {
      const other = plantCanary(seed).text
      fc.pre(other !== canary)
      const forms = plantCanary(seed).encodings.map((one) =>
        Buffer.from(one.bytes).toString('latin1'),
      )
      assert((await caught(canary, `${noise}${forms.join(' ')}`)) === undefined)
    })
    await fc.assert(property, { numRuns: 50 })
  })

  it('names all leaking surfaces, encoding and offset; reads functions and promises', async () => {
    const surfaces = {
      clean: 'nothing',
      log: async () => `0123${canary}`,
      dump: () => bytes,
      bytes: Uint8Array.from(bytes.toString('hex'), Number),
    }
    const error = await expectNoLeak({ secret: canary, surfaces }).catch(
      (thrown: unknown) => thrown,
    )
    expect(error).toMatchObject({
      name: 'LeakError',
      code: 'ERR_LEAK_FOUND',
      message:
        'The secret, or eight characters of it, is in "log" (utf-8, offset 4) ' +
        'and in "dump" (utf-8, offset 0).',
      leaks: [
        { surface: 'log', encoding: 'utf-8', offset: 4 },
        { surface: 'dump', encoding: 'utf-8', offset: 0 },
      ],
    })
  })

  it('does not say a name that holds the secret, nor what a function threw', async () => {
    const named = await caught(canary, canary, `log of ${canary}`)
    expect(named?.leaks[0]?.surface).toBe('#1')
    expect(named?.message.includes(canary)).toBe(false)
    const failed = await caught(canary, () => Promise.reject(new Error(canary)))
    expect(failed?.code).toBe('ERR_SURFACE_UNREADABLE')
    expect(inspect(failed).includes(canary)).toBe(false)
  })

  it('reports how much it has searched', async () => {
    const report = await expectNoLeak({ secret: canary, surfaces: { log: 'é', page: '' } })
    expect(report).toEqual({ surfaces: { log: { searchedBytes: 2 }, page: { searchedBytes: 0 } } })
  })

  it('never says a name that holds the secret', async () => {
    const report = await expectNoLeak({ secret: canary, surfaces: { [canary]: 'nothing' } })
    expect(Object.keys(report.surfaces)).toEqual(['#1'])
  })

  it.each<[string, unknown]>([
    ['an object', { a: canary }],
    ['a number', 4711],
    ['memory without a type', new ArrayBuffer(8)],
    ['a function that answers an object', () => ({ a: canary })],
    ['nothing', undefined],
  ])('refuses %s as a surface, which would be searched as nothing', async (_, surface) => {
    // What a JavaScript caller may pass; the type would not let it through.
    const failed = await caught(canary, surface as string)
    expect(failed?.code).toBe('ERR_SURFACE_UNREADABLE')
    expect(failed?.message).toMatch(/neither text nor bytes/)
  })

  it('refuses a search that could find nothing', async () => {
    await expect(expectNoLeak({ secret: JSON.parse('{}'), surfaces: { log: '' } })).rejects.toThrow(
      ForceResetError,
    )
    await expect(expectNoLeak({ secret: 'short12', surfaces: { log: '' } })).rejects.toThrow(
      ForceResetError,
    )
    await expect(expectNoLeak({ secret: canary, surfaces: {} })).rejects.toThrow(
      'at least one surface',
    )
  })
})

describe('plantCanary', () => {
  it('makes the same canary from the same seed, and another one each time without', () => {
    expect(plantCanary(7).text).toBe(canary)
    expect(plantCanary().text).toMatch(/^CA[a-z2-9]{4}(-[a-z2-9]{5}){3}$/)
    expect(plantCanary().text).not.toBe(plantCanary().text)
    expect(() => plantCanary(0.5)).toThrow(ForceResetError)
  })
})
