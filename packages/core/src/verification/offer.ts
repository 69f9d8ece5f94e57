import type { OfferedMethod, SuggestedVoucher, VerificationOffer } from '../port/verification.ts'
import type { ForceResetConfig, IdentityTarget, Operator } from '../reset/config.ts'
import type { StepFailure } from '../reset/step-failure.ts'
import { boundedText } from '../text/visible-text.ts'
import { mayOverride } from './judge.ts'
import { askApplication } from './parts/ask-application.ts'
import { destinationsOf, offered } from './parts/destinations.ts'
import type { FindDestinations, SecondPersonOptions, VerificationMethod } from './parts/methods.ts'
import { seenDocuments } from './parts/proof.ts'
import { remembering } from './parts/remembered.ts'
import { notIdentified, reasonOf } from './parts/words.ts'
import { requiredSets } from './policy.ts'
import type { Session } from './session.ts'
import { closedFailure, sessionOf } from './session.ts'

/** Most people who are suggested to vouch. */
const mostVouchers = 20
const longestName = 64

/** How the caller of a reset of this account can be identified. Changes nothing. */
export async function offerMethods<O extends Operator>(
  config: ForceResetConfig<O>,
  target: IdentityTarget<O>,
): Promise<{ readonly ok: true; readonly offer: VerificationOffer } | StepFailure> {
  return remembering(async () => {
    const session = await sessionOf(config, target)
    if (!session.ok) return session
    const required = await requiredSets(session)
    if (!required) return notIdentified('no_policy')
    const closed = await closedFailure(session)
    const { sets, recent } = required
    const named = session.settings.methods.filter(({ name }) =>
      sets.some((set) => set.includes(name)),
    )
    const methods = await Promise.all(named.map((method) => offeredMethod(session, method)))
    const offer: VerificationOffer = {
      sets,
      methods,
      recent,
      override: mayOverride(session),
      closed: closed?.detail?.reason === 'verification' ? closed.detail : undefined,
    }
    return { ok: true, offer }
  })
}

async function offeredMethod<O extends Operator>(
  session: Session<O>,
  method: VerificationMethod<O>,
): Promise<OfferedMethod> {
  const { name, kind, standing } = method
  const plain = { name, kind, standing }
  switch (method.kind) {
    case 'call_back':
      return withDestinations(session, plain, method.options.numbers)
    case 'sent_code':
      return withDestinations(session, plain, method.options.destinations)
    case 'in_person':
      return { ...plain, documents: [...(method.options.documents ?? seenDocuments)] }
    case 'second_person': {
      const vouchers = await suggestedVouchers(session, method.options)
      return { ...plain, vouchers, address: method.options.address }
    }
    case 'confirmed':
    case 'application':
      return plain
    default:
      return method satisfies never
  }
}

async function withDestinations<O extends Operator>(
  { config, target, now }: Session<O>,
  plain: OfferedMethod,
  find: FindDestinations<O>,
): Promise<OfferedMethod> {
  const found = (await destinationsOf(config, find, target, now)) ?? []
  const destinations = found.map(offered)
  if (destinations.some(({ closed }) => !closed)) return { ...plain, destinations }
  const key = destinations.length > 0 ? 'destination_changed' : 'method_unavailable'
  return { ...plain, destinations, unavailable: reasonOf(key) }
}

/** Where the function fails, the operator can still name somebody. */
async function suggestedVouchers<O extends Operator>(
  { config, target: { operator, user } }: Session<O>,
  { vouchers }: SecondPersonOptions<O>,
): Promise<readonly SuggestedVoucher[]> {
  if (!vouchers) return []
  const suggested = await askApplication(config, 'vouchers', async (signal) =>
    Array.from(await vouchers({ operator, user: { ...user }, signal }))
      .slice(0, mostVouchers)
      .map(({ id, name }) => ({ id: String(id), name: boundedText(String(name), longestName) })),
  )
  return suggested ?? []
}
