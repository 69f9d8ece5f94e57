import { createHash, randomBytes } from 'node:crypto'

/**
 * `{SSHA}`, which every directory here verifies, so that no seed file and no database holds a
 * password in clear.
 */
export function saltedSha1(password: string, salt: Uint8Array = randomBytes(8)): string {
  return `{SSHA}${Buffer.concat([createHash('sha1').update(password).update(salt).digest(), salt]).toString('base64')}`
}
