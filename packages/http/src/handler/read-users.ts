import type { OpenReset, Operator, VerificationOffer } from '@force-reset/core'
import { checkOpenResets, listUsers, viewUser } from '@force-reset/core'
import { foreignLabel, keysOf } from '@force-reset/core/store'
import { entityTagOf } from '../wire/entity-tag.ts'
import { failureProblem, parametersOf } from '../wire/failure-problem.ts'
import type { HandlerResponse } from '../wire/handler-response.ts'
import { jsonResponse } from '../wire/handler-response.ts'
import type { WireCheck, WireList, WireOpenReset, WirePreview, WireView } from '../wire/wire.ts'
import { wireUser } from '../wire/wire-user.ts'
import type { WireVerification } from '../wire/wire-verification.ts'
import type { HandlerParts, SignedInRequest } from './handler-parts.ts'
import { readListQuery } from './list-query.ts'

/** Responds to `GET {base}/users`. */
export async function list<O extends Operator>(
  { config, foreignKey }: HandlerParts<O>,
  { request, operator, insecure, trace }: SignedInRequest<O>,
): Promise<HandlerResponse> {
  const read = readListQuery(request.query)
  if (!read.ok) return read.response
  const { signal } = request
  const page = await listUsers(config, { ...read.query, operator, ...trace, signal })
  if (!page.ok) {
    // Only in the log: the answer is the same for every cursor that cannot be used.
    const label = foreignLabel(read.query.cursor ?? '', keysOf(config.secret))
    if (page.code === 'invalid_request' && label !== undefined) foreignKey('cursor', label)
    return failureProblem(page)
  }
  const body: WireList = {
    users: page.users.map(wireUser),
    nextCursor: page.nextCursor,
    truncated: page.truncated,
    insecureTransport: insecure,
  }
  return jsonResponse(body)
}

/** Responds to `GET {base}/users/{id}`. */
export async function view<O extends Operator>(
  { config }: HandlerParts<O>,
  { request, operator, insecure, trace }: SignedInRequest<O>,
  userId: string,
): Promise<HandlerResponse> {
  const { signal } = request
  const seen = await viewUser(config, { operator, userId, ...trace, signal })
  if (!seen.ok) return failureProblem(seen)
  const { user, reset, openResets } = seen
  const preview: WirePreview = reset.allowed
    ? {
        allowed: true,
        survives: reset.survives,
        verification: reset.verification && (await offered(reset.verification)),
      }
    : {
        allowed: false,
        code: reset.code,
        detail: reset.message,
        parameters: reset.detail && parametersOf(reset.detail),
      }
  const body: WireView = {
    user: wireUser(user),
    reset: preview,
    openResets: openResets.length > 0 ? openResets.map(wireOpenReset) : undefined,
    insecureTransport: insecure,
  }
  const tag = entityTagOf(user.version)
  return jsonResponse(body, tag === undefined ? {} : { ETag: tag })
}

/** Imported where callers are identified: other consoles never load the file. */
async function offered(offer: VerificationOffer): Promise<WireVerification> {
  const { wireVerification } = await import('../wire/wire-offer.ts')
  return wireVerification(offer)
}

/** Responds to `POST {base}/users/{id}/check`. */
export async function check<O extends Operator>(
  { config }: HandlerParts<O>,
  { request: { signal }, operator, trace }: SignedInRequest<O>,
  userId: string,
): Promise<HandlerResponse> {
  const checked = await checkOpenResets(config, { operator, userId, ...trace, signal })
  if (!checked.ok) return failureProblem(checked)
  const body: WireCheck = {
    resets: checked.resets.map(({ closing, ...reset }) => ({
      ...wireOpenReset(reset),
      ...closing,
    })),
  }
  return jsonResponse(body)
}

function wireOpenReset({ resetId, operatorId, attemptedAt }: OpenReset): WireOpenReset {
  return { resetId, operatorId, attemptedAt: attemptedAt.toISOString() }
}
