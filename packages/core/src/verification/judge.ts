import type { Mark } from '../port/mark.ts'
import { isMark } from '../port/mark.ts'
import type { VersionStanding } from '../port/user-store.ts'
import type { IdentifiedBy, VerificationReason } from '../port/verification.ts'
import { attempt } from '../port/within.ts'
import { escaped, timeBy } from '../reset/audit.ts'
import { isFilled } from '../reset/check-field.ts'
import type {
  ForceResetConfig,
  IdentifiedCaller,
  IdentityClaims,
  IdentityTarget,
  Operator,
  SpentProofs,
} from '../reset/config.ts'
import { heard, heardLater, tell } from '../reset/heard.ts'
import type { StepFailure } from '../reset/step-failure.ts'
import { failed } from '../reset/step-failure.ts'
import type { Proof } from './parts/proof.ts'
import { readProof } from './parts/proof.ts'
import type { Place } from './parts/remembered.ts'
import { remembering } from './parts/remembered.ts'
import { notIdentified, reasonOf } from './parts/words.ts'
import type { MethodSet } from './policy.ts'
import { requiredSets } from './policy.ts'
import type { Session } from './session.ts'
import { accountOf, alert, closedFailure, lately, sessionOf } from './session.ts'

/** Most proofs of a request that are looked at. */
const mostProofs = 5
/** How far the clock of another process may be ahead, in milliseconds. */
const aheadMs = 60_000
/** A write that began less than so many milliseconds ago may still be under way. */
const underWayMs = 60_000
/** How much longer than a proof the memory keeps that the proof was spent, in seconds. */
const spentSeconds = 3_600
/** How long the temporary password of a reset without identification works, in seconds. */
const overrideSeconds = 7_200
/** Most labels of foreign keys that `onError` is told of. */
const mostLabels = 8

/** A proof that is good for this account now. */
interface GoodProof {
  readonly proof: Proof
  /** Whether the proof has served for a write. */
  readonly hasServed: boolean
}

/** Whether the proofs of a request suffice, and how they are spent. */
export async function judge<O extends Operator>(
  config: ForceResetConfig<O>,
  target: IdentityTarget<O>,
  claims: IdentityClaims,
): Promise<IdentifiedCaller | StepFailure> {
  return remembering(async () => {
    const session = await sessionOf(config, target)
    if (!session.ok) return session
    const closed = await closedFailure(session)
    if (closed) return closed
    if (claims.override) return overridden(session, claims)
    const judged = await judgeProofs(session, claims.proofs)
    return judged.ok ? identifiedBy(session, judged.good) : judged
  })
}

/** The proofs that suffice, or why they do not. */
export async function judgeProofs<O extends Operator>(
  session: Session<O>,
  proofs: unknown,
): Promise<{ readonly ok: true; readonly good: readonly GoodProof[] } | StepFailure> {
  const given: readonly unknown[] = Array.isArray(proofs) ? proofs.slice(0, mostProofs) : []
  const judged = await Promise.all(given.map((text) => judgeOne(session, text)))
  const good = judged.flatMap((one) => ('proof' in one ? [one] : []))
  const required = await requiredSets(session)
  if (!required) return notIdentified('no_policy')
  const sufficient = sufficientProofs(required.sets, good)
  if (sufficient) return { ok: true, good: sufficient }
  const [reason] = judged.flatMap((one) => ('proof' in one ? [] : [one]))
  return failed(
    'verification_required',
    reason ?? reasonOf(good.length > 0 ? 'not_enough' : 'no_proof'),
  )
}

/** The proofs of the first set that is complete: of each method the latest. */
function sufficientProofs(
  sets: readonly MethodSet[],
  good: readonly GoodProof[],
): readonly GoodProof[] | undefined {
  const latest = [...good].sort((a, b) => b.proof.atMs - a.proof.atMs)
  return sets
    .map((set) => set.flatMap((name) => latest.find(({ proof }) => proof.method === name) ?? []))
    .find((found, i) => found.length === sets[i]?.length)
}

/** One text that came in the place of a proof: the proof, or why it is not good. */
async function judgeOne<O extends Operator>(
  session: Session<O>,
  text: unknown,
): Promise<GoodProof | VerificationReason> {
  const { keys, scope, target, now, settings } = session
  const read = await readProof(keys, text)
  if (read.is === 'foreign') return foreign(session, read.keyLabel)
  if (read.is === 'forged') return reasonOf('no_proof')
  const { proof } = read
  const isOfThis =
    proof.scope === scope &&
    proof.store === target.store.name &&
    proof.operatorId === target.operator.id &&
    proof.userId === target.user.id
  if (!isOfThis) return reasonOf('proof_of_another')
  const method = settings.methods.find(({ name }) => name === proof.method)
  // The configuration has changed since: a method is gone, or is worth less.
  if (method?.standing !== proof.standing) return reasonOf('no_proof')
  const ageMs = now.getTime() - proof.atMs
  if (ageMs < -aheadMs) return reasonOf('clocks_differ')
  if (!(ageMs <= settings.validSeconds * 1_000))
    return reasonOf('proof_expired', { at: untilOf(session, proof).toISOString() })
  return unmoved(session, proof)
}

/** Until when a proof is good. */
export function untilOf<O extends Operator>(
  { settings }: Pick<Session<O>, 'settings'>,
  { atMs }: Proof,
): Date {
  return new Date(atMs + settings.validSeconds * 1_000)
}

/** Tells of a key that this process does not have: each label once. */
function foreign<O extends Operator>(
  { config, settings: { toldLabels } }: Session<O>,
  keyLabel: string,
): VerificationReason {
  if (!toldLabels.has(keyLabel) && toldLabels.size < mostLabels) {
    toldLabels.add(keyLabel)
    const message = `secret has no key with the label ${keyLabel}, with which a proof was made`
    tell(config, 'verification', { name: 'ForceResetError', code: 'ERR_INVALID_CONFIG', message })
  }
  return reasonOf('foreign_proof', { keyLabel })
}

/**
 * Whether the account is as it was when the caller was identified. Only this proof's own reset may
 * have changed the account since.
 */
async function unmoved<O extends Operator>(
  session: Session<O>,
  proof: Proof,
): Promise<GoodProof | VerificationReason> {
  const { memory, target, now } = session
  const standing = await seenStanding(session, proof.version)
  if (standing?.seen === 'foreign')
    return reasonOf('foreign_proof', { keyLabel: standing.keyLabel })
  const isPresent = standing?.seen === 'present' && proof.status === target.user.status
  const { count } = await memory.counted(firstUse(proof))
  if (count === 0) return isPresent ? { proof, hasServed: false } : reasonOf('account_changed')
  if ((await memory.counted(secondUse(proof))).count > 0) return reasonOf('proof_used')
  const write = await memory.kept(lastWrite(proof))
  const isUnderWay =
    write?.['ended'] === undefined && !(now.getTime() - Number(write?.['atMs']) >= underWayMs)
  if (isUnderWay) return reasonOf('proof_under_way')
  return isCarriedOver(session, write, isPresent)
    ? { proof, hasServed: true }
    : reasonOf('account_changed')
}

/** How the account as it was relates to the account as it is; `undefined` where the store fails. */
export async function seenStanding<O extends Operator>(
  { config, target: { found, user } }: Session<O>,
  version: string,
): Promise<VersionStanding | undefined> {
  return heardLater(config, 'check', async () => {
    if (found.versionStanding) return found.versionStanding(version)
    return { seen: version === user.version ? 'present' : 'stale' }
  })
}

/** Whether nobody but the write that this proof served for has changed the account. */
function isCarriedOver<O extends Operator>(
  { config, target: { found, user } }: Session<O>,
  write: Readonly<Record<string, unknown>> | undefined,
  isPresent: boolean,
): boolean {
  // The version is no answer here: a directory that counts in seconds can come back to an old one.
  if (write?.['ended'] === 'applied') {
    const mark = write['mark']
    const now = isMark(mark) ? attempt(() => found.standing(mark))?.now : 'replaced'
    // Where the store cannot tell, a person who need not choose a password any more has chosen one.
    const hasChosen = user.mustChange === false && config.requireMustChange !== false
    return now === 'temporary' || (now === 'unknown' && !hasChosen)
  }
  // Where the outcome is not known, nobody can say who changed the account.
  return write?.['ended'] === 'refused' ? isPresent : true
}

const firstUse = ({ id }: Proof): Place => ['proof spent', id]
const secondUse = ({ id }: Proof): Place => ['proof carried over', id]
const lastWrite = ({ id }: Proof): Place => ['write with proof', id]

/** The proofs suffice. */
function identifiedBy<O extends Operator>(
  session: Session<O>,
  good: readonly GoodProof[],
): IdentifiedCaller {
  return {
    ok: true,
    identified: {
      by: good.map(({ proof }) => identifiedByProof(proof)),
      carriedOver: good.some(({ hasServed }) => hasServed),
    },
    spend: (mark) => remembering(() => spend(session, good, mark)),
  }
}

/** How a proof says that the caller was identified. */
export function identifiedByProof(proof: Proof): IdentifiedBy {
  return {
    verificationId: proof.verificationId,
    method: proof.method,
    standing: proof.standing,
    at: new Date(proof.atMs).toISOString(),
    destination: proof.destination,
    secondPersonId: escaped(proof.secondPersonId),
    document: proof.document,
  }
}

/** Spends each proof. Of several processes that do so at once, one goes on. */
async function spend<O extends Operator>(
  session: Session<O>,
  good: readonly GoodProof[],
  mark: Mark,
): Promise<SpentProofs | StepFailure> {
  const { memory, settings } = session
  // The person may have denied since the proofs were judged.
  const closed = await closedFailure(session)
  if (closed) return closed
  const seconds = settings.validSeconds + spentSeconds
  const firsts = await Promise.all(
    good.map(({ proof, hasServed }) =>
      memory.once(hasServed ? secondUse(proof) : firstUse(proof), seconds),
    ),
  )
  if (!firsts.every(Boolean)) return notIdentified('proof_used')
  const note = async (fields: object): Promise<void> => {
    await Promise.all(good.map(({ proof }) => memory.keep(lastWrite(proof), fields, seconds)))
  }
  const atMs = session.now.getTime()
  await note({ atMs, mark })
  await memory.count(lately.resets(accountOf(session)), lately.seconds)
  return {
    ok: true,
    // Where the note fails, the write stays one of unknown outcome.
    ended: async (ended, written) => {
      await remembering(async () => {
        await note({ atMs, mark: written, ended })
        return { ok: true as const }
      })
    },
  }
}

/** An operator who may do without identification, and says why. */
function overridden<O extends Operator>(
  session: Session<O>,
  { reason }: IdentityClaims,
): IdentifiedCaller | StepFailure {
  const { config, settings, target } = session
  const { operator, user } = target
  if (!mayOverride(session) || !isFilled(reason)) return notIdentified('override_refused')
  return {
    ok: true,
    identified: { by: [], carriedOver: false },
    mostSeconds: overrideSeconds,
    spend: async () => {
      const closed = await remembering(() => closedFailure(session))
      if (closed) return closed
      const at = timeBy(config) ?? session.now
      const told = { kind: 'overridden', operatorId: operator.id, userId: user.id, at } as const
      await alert({ config, settings }, told)
      return { ok: true, ended: async () => undefined }
    },
  }
}

/**
 * Whether this operator may reset this account without identification. The password has to end
 * after two hours, which not every store can do.
 */
export function mayOverride<O extends Operator>({ config, settings, target }: Session<O>): boolean {
  const { operator, user, store } = target
  if (store.capabilities.expiry === 'none') return false
  const answer = heard(
    config,
    'override',
    () => settings.override?.(operator, { ...user }) ?? false,
    (told) => typeof told === 'boolean',
  )
  return answer === true
}
