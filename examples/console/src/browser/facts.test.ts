import { AxeBuilder } from '@axe-core/playwright'
import type { BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { sampleUsersTable } from '../settings/users-table.ts'
import { describeInChromium, startChromium } from './chromium.fixture.ts'
import { openDetails, signInOperator } from './console-page.fixture.ts'
import { type ConsoleSite, startConsoleSite } from './console-site.fixture.ts'

describeInChromium('facts that the site chose', () => {
  let site: ConsoleSite
  let context: BrowserContext
  beforeAll(async () => {
    const { facts = {}, columns } = sampleUsersTable
    site = await startConsoleSite({ columns, facts })
    context = await startChromium()
  })
  afterAll(async () => {
    await context?.close()
    await site?.close()
  })

  it('stand in the details beside the person, and the moments beside the account', async () => {
    const { page } = await openDetails(context, site, '1006')
    const panel = (name: string) => page.getByRole('region', { name, exact: true })
    const person = await panel('Person').innerText()
    expect(person).toMatch(/Department\s+Catering\s+Employee number\s+20482/)
    expect(person).not.toContain('Status')
    const account = await panel('Account').innerText()
    expect(account).toMatch(/Status\s+Active\s+Ends on\s+\d+ \w+ \d{4}, \d\d:\d\d\s+Created/)
    expect(account).toContain('Times:')
    expect(account).not.toContain('Locked until')
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
    expect(violations.map(({ id }) => id)).toEqual([])
  })

  it('tell two people of one name apart: in the list, the details and the dialog', async () => {
    const { page, open, dialog } = await openDetails(context, site, '1035')
    const others = await page.locator('.namesakes li').allInnerTexts()
    expect(others).toHaveLength(3)
    for (const words of others) expect(words).toMatch(/Department \w+?\s*Employee number \d{5}/)
    await open.click()
    expect(await dialog.innerText()).toMatch(/Department\s+IT\s+Employee number\s+20859/)
    const list = await context.newPage()
    await signInOperator(list, site)
    await list.goto(`${site.origin}/console/users?search=paul.morgan`)
    expect(await list.locator('main').innerText()).toContain('Department IT')
  })

  it('are not searched: a fact identifies an account, never a caller', async () => {
    const page = await context.newPage()
    await signInOperator(page, site)
    await page.goto(`${site.origin}/console/users?search=20859`)
    expect(await page.locator('tbody tr').count()).toBe(0)
  })
})
