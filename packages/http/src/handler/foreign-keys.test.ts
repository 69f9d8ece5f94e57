import type { VersionStanding } from '@force-reset/core'
import { memoryUserStore, withFound } from '@force-reset/core/testing'
import { expect, it } from 'vitest'
import { json, users, withBothShells } from '../test/both-shells.fixture.ts'
import { wireProblemSchema } from '../wire/wire.ts'
import { foreignKeys } from './foreign-keys.ts'

it('tells of each label once, and of eight labels of each kind', () => {
  const told: string[] = []
  const tell = foreignKeys(({ message }) => void told.push(message))
  for (const label of ['a', 'a', ...Array.from({ length: 20 }, (_, i) => `b${i}`)]) {
    tell('version', label)
    tell('cursor', label)
    tell('proof', label)
  }
  expect(told).toHaveLength(24)
  expect(told.filter((message) => message.includes('"a"'))).toEqual([
    expect.stringMatching(/^A version was made .*Give the stores of all processes the same secret/),
    expect.stringMatching(
      /^A cursor was made .*Give the handlers of all processes the same secret/,
    ),
    expect.stringMatching(/^A proof was made .*Give the handlers of all processes the same secret/),
  ])
})

withBothShells('a version of a key that this process lacks', (shell) => {
  const foreign = (version: string): VersionStanding => ({
    seen: 'foreign',
    keyLabel: version.split('.')[0] ?? '',
  })

  it('is a conflict in words of its own, and reaches onError once', async () => {
    const memory = memoryUserStore({ users })
    const store = withFound(memory, (found) => ({ ...found, versionStanding: foreign }))
    await using subject = await shell.start({ store })
    for (const version of ['other.x', 'other.y']) {
      const reply = await subject.send({
        method: 'POST',
        path: '/users/1/force-reset',
        headers: json,
        body: JSON.stringify({ version }),
      })
      expect(reply.status).toBe(409)
      expect(wireProblemSchema.parse(reply.json())).toMatchObject({
        code: 'conflict',
        parameters: { reason: 'foreign_version', keyLabel: 'other' },
        detail: expect.stringMatching(/^This page comes from another server.*Nothing was changed/),
      })
      expect(reply.text).not.toContain('secret')
    }
    expect(subject.errors).toEqual([
      {
        during: 'secret',
        name: 'ForceResetError',
        code: 'ERR_INVALID_CONFIG',
        message: expect.stringMatching(/"other".*the same secret\.$/),
      },
    ])
    expect(memory.writes).toBe(0)
  })

  it('in If-Match fails the precondition', async () => {
    const memory = memoryUserStore({ users })
    const store = withFound(memory, (found) => ({ ...found, versionStanding: foreign }))
    await using subject = await shell.start({ store })
    const reply = await subject.send({
      method: 'POST',
      path: '/users/1/force-reset',
      headers: { ...json, 'if-match': 'W/"no-secret-1234abcd.x"' },
      body: '{}',
    })
    expect(reply.status).toBe(412)
    expect(subject.errors).toMatchObject([
      { message: expect.stringContaining('no-secret-1234abcd') },
    ])
  })
})
