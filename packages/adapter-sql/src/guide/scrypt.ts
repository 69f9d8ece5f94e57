import { randomBytes, type ScryptOptions, scrypt } from 'node:crypto'
import type { PasswordHasher } from '@force-reset/adapter-sql'

/** OWASP's least for scrypt (RFC 7914). Node refuses more memory than `maxmem`. */
const cost: ScryptOptions = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 }

/** `scrypt$131072$8$1$salt$key`, in base64. */
export const scryptHasher: PasswordHasher = async (password) => {
  const salt = randomBytes(16)
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  scrypt(password, salt, 32, cost, (error, key) => (error ? reject(error) : resolve(key)))
  return [
    'scrypt',
    cost.N,
    cost.r,
    cost.p,
    salt.toString('base64'),
    (await promise).toString('base64'),
  ].join('$')
}
