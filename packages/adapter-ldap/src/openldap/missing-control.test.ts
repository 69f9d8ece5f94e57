import type { ForceResetConfig, ForceResetResult, Operator } from '@force-reset/core'
import { withFound, withWrite } from '@force-reset/core/testing'
import {
  ldifReplace,
  type OpenLdapOptions,
  type OpenLdapServer,
  type SampleUser,
  searchFiles,
  startFaultProxy,
  startOpenLdap,
} from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { diagnose } from '../diagnosis/diagnose.ts'
import { dialectOf } from '../fixtures/dialect-of.ts'
import { storedValue, storeOptions } from '../fixtures/directory-subject.ts'
import { lookUp, refusal, resetUser, temporaryPassword } from '../fixtures/reset-user.ts'
import { type LdapUserStoreOptions, ldapUserStore } from '../index.ts'
import { missingControls } from './missing-control.ts'

function optionsFor(server: OpenLdapServer): LdapUserStoreOptions {
  return { ...storeOptions(server), dialect: dialectOf('openldap', server.privilegedGroupDn) }
}

interface Attempt {
  readonly result: ForceResetResult
  /** What the store was to write, whatever became of it. */
  readonly password: string
}

async function attempt(
  options: LdapUserStoreOptions,
  user: SampleUser,
  config: Partial<ForceResetConfig<Operator>> = {},
  beforeWrite: () => void = () => undefined,
): Promise<Attempt> {
  const store = ldapUserStore(options)
  const { id, version } = await lookUp(store, user)
  let password = ''
  const overheard = withFound(store, (found) => ({
    ...found,
    prepare: async (order) => {
      password = await order.password.use(async (bytes) => Buffer.from(bytes).toString())
      return found.prepare(order)
    },
  }))
  const faulty = withWrite(overheard, (write) => {
    beforeWrite()
    return write()
  })
  const result = await resetUser(faulty, { id, version }, config)
  store.close()
  return { result, password }
}

const without: readonly OpenLdapOptions['overlayOn'][] = ['none', 'another', 'superior']

describe.each(without)('where the overlay is on this database: %s', (overlayOn) => {
  describeWithServer(
    'slapd',
    'an OpenLDAP whose people are in a database without the overlay ppolicy',
    () => {
      let server: OpenLdapServer
      beforeAll(async () => {
        server = await startOpenLdap({ overlayOn })
      })
      afterAll(() => server.stop())

      /**
       * The old password, which this database keeps as text, proves that the search sees such
       * passwords.
       */
      const expectUntouched = async (user: SampleUser, password: string) => {
        expect(await server.canSignIn(user.dn, user.password)).toBe('ok')
        expect(await storedValue(server, user.dn, 'pwdReset')).toBeUndefined()
        const { sightings } = await searchFiles([server.folder], [password, user.password])
        expect(new Set(sightings.map(({ secret }) => secret))).toEqual(new Set([1]))
      }

      it('refuses the reset, changes nothing, and says where to put the overlay', async () => {
        const user = await server.createUser()
        const { result, password } = await attempt(optionsFor(server), user)
        expect(refusal(result)).toBe('must_change_ineffective: no_password_policy')
        expect(result).toMatchObject({
          detail: {
            what: expect.stringMatching(
              /^The overlay ppolicy is not on the database that holds the accounts in ou=people,/,
            ),
            cure: expect.stringMatching(
              /^Add the overlay to that database, .*olcPPolicyHashCleartext/,
            ),
            cause: { ldapResult: 12 },
          },
        })
        await expectUntouched(user, password)
      })

      it('does not let the repetition of a lost write in either', async () => {
        const user = await server.createUser()
        await using proxy = await startFaultProxy({ to: server.ldaps })
        const options = { ...optionsFor(server), url: `ldaps://${proxy.host}:${proxy.port}` }
        const { result, password } = await attempt(
          options,
          user,
          {},
          () => void proxy.cutBeforeRequest(),
        )
        expect(result.ok).toBe(false)
        await expectUntouched(user, password)
      })

      it('is found by diagnose(), which then says of no check about it that it is ok', async () => {
        const findings = await diagnose(optionsFor(server))
        const mustChange = findings.filter(({ check }) => check === 'must_change')
        expect(mustChange.map(({ level }) => level)).not.toContain('ok')
        const words = mustChange
          .filter(({ level }) => level === 'problem')
          .map(({ message, cure }) => `${message} | ${cure}`)
        expect(words).toEqual([
          expect.stringMatching(
            /^The overlay ppolicy is not on .* ou=people,.* \| Add the overlay to that database/,
          ),
        ])
      })

      it('is reset without must-change, for which no overlay is needed', async () => {
        const user = await server.createUser()
        const { result } = await attempt(optionsFor(server), user, { requireMustChange: false })
        expect(result.ok && result.receipt.mustChange).toBe('off')
        expect(await server.canSignIn(user.dn, temporaryPassword(result))).toBe('ok')
      })
    },
  )
})

describeWithServer(
  'slapd',
  'an OpenLDAP whose people are in a subordinate database with the overlay ppolicy',
  () => {
    it('makes them choose a new password, and diagnose() finds nothing wrong', async () => {
      await using server = await startOpenLdap({ overlayOn: 'subordinate' })
      const user = await server.createUser()
      const { result } = await attempt(optionsFor(server), user)
      expect(result.ok && result.receipt.mustChange).toBe('enforced')
      expect(await server.canSignIn(user.dn, temporaryPassword(result))).toBe('must_change')
      const findings = await diagnose(optionsFor(server))
      expect(findings.filter(({ level }) => level === 'problem')).toEqual([])
    })
  },
)

describeWithServer('slapd', 'the question of OpenLDAP which controls are missing', () => {
  it('is answered by a refusal, for whoever asks, and changes nothing', async () => {
    await using server = await startOpenLdap({ logLevel: 256 })
    const { dn } = server.user('active')
    await server.modify(ldifReplace(dn, { description: 'as it was' }))
    const state = () =>
      Promise.all(
        ['entryCSN', 'description'].map((attribute) => storedValue(server, dn, attribute)),
      )
    const before = await state()
    const logged = (await server.log()).length
    await diagnose({ ...optionsFor(server), baseDn: dn, bind: server.admin })
    const log = (await server.log()).slice(logged)
    const operations = [...log.matchAll(/(conn=\d+ op=\d+) MOD dn=/g)].map(
      ([, operation = '']) => operation,
    )
    expect(operations).toHaveLength(2)
    for (const operation of operations) expect(log).toContain(`${operation} RESULT tag=103 err=122`)
    expect(await state()).toEqual(before)
  })
})

describe('the control that is missing', () => {
  it.each([
    [122, 122, undefined],
    [122, 12, 'password_policy'],
    [12, 12, 'assertion'],
    [10, 10, undefined],
  ] as const)(
    'of answers %i without and %i with the question for the policy is %s',
    (alone, both, missing) => {
      const plan = missingControls(['uid=kim,ou=people,dc=example,dc=test'])
      expect(plan.next().done).toBe(false)
      const answers = [alone, both].map((code) => ({ code, diagnostic: '' }))
      expect(plan.next(answers)).toEqual({ done: true, value: [missing] })
    },
  )
})
