import { verify } from 'argon2'
import { expect, it } from 'vitest'
import { passwordCheck } from './password-check.ts'

/** A check, and the hashes that argon2 has verified for it so far. */
async function countedCheck() {
  const verified: string[] = []
  const passwords = await passwordCheck(async (passwordHash, password) => {
    const matches = await verify(passwordHash, password)
    verified.push(passwordHash)
    return matches
  })
  return { passwords, verified }
}

/** What a verification of this hash costs: the parameters, and the lengths of salt and digest. */
function costOf(passwordHash: string): object {
  const [, algorithm, version, parameters = '', salt, digest] = passwordHash.split('$')
  return {
    algorithm,
    version,
    parameters: parameters.split(',').toSorted(),
    salt: salt?.length,
    digest: digest?.length,
  }
}

it('a check of a password accepts the password of the hash and no other', async () => {
  const { passwords } = await countedCheck()
  const stored = await passwords.hash('correct horse battery')
  expect(await passwords.matches(stored, 'correct horse battery')).toBe(true)
  expect(await passwords.matches(stored, 'wrong')).toBe(false)
})

it.each([
  ['an unknown user', () => undefined],
  ['a user with an empty hash', () => ''],
  [
    'a user with a hash of another kind',
    () => '$2b$10$abcdefghijklmnopqrstuuJ1aYlJcG1M8d6q0m5J3o0k0Q4kQ0kQ2',
  ],
  [
    'a user with a hash without its digest',
    (stored: string) => stored.slice(0, stored.lastIndexOf('$')),
  ],
  ['a user with half a hash', (stored: string) => stored.slice(0, 20)],
] as const)(
  'a check of a password for %s verifies one hash of the same cost as for a known user',
  async (_, hashOf) => {
    const { passwords, verified } = await countedCheck()
    const stored = await passwords.hash('correct horse battery')
    expect(await passwords.matches(stored, 'wrong')).toBe(false)
    expect(verified).toEqual([stored])
    expect(await passwords.matches(hashOf(stored), 'wrong')).toBe(false)
    expect(verified).toHaveLength(2)
    expect(verified.map(costOf)[1]).toEqual(costOf(stored))
  },
)
