import { randomBytes } from 'node:crypto'
import { argon2id, hash, verify } from 'argon2'

/** Checks and hashes the users' passwords, a few at a time. */
export interface PasswordCheck {
  /** Whether the password is the one of this hash. It takes the same time without a hash, and with one that this sign-in cannot verify, so that it does not tell who exists. */
  matches(passwordHash: string | undefined, password: string): Promise<boolean>
  hash(password: string): Promise<string>
}

/** OWASP's least cost for argon2id, and what the store hashes temporary passwords with: 19 MiB, two passes, one lane. */
const cost = { type: argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

/** Argon2id with the same parameters as the store's, as an application would have it. */
export async function passwordCheck(): Promise<PasswordCheck> {
  const nobodys = await hash(randomBytes(32), cost)
  return {
    async matches(passwordHash, password) {
      const verifiable = passwordHash?.startsWith('$argon2') === true
      const matches = await verifies(verifiable ? passwordHash : nobodys, password)
      return matches && verifiable
    },
    hash: async (password) => inReferenceOrder(await hash(password, cost)),
  }
}

async function verifies(passwordHash: string, password: string): Promise<boolean> {
  try {
    return await verify(passwordHash, password)
  } catch {
    // A damaged hash is nobody's password.
    return false
  }
}

/** `m=…,t=…,p=…` as the reference implementation writes it; programs in other languages read the same table. */
function inReferenceOrder(passwordHash: string): string {
  return passwordHash.replace(/\$m=(\d+),p=(\d+),t=(\d+)\$/, '$m=$1,t=$3,p=$2$')
}
