import type { Row } from '../options/any-database.ts'

/**
 * A row for a function of the application: it holds the columns that the function names, and throws
 * for another one. Without that a deleted account looks active, if the name is missing; and a
 * column that the write does not judge by could change unseen.
 */
export function namedRow(names: readonly string[], row: Row): Row {
  const own = Object.fromEntries(names.map((name) => [name, row[name]]))
  const check = (name: string | symbol): void => {
    if (typeof name === 'string' && !(name in own) && name !== 'toJSON')
      throw new TypeError(`The options do not name the column ${name}.`)
  }
  return new Proxy(own, {
    get: (target, name) => {
      check(name)
      return Reflect.get(target, name)
    },
    has: (target, name) => {
      check(name)
      return Reflect.has(target, name)
    },
  })
}
