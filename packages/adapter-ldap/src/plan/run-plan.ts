import type { Plan, Step, StepAnswer } from './request.ts'

/**
 * Sends steps together and answers each of them, in their order. Never rejects: a failure on the
 * way is an answer too.
 */
export type SendSteps = (steps: readonly Step[]) => Promise<readonly StepAnswer[]>

/**
 * Walks through a plan. Rejects with whatever the plan throws.
 *
 * @example
 * const account = await runPlan(dialect.find(id, site), stepSender(sender))
 */
export async function runPlan<T>(plan: Plan<T>, send: SendSteps): Promise<T> {
  let next = plan.next()
  while (next.done !== true) next = plan.next(await send(next.value))
  return next.value
}
