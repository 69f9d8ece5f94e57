import { ForceResetError } from '../port/errors.ts'
import type { NotIdentified, RecentVerifications } from '../port/verification.ts'
import { atOnce } from '../port/within.ts'
import type { Operator } from '../reset/config.ts'
import { heard } from '../reset/heard.ts'
import type { VerificationMethod } from './parts/methods.ts'
import type { Settings } from './parts/options.ts'
import type { Session } from './session.ts'
import { accountOf, lately } from './session.ts'

/** A set of names of methods. */
export type MethodSet = readonly string[]

/** Most sets that a policy may answer. */
const mostSets = 50

/**
 * The sets any of which suffices for this account; `undefined` where the policy answers nothing
 * that can be met. `onError` is then told what is wrong.
 */
export async function requiredSets<O extends Operator>(
  session: Session<O>,
): Promise<
  { readonly sets: readonly MethodSet[]; readonly recent: RecentVerifications } | undefined
> {
  const { config, settings, target } = session
  const recent = await recentOf(session)
  const ask = (): readonly MethodSet[] => {
    const { operator, user } = target
    // A copy, which the policy may change.
    const question = { operator, user: { ...user }, recent: { ...recent } }
    return checkedSets(
      atOnce('require', () => settings.require(question)),
      settings,
    )
  }
  const sets = heard(config, 'require', ask, () => true)
  return sets && { sets, recent }
}

/**
 * The sets of a policy, copied.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG`, saying what is wrong.
 */
function checkedSets<O extends Operator>(
  answer: unknown,
  { methods, attestedSuffices }: Settings<O>,
): readonly MethodSet[] {
  if (!Array.isArray(answer) || answer.length === 0 || answer.length > mostSets)
    throw wrong(`require must answer a list of 1 to ${mostSets} sets`)
  return answer.map((given: unknown) => {
    const set = namesIn('require', given, methods)
    const isProven = set.some((name) => methodNamed(methods, name)?.standing === 'proven')
    if (!isProven && !attestedSuffices.some((named) => isSameSet(named, set)))
      throw wrong(
        'require answers a set of attested methods alone, which attestedSuffices does not name',
      )
    return set
  })
}

/**
 * The names of a set, each of a known method and once.
 *
 * @param of - Stands before the message.
 * @throws {ForceResetError} `ERR_INVALID_CONFIG`, saying what is wrong.
 */
export function namesIn<O extends Operator>(
  of: string,
  given: unknown,
  methods: readonly VerificationMethod<O>[],
): MethodSet {
  const names: readonly unknown[] = Array.isArray(given) ? Array.from(given) : []
  const known = names.flatMap((name) => methods.filter((one) => one.name === name))
  if (names.length === 0)
    throw wrong(`${of}: a set must be a list of names of methods, and not empty`)
  if (known.length < names.length) throw wrong(`${of}: a set names a method that is not configured`)
  if (new Set(names).size < names.length) throw wrong(`${of}: a set names one method twice`)
  return known.map(({ name }) => name)
}

/** The method of a configuration that has this name. */
export function methodNamed<O extends Operator>(
  methods: readonly VerificationMethod<O>[],
  name: unknown,
): VerificationMethod<O> | undefined {
  return methods.find((one) => one.name === name)
}

function isSameSet(one: MethodSet, other: MethodSet): boolean {
  return one.length === other.length && one.every((name) => other.includes(name))
}

/** What happened to the account lately. */
async function recentOf<O extends Operator>(session: Session<O>): Promise<RecentVerifications> {
  const { memory } = session
  const account = accountOf(session)
  const [resets, notIdentified, suspicious, last] = await Promise.all([
    memory.counted(lately.resets(account)),
    memory.counted(lately.notIdentified(account)),
    memory.counted(lately.suspicious(account)),
    memory.kept(lately.last(account)),
  ])
  return {
    resets: resets.count,
    notIdentified: notIdentified.count,
    suspicious: suspicious.count > 0,
    lastNotIdentified: last && {
      at: String(last['at']),
      operatorId: String(last['operatorId']),
      why: whyOf(last['why']),
    },
  }
}

const whys: Readonly<Record<NotIdentified, true>> = {
  nobody_answered: true,
  wrong_code: true,
  gave_up: true,
  somebody_else: true,
}

/** Whether a value says why a caller was not identified. */
export function isWhy(value: unknown): value is NotIdentified {
  return typeof value === 'string' && Object.hasOwn(whys, value)
}

function whyOf(value: unknown): NotIdentified {
  return isWhy(value) ? value : 'gave_up'
}

function wrong(words: string): ForceResetError {
  return new ForceResetError('ERR_INVALID_CONFIG', words)
}
