import type { OptionRule } from '../port/check-options.ts'
import { aFunction, checkOptions, optional, readable, wholeNumber } from '../port/check-options.ts'
import { ForceResetError } from '../port/errors.ts'
import type { Operator } from '../reset/config.ts'
import { judge } from './judge.ts'
import { offerMethods } from './offer.ts'
import type { VerificationMethod } from './parts/methods.ts'
import type { CallerVerification, VerificationOptions } from './parts/options.ts'
import { withSettings } from './parts/options.ts'
import { methodNamed, namesIn } from './policy.ts'

const defaultValidSeconds = 600

/** Stands before the names of the options in messages. */
const own = 'verification: '

const kinds: readonly VerificationMethod<Operator>['kind'][] = [
  'call_back',
  'in_person',
  'sent_code',
  'confirmed',
  'second_person',
  'application',
]

const optionRules = {
  methods: {
    wanted: 'a list of methods, such as callBack() and inPerson()',
    fits: (methods) => Array.isArray(methods) && methods.length > 0 && methods.every(isMethod),
  },
  require: aFunction,
  attestedSuffices: optional({
    wanted: 'a list of sets of names of methods',
    fits: (sets) => Array.isArray(sets),
  }),
  memory: {
    wanted: 'made by memoryForOneProcess(), or another VerificationMemory',
    fits: (memory) => typeof Object(memory).count === 'function',
  },
  validSeconds: optional(wholeNumber(60, 3_600)),
  override: optional(aFunction),
  operatorName: optional(aFunction),
  onAlert: optional(aFunction),
} satisfies Readonly<Record<keyof VerificationOptions<Operator>, OptionRule>>

function isMethod(value: unknown): boolean {
  const { kind, name, standing, options }: Partial<VerificationMethod<Operator>> = Object(value)
  return (
    kinds.some((one) => one === kind) &&
    typeof name === 'string' &&
    (standing === 'proven' || standing === 'attested') &&
    typeof options === 'object'
  )
}

/**
 * Makes the part of a configuration that asks for proofs that the caller of a reset was identified.
 * Without proof there is no reset, on any route. The configuration then needs a `secret`.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG`, naming the option.
 * @example
 * const config = {
 *   store,
 *   authorize,
 *   audit,
 *   secret,
 *   verification: verification({
 *     methods: [callBack({ numbers }), inPerson()],
 *     require: () => [['call_back'], ['in_person']],
 *     attestedSuffices: [['call_back'], ['in_person']],
 *     memory,
 *   }),
 * }
 */
export function verification<O extends Operator>(
  options: VerificationOptions<O>,
): CallerVerification<O> {
  checkOptions(options, optionRules, own)
  const methods = readable(`${own}methods`, () => checkedMethods(options.methods))
  const attestedSuffices = readable(`${own}attestedSuffices`, () =>
    attestedSets(options.attestedSuffices ?? [], methods),
  )
  const { require, memory, override, operatorName, onAlert, validSeconds } = options
  return withSettings(
    { judge, offer: offerMethods },
    {
      methods,
      require,
      memory,
      override,
      operatorName,
      onAlert,
      validSeconds: validSeconds ?? defaultValidSeconds,
      attestedSuffices,
      toldLabels: new Set(),
    },
  )
}

/** A copy of the methods, each of another name. */
function checkedMethods<O extends Operator>(
  given: readonly VerificationMethod<O>[],
): readonly VerificationMethod<O>[] {
  const methods = given.map((method) => Object.freeze({ ...method }))
  if (new Set(methods.map(({ name }) => name)).size < methods.length)
    throw invalid('methods has two of one name')
  return Object.freeze(methods)
}

/** The sets of attested methods that suffice alone, each one checked. */
function attestedSets<O extends Operator>(
  sets: readonly unknown[],
  methods: readonly VerificationMethod<O>[],
): readonly (readonly string[])[] {
  return sets.map((given) => {
    const set = namesIn(`${own}attestedSuffices`, given, methods)
    if (set.some((name) => methodNamed(methods, name)?.standing === 'proven'))
      throw invalid('attestedSuffices names a set with a proven method, which needs no permission')
    return set
  })
}

function invalid(words: string): ForceResetError {
  return new ForceResetError('ERR_INVALID_CONFIG', own + words)
}
