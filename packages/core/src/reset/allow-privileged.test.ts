import { expect, it } from 'vitest'
import type { ForceResetConfig, Operator } from '../index.ts'
import { checkForceResetConfig, forceReset, previewReset } from '../index.ts'
import { memoryUserStore } from '../testing/index.ts'

interface Staff extends Operator {
  readonly senior?: boolean
}

function setUp(allowPrivileged: ForceResetConfig<Staff>['allowPrivileged']) {
  const users = [{ id: '1', username: 'root', privileged: true }]
  const store = memoryUserStore({ users })
  return { store, authorize: () => true, audit: () => undefined, allowPrivileged }
}

const throwing = (): never => {
  throw new Error('no roles')
}
const seniors = (operator: Staff) => operator.senior === true

it.each<[string, ForceResetConfig<Staff>['allowPrivileged'], Staff, boolean]>([
  ['nothing', undefined, { id: 'op' }, false],
  ['false', false, { id: 'op', senior: true }, false],
  ['true', true, { id: 'op' }, true],
  ['a function that allows this operator', seniors, { id: 'op', senior: true }, true],
  ['a function that allows others', seniors, { id: 'op' }, false],
  ['a function that throws', throwing, { id: 'op', senior: true }, false],
  ['a function that answers 1', () => JSON.parse('1'), { id: 'op' }, false],
  ['a function that answers a promise', (async () => true) as never, { id: 'op' }, false],
])(
  'with %s, a privileged account is reset only if exactly true allows',
  async (_, allow, operator, ok) => {
    const config = setUp(allow)
    const version = (await config.store.find('1'))?.user.version ?? ''
    const preview = await previewReset(config, { operator, userId: '1' })
    expect(preview.allowed).toBe(ok)
    const result = await forceReset(config, { operator, userId: '1', version })
    expect(result.ok || result.code).toBe(ok || 'privileged_user')
    if (result.ok) result.temporaryPassword.dispose()
    expect(config.store.writes).toBe(ok ? 1 : 0)
  },
)

it('is refused at the start as text', () => {
  expect(() => checkForceResetConfig(setUp(JSON.parse('"true"')))).toThrow(
    'allowPrivileged must be true, false or a function (string)',
  )
})
