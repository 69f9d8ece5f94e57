import { describe, expect, it } from 'vitest'
import { operator } from '../browser/console-site.fixture.ts'
import { readSettings } from '../settings/settings.ts'
import { startConsole } from '../start-console.ts'
import { operatorClient } from './operator-client.fixture.ts'

describe('a console that requires a reason', () => {
  it.each([
    ['on', 'because'],
    ['^INC-[0-9]+$', 'INC-4711'],
  ])(
    'REQUIRE_REASON=%s: previews, asks for a reason, and refuses without one',
    async (rule, right) => {
      const read = readSettings({
        OPERATOR_USERNAME: operator.username,
        OPERATOR_PASSWORD: operator.password,
        PORT: '0',
        REQUIRE_REASON: rule,
      })
      if (!read.ok) throw new Error(read.problems.join(' '))
      const console = await startConsole(read.settings, { log: () => undefined })
      try {
        const client = await operatorClient({ origin: console.origin, operator })
        const { body } = await client.api('/users?search=mina.okafor')
        const [user] = Array.isArray(body['users']) ? body['users'] : []
        const seen = await client.api(`/users/${user.id}`)
        expect(seen.body['reset']).toMatchObject({ allowed: true })
        expect(await client.page(`/console/users/${user.id}`)).toContain('reason="required"')
        const reset = (reason: string | undefined) =>
          client.api(`/users/${user.id}/force-reset`, { version: user.version, reason })
        for (const reason of [undefined, '', '  ', '\u{200b}']) {
          const { status, body } = await reset(reason)
          expect([status, body['code']]).toEqual([400, 'invalid_request'])
        }
        expect((await reset(right)).status).toBe(200)
      } finally {
        await console.close()
      }
    },
  )
})
