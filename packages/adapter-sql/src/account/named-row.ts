import type { Row } from '../options/any-database.ts'

/**
 * A row for a function of the application. The row holds the columns that the options name, and
 * throws for every other column. Without the error a deleted account could look active, because a
 * name is missing; and a column that the write does not judge by could change unseen.
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
