import type { SignsInElsewhere } from '@force-reset/adapter-sql'

interface Tables {
  users: { id: number; provider: string | null; password_hash: string | null }
  identities: { user_id: number; issuer: string }
}

export const signs: readonly SignsInElsewhere<Tables, 'users'>[] = [
  { column: 'provider', values: ['saml', 'oidc'] },
  { columns: ['provider'], of: ({ provider }) => provider !== null },
  { table: 'identities', userId: 'user_id', provider: 'issuer', values: ['saml'] },
  { table: 'identities', userId: 'user_id', onlyWithoutPassword: true },
]
