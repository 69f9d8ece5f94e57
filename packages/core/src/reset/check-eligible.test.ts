import { describe, expect, it } from 'vitest'
import type { ForceResetConfig, ForceResetResult, Operator, ReportedError } from '../index.ts'
import { forceReset } from '../index.ts'
import type { MemoryUser } from '../testing/index.ts'
import { memoryUserStore, withFound } from '../testing/index.ts'

const operator: Operator = { id: 'help-desk' }

async function reset(
  change: Partial<ForceResetConfig<Operator>> = {},
  user: Partial<MemoryUser> = {},
): Promise<{ readonly result: ForceResetResult; readonly told: readonly ReportedError[] }> {
  const store = memoryUserStore({ users: [{ id: '1', username: 'kim', ...user }] })
  const told: ReportedError[] = []
  const config: ForceResetConfig<Operator> = {
    store,
    authorize: () => true,
    audit: () => undefined,
    onError: (error) => void told.push(error),
    ...change,
  }
  const id = user.id ?? '1'
  const version = (await store.find(id))?.user.version ?? ''
  const result = await forceReset(config, { operator, userId: id, version })
  expect(store.writes).toBe(result.ok ? 1 : 0)
  return { result, told }
}

describe('the account of the operator', () => {
  it.each([
    [undefined, 'own_account'],
    [false, 'own_account'],
    [true, 'applied'],
  ])('with allowSelfReset %s the answer is: %s', async (allowSelfReset, answer) => {
    const { result } = await reset({ allowSelfReset }, { id: 'help-desk' })
    expect(result.ok ? 'applied' : result.code).toBe(answer)
  })

  it('is recognised by a user name after a domain', async () => {
    const { result } = await reset({}, { id: '2', username: 'EXAMPLE\\help-desk' })
    expect(result).toMatchObject({ ok: false, code: 'own_account' })
  })
})

it.each(['suspended', 'deleted', 'unknown'] as const)(
  'says of an account that is %s that its status is the reason',
  async (status) => {
    const { result, told } = await reset({}, { status })
    const detail = { reason: 'status', status }
    expect(result).toMatchObject({ ok: false, code: 'not_eligible', detail })
    expect(told).toEqual([])
  },
)

it('refuses in the words of the store, and tells onError of their cause', async () => {
  const reason = {
    reason: 'store',
    key: 'status_unreadable',
    what: 'The status cannot be read.',
    cause: { name: 'TypeError' },
  } as const
  const users = [{ id: '1', username: 'kim', status: 'unknown' }] as const
  const store = withFound(memoryUserStore({ users }), (found) => ({ ...found, reason }))
  const { result, told } = await reset({ store }, { status: 'unknown' })
  expect(result).toMatchObject({ ok: false, code: 'not_eligible', detail: reason })
  expect(told).toMatchObject([{ during: 'find' }])
})

describe('the rule of the configuration', () => {
  it('lets through the account that it answers true for, and is handed that account', async () => {
    const asked: string[] = []
    const eligible = ({ username }: { readonly username: string }): true => {
      asked.push(username)
      return true
    }
    const { result, told } = await reset({ eligible })
    expect(result.ok).toBe(true)
    expect(asked).toEqual(['kim'])
    expect(told).toEqual([])
  })

  it('refuses in its own words', async () => {
    const { result, told } = await reset({ eligible: () => 'Ask the branch first.' })
    const detail = { reason: 'rule', message: 'Ask the branch first.' }
    expect(result).toMatchObject({ ok: false, code: 'not_eligible', detail })
    expect(told).toEqual([])
  })

  it.each([false, undefined, null, 1, {}])(
    'refuses with the answer %j, and tells onError',
    async (answer) => {
      const { result, told } = await reset({
        eligible: () => JSON.parse(JSON.stringify([answer]))[0],
      })
      const detail = { reason: 'callback_failed', callback: 'eligible' }
      expect(result).toMatchObject({ ok: false, code: 'not_eligible', detail })
      expect(told).toMatchObject([{ during: 'eligible' }])
    },
  )
})
