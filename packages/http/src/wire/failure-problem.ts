import type { FailureCode, FailureDetail, QueryFailure, SafeCause } from '@force-reset/core'
import { explainFailure } from '@force-reset/core'
import type { HandlerResponse } from './handler-response.ts'
import { problem } from './problem.ts'
import type { WireParameters } from './wire-fields.ts'

/**
 * The problem for a failure of core, in core's words. `conditional`: the version came in
 * `If-Match`, whose failing is 412 (RFC 9110, section 15.5.13).
 */
export function failureProblem(
  { code, detail, message }: Omit<QueryFailure, 'ok'>,
  options: {
    readonly resetId?: string | undefined
    readonly conditional?: boolean | undefined
  } = {},
): HandlerResponse {
  return problem(code, {
    what: message,
    parameters: detail && parametersOf(detail),
    resetId: code === 'outcome_unknown' ? options.resetId : undefined,
    status: code === 'conflict' && options.conditional === true ? 412 : undefined,
  })
}

/** The problem for a failure that the handler finds by itself, in the words of core. */
export function refusalProblem(code: FailureCode, detail?: FailureDetail): HandlerResponse {
  return failureProblem({ code, detail, message: explainFailure(code, detail) })
}

/**
 * The exact reason as JSON. Sentences are left out: the problem's `detail` has them.
 *
 * `undefined` for a store's detail that JSON cannot hold: the response itself must not fail for
 * that.
 */
export function parametersOf(detail: FailureDetail): WireParameters | undefined {
  try {
    const parameters = partsOf(detail)
    JSON.stringify(parameters)
    return parameters
  } catch {
    return undefined
  }
}

function partsOf(detail: FailureDetail): WireParameters {
  switch (detail.reason) {
    case 'field':
      return {
        reason: detail.reason,
        field: detail.field,
        problem: detail.problem,
        limit: detail.limit,
      }
    case 'status':
      return { reason: detail.reason, status: detail.status }
    case 'callback_failed':
      return { reason: detail.reason, callback: detail.callback }
    case 'rules':
      return { reason: detail.reason, bits: detail.bits, leastBits: detail.leastBits }
    case 'audit_timeout':
      return { reason: detail.reason, limitMs: detail.limitMs }
    case 'store':
      return {
        reason: detail.reason,
        key: detail.key,
        parameters: detail.parameters,
        cause: detail.cause && causeOf(detail.cause),
      }
    case 'verification':
      return { reason: detail.reason, key: detail.key, parameters: detail.parameters }
    case 'foreign_version':
      return { reason: detail.reason, keyLabel: detail.keyLabel }
    case 'rule':
    case 'denied':
    case 'stale_version':
    case 'changed_during_write':
      return { reason: detail.reason }
    default:
      detail satisfies never
      throw new TypeError('detail must be a FailureDetail')
  }
}

function causeOf({ name, code, sqlState, ldapResult }: SafeCause): WireParameters {
  return { name, code, sqlState, ldapResult }
}
