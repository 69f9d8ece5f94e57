import type { Operator } from '@force-reset/core'
import { auditLimited } from '@force-reset/core'
import type { Exceeded } from '../guards/rate-limits.ts'
import type { HandlerParts, SignedInRequest } from './handler-parts.ts'

/** Records that a limit stopped a request. The operator gets the same response in any case. */
export async function recordLimit<O extends Operator>(
  { config }: HandlerParts<O>,
  { operator, trace }: SignedInRequest<O>,
  asked: { readonly name: 'list' | 'view' | 'check' | 'reset'; readonly userId?: string },
  limit: Exceeded['limit'],
): Promise<void> {
  const { name, userId } = asked
  // Counted among the requests that read.
  const action = name === 'check' ? 'view' : name
  await auditLimited(config, { action, operator, userId, ...trace }, limit)
}
