import { readFileSync } from 'node:fs'

/** The user as whom a server runs. */
export interface UnprivilegedUser {
  readonly uid: number
  readonly gid: number
}

/**
 * The user that a package made for its server, because PostgreSQL, MariaDB and PgBouncer refuse to
 * run as root. `undefined` when this process is not root: the server then runs as the same user.
 *
 * @param name - Such as `postgres`.
 */
export function unprivilegedUser(name: string): UnprivilegedUser | undefined {
  if (process.getuid?.() !== 0) return undefined
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((each) => each.startsWith(`${name}:`))
  const [, , uid, gid] = line?.split(':') ?? []
  if (uid === undefined || gid === undefined)
    throw new Error(`This machine has no user ${name}; its package makes one.`)
  return { uid: Number(uid), gid: Number(gid) }
}
