import type { Action, Operator } from '@force-reset/core'
import { auditLimited } from '@force-reset/core'
import type { Exceeded } from '../guards/rate-limits.ts'
import type { HandlerParts, SignedInRequest } from './handler-parts.ts'
import type { IdentifyRoute } from './route.ts'

/** Records that a limit stopped a request. The operator gets the same response in any case. */
export async function recordLimit<O extends Operator>(
  { config }: HandlerParts<O>,
  { operator, trace }: SignedInRequest<O>,
  asked: {
    readonly name: 'list' | 'view' | 'check' | 'reset' | IdentifyRoute['name']
    readonly userId?: string
  },
  limit: Exceeded['limit'],
): Promise<void> {
  const { name, userId } = asked
  await auditLimited(config, { action: actionOf(name), operator, userId, ...trace }, limit)
}

function actionOf(name: 'list' | 'view' | 'check' | 'reset' | IdentifyRoute['name']): Action {
  if (name === 'list' || name === 'view') return name
  // A check is counted among the requests that read.
  return name === 'check' ? 'view' : 'reset'
}
