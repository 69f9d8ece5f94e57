import { randomBytes } from 'node:crypto'
import { argon2id, verify as argon2Verify, hash } from 'argon2'

/** Checks and hashes the users' passwords, a few at a time. */
export interface PasswordCheck {
  /**
   * Whether the password belongs to this hash. Without a hash, or with a hash that this sign-in
   * cannot verify, the check does the same work. So the time of a check does not tell who exists.
   */
  matches(passwordHash: string | undefined, password: string): Promise<boolean>
  hash(password: string): Promise<string>
}

/**
 * OWASP's least cost for argon2id: 19 MiB, two passes, one lane. The store hashes temporary
 * passwords with the same cost.
 */
const cost = { type: argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

/** Whether a password belongs to a hash. Rejects for a hash that cannot be read. */
export type Verify = (passwordHash: string, password: string) => Promise<boolean>

/**
 * Argon2id with the same parameters as the store's, as an application would have it.
 *
 * @param verify - Does the work of a check. Default: the function of `argon2`.
 */
export async function passwordCheck(verify: Verify = argon2Verify): Promise<PasswordCheck> {
  const nobodys = await hash(randomBytes(32), cost)
  return {
    async matches(passwordHash, password) {
      const answer = passwordHash?.startsWith('$argon2')
        ? await answerOf(verify, passwordHash, password)
        : undefined
      if (answer === undefined) await verify(nobodys, password)
      return answer ?? false
    },
    hash: async (password) => inReferenceOrder(await hash(password, cost)),
  }
}

/** `undefined` for a damaged hash: argon2 refuses to read such a hash before it does any work. */
async function answerOf(
  verify: Verify,
  passwordHash: string,
  password: string,
): Promise<boolean | undefined> {
  try {
    return await verify(passwordHash, password)
  } catch {
    return undefined
  }
}

/**
 * `m=…,t=…,p=…` as the reference implementation writes it; programs in other languages read the
 * same table.
 */
function inReferenceOrder(passwordHash: string): string {
  return passwordHash.replace(/\$m=(\d+),p=(\d+),t=(\d+)\$/, '$m=$1,t=$3,p=$2$')
}
