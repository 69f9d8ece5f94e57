import { foldedText } from '../text/folded-text.ts'

/** The names of a person: of an operator, or of a user. */
interface Named {
  readonly id: string
  readonly username?: string | undefined
  readonly email?: string | undefined
}

/**
 * Said in place of `isSelf`: no operator has an account in this store.
 *
 * **A warning:** an operator who has an account there all the same can reset their own password.
 *
 * @example
 * const config = { store, authorize, audit, isSelf: operatorsAreNoUsers }
 */
export const operatorsAreNoUsers: unique symbol = Symbol('operatorsAreNoUsers')

/**
 * Whether the operator is the user, by `id`, `username` and `email`: one of the operator's is one
 * of the user's. The default of `isSelf`.
 *
 * Names are compared in one form (NFKC, Unicode Standard Annex #15), in any case and without
 * invisible characters. A domain before a backslash, such as `EXAMPLE\\kim`, is left out. An absent
 * name equals nothing.
 *
 * @example
 * const isSelf = (operator: Operator, user: User) =>
 *   isSameAccount({ ...operator, username: `${operator.id}@example.com` }, user)
 */
export function isSameAccount(operator: Named, user: Named): boolean {
  const names = namesOf(user)
  return namesOf(operator).some((name) => names.includes(name))
}

function namesOf({ id, username, email }: Named): readonly string[] {
  // A row of a database has `null` where a name is absent.
  return [id, username, email]
    .map((name) => foldedText(String(name ?? '')).replace(/^.*\\ ?/, ''))
    .filter(Boolean)
}
