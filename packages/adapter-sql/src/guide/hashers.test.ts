import { spawnSync } from 'node:child_process'
import { createHash, pbkdf2Sync, scryptSync } from 'node:crypto'
import { verify } from 'argon2'
import { compare } from 'bcryptjs'
import { describe, expect, it } from 'vitest'
import { sqliteUsers } from '../fixtures/sqlite-users.ts'
import type { PasswordHasher } from '../options/password-hasher.ts'
import { bcryptHasher, phpBcryptHasher } from './bcrypt.ts'
import { djangoHasher } from './django.ts'
import { cryptHasher, prefixedHasher } from './prefixed.ts'
import { scryptHasher } from './scrypt.ts'

/** Each verifies by other means than the hasher used: from the stored text alone. */
const recipes: Readonly<
  Record<
    string,
    {
      readonly hasher: PasswordHasher
      verifies(stored: string, password: string): Promise<boolean>
    }
  >
> = {
  bcrypt: { hasher: bcryptHasher, verifies: (stored, password) => compare(password, stored) },
  'bcrypt of PHP': {
    hasher: phpBcryptHasher,
    verifies: async (stored, password) =>
      stored.startsWith('$2y$12$') && (await compare(password, stored)),
  },
  scrypt: {
    hasher: scryptHasher,
    verifies: async (stored, password) => {
      const [, N, r, p, salt = '', key] = stored.split('$')
      const cost = { N: Number(N), r: Number(r), p: Number(p), maxmem: 2 ** 28 }
      return scryptSync(password, Buffer.from(salt, 'base64'), 32, cost).toString('base64') === key
    },
  },
  'PBKDF2 of Django': {
    hasher: djangoHasher,
    verifies: async (stored, password) => {
      const [algorithm, iterations, salt = '', key] = stored.split('$')
      return (
        algorithm === 'pbkdf2_sha256' &&
        pbkdf2Sync(password, salt, Number(iterations), 32, 'sha256').toString('base64') === key
      )
    },
  },
  'Argon2id with a scheme in front': {
    hasher: prefixedHasher,
    verifies: async (stored, password) =>
      stored.startsWith('{ARGON2ID}') &&
      (await verify(stored.slice('{ARGON2ID}'.length), password)),
  },
  'crypt(3) and its scheme in front': {
    hasher: cryptHasher,
    verifies: async (stored, password) =>
      stored.startsWith('{CRYPT}') &&
      (await cryptVerifies(stored.slice('{CRYPT}'.length), password)),
  },
}

/** By the system's own crypt(3) where that knows bcrypt, which Perl hands out. */
async function cryptVerifies(stored: string, password: string): Promise<boolean> {
  if (process.platform !== 'linux') return compare(password, stored)
  const script =
    'my ($password, $stored) = split /\\n/, join "", <STDIN>; print crypt($password, $stored) eq ' +
    '$stored ? "yes" : "no"'
  return (
    spawnSync('perl', ['-e', script], { input: `${password}\n${stored}\n`, encoding: 'utf8' })
      .stdout === 'yes'
  )
}

describe('a hasher of the guide', () => {
  it.each(Object.entries(recipes))(
    'stores what a sign-in with %s verifies, and no other password does',
    async (_, { hasher, verifies }) => {
      const users = sqliteUsers({ hasher })
      const result = await users.reset('1')
      if (!result.ok) throw new Error(`Not reset: ${result.code}`)
      const stored = String(users.run('SELECT password_hash FROM users')[0]?.['password_hash'])
      const password = result.temporaryPassword.reveal()
      expect(await verifies(stored, password)).toBe(true)
      expect(await verifies(stored, `${password}x`)).toBe(false)
      expect(stored).not.toContain(password)
      expect(stored).not.toContain(createHash('sha256').update(password).digest('hex'))
    },
  )
})
