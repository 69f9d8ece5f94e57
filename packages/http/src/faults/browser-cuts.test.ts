import type { BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  type FaultProxy,
  type RecordedChunk,
  startFaultProxy,
} from '../../../testing/src/faults/fault-proxy.ts'
import {
  countFaults,
  type FaultedReset,
  isReplay,
  publishFaults,
} from '../../../testing/src/faults.ts'
import { describeInBrowser, startBrowser } from '../element/test/browser.fixture.ts'
import { type Site, startSite } from '../element/test/site.fixture.ts'
import { openUser } from '../element/test/user-page.fixture.ts'
import { cutsOfAnswer, judged } from './answer-cuts.fixture.ts'

const limit = { timeout: 1_800_000 }
/** Bytes between two cuts: each cut takes a page of its own. */
const stride = 16

/** The words of a conflict that a browser makes by sending a request twice. */
const orMyself = 'an earlier try of yours'

describeInBrowser('the element, where its conversation is cut', () => {
  let context: BrowserContext
  let site: Site
  let proxy: FaultProxy
  beforeAll(async () => {
    context = await startBrowser()
    site = await startSite()
    const { hostname, port } = new URL(site.origin)
    proxy = await startFaultProxy({ to: { host: hostname, port: Number(port) } })
  })
  afterAll(async () => {
    await context?.close()
    await proxy?.stop()
    await site?.close()
  })

  const resetInBrowser = async (begin: () => void): Promise<FaultedReset> => {
    const { store, events } = site
    store.changePassword('42', 'first-password')
    const before = events.length
    const origin = `http://${proxy.host}:${proxy.port}`
    const { page, open, reset, password, heard } = await openUser(context, { ...site, origin })
    await open.click()
    await reset.waitFor()
    begin()
    await reset.click()
    await page.waitForFunction(() => Reflect.get(globalThis, 'heard').length > 0)
    const [said] = await heard()
    proxy.pass()
    const isShown = said?.name === 'force-reset-applied'
    const code = isShown ? 'applied' : String(Object(said?.detail).code)
    const shown = isShown ? (await password.innerText()).replace(/\s/g, '') : ''
    const isReplaced = store.signIn('kim.lee', 'first-password') === 'refused'
    const isHedged = code === 'conflict' && (await page.getByText(orMyself).count()) > 0
    await page.close()
    const outcome = judged(code, {
      isReplaced,
      isShown: store.signIn('kim.lee', shown) === 'change_password',
      isUndelivered: events.slice(before).some(({ type }) => type === 'reset.undelivered'),
    })
    // Chromium sends a request again where a kept connection broke before the answer.
    return isHedged ? { ...outcome, isLie: false } : outcome
  }

  it('says that the reset may have happened, or that an earlier try has', limit, async () => {
    let chunks: readonly RecordedChunk[] = []
    const whole = await resetInBrowser(() => {
      chunks = proxy.record()
    })
    expect(whole).toEqual({ said: 'applied', truth: 'new', isLie: false })
    const faults = cutsOfAnswer(proxy, chunks).filter(
      (_, i) => i % (2 * stride) === 0 || i % (2 * stride) === 3,
    )
    const runs = { name: 'cuts-http-browser', store: 'HTTP, Chromium', faults, quick: 6 }
    const report = await countFaults(runs, (planned) =>
      resetInBrowser(() => void planned.beforeReset?.()),
    )
    publishFaults(runs.name, report)
    expect(report.lies).toEqual([])
    expect(report.missed).toEqual([])
    if (!isReplay) expect(report.counts.length).toBeGreaterThan(1)
  })
})
