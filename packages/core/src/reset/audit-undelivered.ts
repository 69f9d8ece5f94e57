import type { User } from '../port/user.ts'
import type { ForceResetConfig, Operator } from './config.ts'
import { writeAudit } from './write-audit.ts'

/**
 * Records that a temporary password was made and reached nobody: the old one is gone, and the
 * account has to be reset again.
 *
 * Whoever shows the password calls it; `@force-reset/http` does. Answers whether the event was
 * stored.
 */
export async function auditUndelivered<O extends Operator>(
  config: ForceResetConfig<O>,
  reset: { readonly resetId: string; readonly operator: O; readonly user: User },
): Promise<boolean> {
  const { resetId, operator, user } = reset
  const request = { operator, userId: user.id }
  const unaudited = await writeAudit(config, {
    type: 'reset.undelivered',
    action: 'reset',
    resetId,
    request,
    known: { user },
  })
  return unaudited === undefined
}
