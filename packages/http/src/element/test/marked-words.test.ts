import type { FailureDetail } from '@force-reset/core'
import type { BrowserContext } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { parametersOf } from '../../wire/failure-problem.ts'
import { problemKinds } from '../../wire/problem-code.ts'
import { english } from '../index.ts'
import { describeInBrowser, startBrowser } from './browser.fixture.ts'
import type { SentRefusal } from './marked-words.fixture.ts'
import { markWords, showRefusal, unmarked } from './marked-words.fixture.ts'
import type { Site } from './site.fixture.ts'
import { startSite } from './site.fixture.ts'
import { canary, openUser, respondToReset } from './user-page.fixture.ts'

const detail = 'A sentence of the server.'
const application = 'Words of the application.'

const details = [
  { reason: 'field', field: 'reason', problem: 'missing' },
  { reason: 'field', field: 'version', problem: 'not_a_string' },
  { reason: 'field', field: 'reason', problem: 'too_long', limit: 500 },
  { reason: 'field', field: 'userId', problem: 'malformed' },
  { reason: 'status', status: 'suspended' },
  { reason: 'status', status: 'deleted' },
  { reason: 'status', status: 'unknown' },
  { reason: 'callback_failed', callback: 'authorize' },
  { reason: 'stale_version' },
  { reason: 'foreign_version', keyLabel: 'b' },
  { reason: 'changed_during_write' },
  { reason: 'rules', bits: Number.NEGATIVE_INFINITY, leastBits: 40 },
  { reason: 'audit_timeout', limitMs: 5_000 },
  { reason: 'store', key: 'read_only', what: detail, cause: { sqlState: '25006' } },
  { reason: 'store', key: 'service_account_may_not_reset', what: detail, cure: detail },
  { reason: 'store', key: 'invalid_dn', what: detail, parameters: { dn: 'ou=people' } },
] satisfies readonly FailureDetail[]

const codes = [...Object.keys(problemKinds), 'a_newer_code']
const storeKeys = Object.keys(english.store)

const refusals: readonly (readonly [string, SentRefusal])[] = [
  ...codes.map((code) => [`the code ${code}`, { code, detail }] as const),
  ...details.map(
    (one) =>
      [
        `the reason ${JSON.stringify(one)}`,
        { code: 'not_eligible', detail, parameters: parametersOf(one) },
      ] as const,
  ),
  ['a reason of a newer server', { code: 'conflict', detail, parameters: { reason: 'lunar' } }],
  ...storeKeys.flatMap((key) =>
    ['busy', 'not_eligible'].map(
      (code) =>
        [
          `the key ${key} with ${code}`,
          { code, detail, parameters: { reason: 'store', key } },
        ] as const,
    ),
  ),
]

describeInBrowser('a page with words of its own', () => {
  let context: BrowserContext
  let site: Site
  beforeAll(async () => {
    context = await startBrowser()
  })
  afterAll(() => context?.close())
  beforeEach(async () => {
    site = await startSite()
  })
  afterEach(() => site.close())

  it('shows no other word of a refusal, in the area, the confirmation or the notice', async () => {
    const { page } = await openUser(context, site)
    await markWords(page)
    for (const [about, sent] of refusals) {
      const shown = await showRefusal(page, sent)
      for (const [place, text] of Object.entries(shown)) {
        expect({ about, place, text: unmarked(text) }).toEqual({ about, place, text: '' })
        expect(text).toContain('⟦')
      }
      const { preview, confirmation } = shown
      expect(preview).not.toContain(`⟦${english.areaText}⟧`)
      expect(confirmation.includes(`⟦${english.unchanged}⟧`)).toBe(!isAboutAnything(sent.code))
    }
  })

  it.each(['rule', 'denied'])(
    'shows the words of the application as they come (%s)',
    async (reason) => {
      const { page } = await openUser(context, site)
      await markWords(page)
      const shown = await showRefusal(page, {
        code: reason === 'rule' ? 'not_eligible' : 'forbidden',
        detail: application,
        parameters: { reason },
      })
      expect(Object.values(shown).map(unmarked)).toEqual(Array(4).fill(application))
    },
  )

  it('shows no other word of a result', async () => {
    const { page, dialog } = await openUser(context, site)
    await markWords(page)
    site.intercept('POST', respondToReset(canary, { auditComplete: false, unreadRules: ['PSO'] }))
    for (const part of ['reset', 'confirm', 'spell'])
      await page.locator(`[part~="${part}"]`).click()
    await page.locator('[part~="spelling"]').waitFor()
    const label = await page.locator('[part~="password"]').getAttribute('aria-label')
    expect(label).toBe(`⟦${english.password}⟧`)
    const shown = await dialog.evaluate((element) => {
      const copy = element.cloneNode(true) as HTMLElement
      // The password, and the date in the form of its language.
      for (const one of copy.querySelectorAll(
        '[part~="password"], .glyph, .facts dd:first-of-type',
      ))
        if (one.textContent?.includes('⟦') !== true) one.remove()
      return copy.textContent ?? ''
    })
    expect(unmarked(shown)).toBe('( )')
    expect(shown).toContain('⟦Must choose a new password⟧')
  })

  it('finds a word that is not marked', async () => {
    const { page } = await openUser(context, site)
    await markWords(page)
    await page.evaluate(() => {
      const element = document.querySelector('force-password-reset')
      if (element) element.strings = { ...element.strings, cancel: 'Cancel' }
    })
    const { confirmation } = await showRefusal(page, { code: 'busy', detail })
    expect(unmarked(confirmation)).toBe('Cancel')
  })
})

/** The codes after which nobody says that nothing was changed, or whose own words say so. */
function isAboutAnything(code: string): boolean {
  return [
    'invalid_request',
    'forbidden',
    'user_not_found',
    'not_eligible',
    'own_account',
    'privileged_user',
    'conflict',
    'outcome_unknown',
    'a_newer_code',
  ].includes(code)
}
