import { describe, expect, it } from 'vitest'
import { checkForceResetConfig, forceReset, isSameAccount, operatorsAreNoUsers } from '../index.ts'
import { memoryUserStore } from '../testing/index.ts'

const kim = { id: '42', username: 'kim', email: 'kim@example.com' }

describe('the own account', () => {
  it.each<[string, Parameters<typeof isSameAccount>]>([
    ['the same id', [{ id: '42' }, kim]],
    ['an id that is the user name', [{ id: 'kim' }, kim]],
    ['the user name in capitals', [{ id: '7', username: 'KIM' }, kim]],
    ['the email address as user name', [{ id: '7', username: 'Kim@Example.com' }, kim]],
    ['a user name that is the email address', [{ id: '7', email: 'kim' }, kim]],
    ['a domain before the name', [{ id: 'EXAMPLE\\kim' }, kim]],
    ['a domain before the name of the user', [{ id: 'kim' }, { id: '1', username: 'EX\\Kim' }]],
    ['wide letters', [{ id: '7', username: 'ｋｉｍ' }, kim]],
    ['an accent of its own', [{ id: 'Zoe\u0308' }, { id: '1', username: 'zo\u00eb' }]],
    ['a sharp s and two', [{ id: 'STRASSER' }, { id: '1', username: 'straßer' }]],
    ['a capital sharp s', [{ id: 'STRA\u1e9eER' }, { id: '1', username: 'strasser' }]],
    ['blanks around the name', [{ id: ' kim ' }, kim]],
    ['two blanks within the name', [{ id: 'kim  lee' }, { id: '1', username: 'kim lee' }]],
    ['a soft hyphen', [{ id: 'k\u00adim' }, kim]],
    ['a space of no width', [{ id: 'kim\u200b' }, kim]],
    ['a byte order mark', [{ id: 'k\ufeffim' }, kim]],
    ['an invisible sign between blanks', [{ id: 'kim \u200b lee' }, { id: 'kim lee' }]],
    ['a tab for a blank', [{ id: 'kim\tlee' }, { id: 'kim lee' }]],
    ['a NUL at the end', [{ id: 'kim\0' }, kim]],
    [
      'capitals of several signs',
      [{ id: '\u0390'.toUpperCase() }, { id: '1', username: '\u0390' }],
    ],
  ])('is recognised by %s', (_, [operator, user]) => {
    expect(isSameAccount(operator, user)).toBe(true)
  })

  it.each<[string, Parameters<typeof isSameAccount>]>([
    ['another name', [{ id: '7', username: 'kim.lee', email: 'kim.lee@example.com' }, kim]],
    ['no email address on either side', [{ id: '7' }, { id: '8', email: undefined }]],
    [
      'empty names',
      [
        { id: '7', username: '', email: ' ' },
        { id: '8', username: '', email: '' },
      ],
    ],
    ['nothing but a domain', [{ id: 'EXAMPLE\\' }, { id: '8', username: 'OTHER\\' }]],
    [
      'null',
      [
        { id: '7', email: JSON.parse('null') },
        { id: '8', email: JSON.parse('null') },
      ],
    ],
  ])('is not taken for one with %s', (_, [operator, user]) => {
    expect(isSameAccount(operator, user)).toBe(false)
  })

  const memory = memoryUserStore({ users: [kim] })
  const config = { store: memory, authorize: () => true, audit: () => undefined }
  const reset = async (changes: Partial<Parameters<typeof forceReset>[0]>) => {
    const version = (await memory.find('42'))?.user.version ?? ''
    const operator = { id: '7', username: 'KIM' }
    const result = await forceReset({ ...config, ...changes }, { operator, userId: '42', version })
    if (result.ok) result.temporaryPassword.dispose()
    return result.ok || result.code
  }

  it('is refused by default, and not where operators are said to be no users', async () => {
    expect(await reset({})).toBe('own_account')
    expect(await reset({ isSelf: isSameAccount })).toBe('own_account')
    expect(await reset({ isSelf: operatorsAreNoUsers })).toBe(true)
    expect(await reset({ isSelf: () => false })).toBe(true)
  })

  it('has to be said where the store makes its ids itself', () => {
    const store = { ...memory, capabilities: { ...memory.capabilities, ownIds: true } }
    expect(() => checkForceResetConfig({ ...config, store })).toThrow(/isSelf is missing/)
    for (const isSelf of [isSameAccount, operatorsAreNoUsers, () => false] as const)
      checkForceResetConfig({ ...config, store, isSelf })
    checkForceResetConfig({ ...config, store, allowSelfReset: true })
  })

  it('is not left to a value that is neither a function nor the symbol', () => {
    const isSelf = JSON.parse('false')
    expect(() => checkForceResetConfig({ ...config, isSelf })).toThrow(
      'isSelf must be a function or operatorsAreNoUsers (boolean)',
    )
  })
})
