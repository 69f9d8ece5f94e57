// An application with its own table of users, its own sign-in and its own pages. It takes a store,
// a handler and two lines of HTML from Force Reset.
import { createServer, type Server } from 'node:http'
import { sqlUserStore } from '@force-reset/adapter-sql'
import { argon2id } from '@force-reset/adapter-sql/argon2'
import type { AuditEvent, Operator } from '@force-reset/core'
import { nodeHandler } from '@force-reset/http/node'
import type { Kysely } from 'kysely'

/** The application's database. */
export interface Database {
  readonly staff: {
    readonly id: number
    readonly email: string
    readonly state: 'enabled' | 'invited' | 'blocked' | 'deleted'
    readonly role: 'member' | 'admin'
    readonly password_hash: string | null
    readonly must_change_password: number
    readonly password_expires_at: string | null
  }
}

/**
 * The parts that the application has already: the operator who is signed in, and a place for
 * events.
 */
export interface Application {
  readonly db: Kysely<Database>
  operatorOf(cookie: string | undefined): (Operator & { readonly mayReset: boolean }) | undefined
  keep(event: AuditEvent): Promise<void>
}

const page = `<!doctype html><html lang="en"><title>Account 1</title><h1>Account 1</h1>
<script type="module" src="/admin/api/element.js"></script>
<force-password-reset base="/admin/api" user-id="1"></force-password-reset></html>`

/** The application's server with the handler mounted. */
export function applicationServer({ db, operatorOf, keep }: Application): Server {
  const store = sqlUserStore(db, {
    table: 'staff',
    columns: {
      id: 'id',
      username: 'email',
      passwordHash: 'password_hash',
      mustChange: 'must_change_password',
      expiresAt: 'password_expires_at',
    },
    status: {
      column: 'state',
      active: ['enabled'],
      pending: ['invited'],
      suspended: ['blocked'],
      deleted: ['deleted'],
    },
    privileged: { column: 'role', values: ['admin'] },
    hasher: argon2id(),
  })
  const resets = nodeHandler({
    store,
    basePath: '/admin/api',
    authenticate: (request) => operatorOf(request.headers.cookie),
    authorize: ({ operator }) => operator.mayReset,
    audit: keep,
  })
  return createServer((request, response) =>
    resets(request, response, () =>
      response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(page),
    ),
  )
}
