import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { describeInBrowser, startBrowser } from './browser.fixture.ts'
import type { Site } from './site.fixture.ts'
import { held, startSite } from './site.fixture.ts'
import { canary, openUser, respondToReset } from './user-page.fixture.ts'

describeInBrowser('what stays of the password in the browser', () => {
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

  it('is nothing in the document once it is closed, spelled or not', async () => {
    const { page, confirm, password, passedOn, everything, selection } = await openUser(
      context,
      site,
    )
    site.intercept('POST', respondToReset())
    await confirm()
    await password.click()
    await page.getByRole('button', { name: 'Spell it' }).click()
    // The search finds it while it is there.
    expect(await everything()).toContain(canary)
    expect(await everything()).toContain('as in Kilo')
    await passedOn.click()
    const after = await everything()
    expect(after).toContain('Reset password')
    expect(after).not.toContain(canary)
    expect(after).not.toContain('as in Kilo')
    expect(await selection()).toBe('')
  })

  it('is nothing in the accessibility tree once it is closed', async () => {
    const { page, confirm, password, passedOn } = await openUser(context, site)
    site.intercept('POST', respondToReset())
    await confirm()
    await password.waitFor()
    expect(await spoken(page)).toContain(canary)
    await passedOn.click()
    await expect.poll(() => spoken(page)).not.toContain(canary)
    expect(await spoken(page)).toContain('Reset password')
  })

  it('does not come back with Back', async () => {
    const { page, confirm, password, everything } = await openUser(context, site)
    site.intercept('POST', respondToReset())
    await confirm()
    await password.waitFor()
    page.on('dialog', (dialog) => void dialog.accept())
    await page.goto(`${site.origin}/elsewhere`)
    await page.goBack({ waitUntil: 'commit' })
    // Only a page that the browser kept alive could show it.
    expect(await page.evaluate(() => Reflect.get(globalThis, 'cameBackAlive'))).toBe(true)
    await page.getByText('You left the page, so the password is gone.').waitFor()
    expect(await everything()).not.toContain(canary)
    expect(await page.getByRole('dialog').count()).toBe(0)
  })

  it('is nothing when the page was left before the response came', async () => {
    const { page, confirm, dialog, everything } = await openUser(context, site)
    const pending = held()
    site.intercept('POST', pending.interception)
    await confirm()
    await pending.asked
    await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pagehide')))
    pending.respond(respondToReset())
    await page.getByText('You left the page, so the password is gone.').waitFor()
    expect(await dialog.count()).toBe(0)
    expect(await everything()).not.toContain(canary)
  })

  it('is no whole copy in the heap of the page, while it is shown and afterwards', async () => {
    const { page, confirm, password, passedOn } = await openUser(context, site)
    site.intercept('POST', respondToReset())
    await confirm()
    await password.waitFor()
    const shown = await copiesInHeap(page)
    await passedOn.click()
    const closed = await copiesInHeap(page)
    // A careless page: the same response, read the usual way.
    site.intercept('POST', respondToReset())
    await page.evaluate(async () => {
      const response = await fetch('/api/users/42/force-reset', { method: 'POST' })
      Reflect.set(globalThis, 'kept', await response.json())
    })
    expect({ shown, closed, careless: (await copiesInHeap(page)) > 0 }).toEqual({
      shown: 0,
      closed: 0,
      careless: true,
    })
  })

  it('is in no event, and nothing in the page broke its policy', async () => {
    const { confirm, passedOn, heard } = await openUser(context, site)
    site.intercept('POST', respondToReset())
    await confirm()
    await passedOn.click()
    const events = await heard()
    expect(events.map(({ name }) => name)).toEqual(['force-reset-applied', 'force-reset-closed'])
    expect(JSON.stringify(events)).toContain('r-1')
    expect(JSON.stringify(events)).not.toContain(canary)
    expect(JSON.stringify([{ detail: { temporaryPassword: canary } }])).toContain(canary)
  })
})

/** Everything that an accessibility tree has to say, in reading order. */
async function spoken(page: Page): Promise<string> {
  const session = await context(page)
  const { nodes } = await session.send('Accessibility.getFullAXTree')
  const names = nodes
    .filter(({ role }) => role?.value === 'StaticText')
    .map(({ name }) => String(name?.value ?? ''))
  const rest = nodes.flatMap(({ name, value, description }) =>
    [name, value, description].map((part) => String(part?.value ?? '')),
  )
  await session.detach()
  return `${names.join('')}\n${rest.join('\n')}`
}

/** How many strings of a heap snapshot hold the password, or one half of it. */
async function copiesInHeap(page: Page): Promise<number> {
  const session = await context(page)
  const chunks: string[] = []
  session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk))
  await session.send('HeapProfiler.collectGarbage')
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false })
  await session.detach()
  const snapshot = chunks.join('')
  expect(snapshot).toContain('force-password-reset')
  const middle = canary.length / 2
  return [canary.slice(0, middle), canary.slice(middle)].reduce(
    (count, half) => count + snapshot.split(half).length - 1,
    0,
  )
}

function context(page: Page) {
  return page.context().newCDPSession(page)
}
