/** Text of the errors that wrong values throw when somebody reads them. No message may hold it. */
export const plantedInWrongValues = 'planted-in-a-wrong-value'

/** A value that an option may get from a program without types, and its name for a test. */
export interface WrongValue {
  readonly name: string
  /** A new value for each test, because some values can be used once. */
  readonly make: () => unknown
}

function refuse(): never {
  throw new TypeError(plantedInWrongValues)
}

/** Every operation on the proxy throws, `typeof` alone does not. */
function throwingProxy(target: object): object {
  const traps = ['get', 'has', 'ownKeys', 'getPrototypeOf', 'getOwnPropertyDescriptor', 'apply']
  return new Proxy(target, Object.fromEntries(traps.map((trap) => [trap, refuse])))
}

/** Not even `Array.isArray` works. */
function revokedProxy(): object {
  const { proxy, revoke } = Proxy.revocable([], {})
  revoke()
  return proxy
}

/**
 * One value of each kind that a program without types, or a configuration in JSON, may put in the
 * place of another one.
 *
 * @example
 * for (const { make } of wrongValues) expect(() => checkLimit(make())).toThrow()
 */
export const wrongValues: readonly WrongValue[] = [
  { name: 'undefined', make: () => undefined },
  { name: 'null', make: () => null },
  { name: 'true', make: () => true },
  { name: 'NaN', make: () => Number.NaN },
  { name: 'Infinity', make: () => Number.POSITIVE_INFINITY },
  { name: 'zero', make: () => 0 },
  { name: 'minus one', make: () => -1 },
  { name: 'a fraction', make: () => 1.5 },
  { name: 'a bigint', make: () => 5n },
  { name: 'empty text', make: () => '' },
  { name: 'long text', make: () => 'x'.repeat(100_000) },
  { name: 'half a surrogate pair', make: () => '\ud800' },
  { name: 'a symbol', make: () => Symbol('wrong') },
  { name: 'an empty object', make: () => ({}) },
  { name: 'an object without a prototype', make: () => Object.create(null) },
  { name: 'an empty list', make: () => [] },
  { name: 'a list of a list', make: () => [[]] },
  { name: 'a list of null', make: () => [null] },
  { name: 'a list with a hole', make: () => new Array(1) },
  { name: 'a list of a symbol', make: () => [Symbol('wrong')] },
  { name: 'a function that throws', make: () => refuse },
  { name: 'an invalid date', make: () => new Date(Number.NaN) },
  { name: 'a promise', make: () => Promise.resolve('late') },
  { name: 'an object whose text throws', make: () => ({ toString: refuse, valueOf: refuse }) },
  { name: 'an object that throws', make: () => throwingProxy({}) },
  { name: 'a list that throws', make: () => throwingProxy([]) },
  { name: 'a function whose fields throw', make: () => throwingProxy(() => undefined) },
  { name: 'a revoked proxy', make: revokedProxy },
]

/** Where a value stands in options: names of fields, and places in lists. */
export type OptionPath = readonly (string | symbol)[]

/** The same options, with something else in one place. */
export interface WrongOptions {
  /** Says where and what, for a test. */
  readonly name: string
  readonly path: OptionPath
  readonly options: object
}

/**
 * Puts every wrong value into every place of working options in turn, and a getter that throws. The
 * places come from the options themselves, so options that hold every known name leave none out.
 *
 * @param options - Working options. Lists and plain objects are looked into.
 * @param isWhole - Whether a value is one thing, so that nothing in it is changed. Default: nothing
 *   but bytes.
 */
export function everyWrongOption(
  options: object,
  isWhole: (value: object) => boolean = () => false,
): readonly WrongOptions[] {
  return placesIn(options, isWhole).flatMap((path) => {
    const called = path.map(String).join('.')
    const wrong = wrongValues.map(({ name, make }) => ({
      name: `${called} is ${name}`,
      path,
      options: replaced(options, path, { value: make(), enumerable: true }),
    }))
    const getter = replaced(options, path, { get: refuse, enumerable: true })
    return [...wrong, { name: `${called} throws when it is read`, path, options: getter }]
  })
}

function placesIn(
  options: object,
  isWhole: (value: object) => boolean,
  above: OptionPath = [],
): readonly OptionPath[] {
  return Reflect.ownKeys(options).flatMap((name) => {
    if (Array.isArray(options) && name === 'length') return []
    const path = [...above, name]
    const value: unknown = Reflect.get(options, name)
    const isOpen =
      typeof value === 'object' && value !== null && !ArrayBuffer.isView(value) && !isWhole(value)
    return isOpen ? [path, ...placesIn(value, isWhole, path)] : [path]
  })
}

function replaced(options: object, [name, ...rest]: OptionPath, place: PropertyDescriptor): object {
  const copy = Array.isArray(options) ? [...options] : { ...options }
  if (name === undefined) return copy
  if (rest.length === 0) return Object.defineProperty(copy, name, place)
  const inner: unknown = Reflect.get(options, name)
  Reflect.set(copy, name, replaced(Object(inner), rest, place))
  return copy
}
