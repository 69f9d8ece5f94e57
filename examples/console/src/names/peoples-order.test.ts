import type { User } from '@force-reset/core'
import { expect, it } from 'vitest'
import { inPeoplesOrder } from './peoples-order.ts'

const user = (username: string, displayName?: string): User => ({
  id: username,
  username,
  displayName,
  status: 'active',
  privileged: false,
  version: '1',
})
const ordered = (users: readonly User[], search = '') =>
  inPeoplesOrder(users, search).map(({ username }) => username)

it('puts capitals and accents beside their letters, and 2 before 10', () => {
  const names = ['Zoe', 'adam', 'user10', 'Émile', 'emil', 'user2', 'Adam2', 'zoe']
  expect(ordered(names.map((name) => user(name)))).toEqual([
    'adam',
    'Adam2',
    'emil',
    'Émile',
    'user2',
    'user10',
    'zoe',
    'Zoe',
  ])
})

it('puts the user name itself first, then what begins so, and then the rest', () => {
  const users = [
    user('maximiliana', 'Maximiliana Wilhelmina'),
    user('b.okafor', 'Okafor-Mina Berg'),
    user('minah'),
    user('MINA'),
  ]
  expect(ordered(users, 'mina')).toEqual(['MINA', 'minah', 'b.okafor', 'maximiliana'])
  expect(ordered(users, 'berg mina')[0]).toBe('b.okafor')
})

it('keeps whoever has no name in the order of user names where nothing is searched for', () => {
  expect(ordered([user('b', ''), user('c'), user('a', 'Ada')])).toEqual(['a', 'b', 'c'])
})

it('puts a whole name before names that only begin so', () => {
  const users = [
    user('a.okafor', 'Mina Okafor-Berg'),
    user('b.okafor', 'Mina Okafor (Accounting)'),
    user('c.okafor', 'Okafor, Mina'),
    user('mina.okafor', 'Mina Okafor'),
  ]
  const wholeFirst = ['c.okafor', 'mina.okafor', 'a.okafor', 'b.okafor']
  for (const search of ['mina okafor', 'OKAFOR,  Mina'])
    expect(ordered(users, search)).toEqual(wholeFirst)
  expect(
    ordered([user('o2', 'Mina O’Neill-Lu'), user('x', "Mina O'Neill")], 'o’neill mina'),
  ).toEqual(['x', 'o2'])
})
