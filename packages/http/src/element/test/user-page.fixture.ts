import type { BrowserContext, Locator, Page } from 'playwright-core'
import type { WireReset, WireUser } from '../../wire/wire.ts'
import type { Interception, Site } from './site.fixture.ts'

/** A page of a user, and what is on it. */
export interface UserPage {
  readonly page: Page
  readonly open: Locator
  readonly dialog: Locator
  readonly cancel: Locator
  readonly reset: Locator
  readonly password: Locator
  readonly passedOn: Locator
  /** Opens the confirmation and confirms it. */
  confirm(): Promise<void>
  /** What is selected, as a copy would take it. */
  selection(): Promise<string>
  /** Every text and every attribute of the document, the shadow tree included. */
  everything(): Promise<string>
  /** The element's events, and violations of the page's policy. */
  heard(): Promise<readonly { readonly name: string; readonly detail: unknown }[]>
}

/** Opens the page of a user and waits until the account was loaded. */
export async function openUser(
  context: BrowserContext,
  site: Site,
  path = '42',
): Promise<UserPage> {
  const page = await context.newPage()
  await page.goto(`${site.origin}/user/${path}`)
  await page.locator('section:not([data-loading])').waitFor()
  const button = (name: string): Locator => page.getByRole('button', { name, exact: true })
  const open = button('Reset password')
  const reset = button('Reset')
  return {
    page,
    open,
    reset,
    dialog: page.getByRole('dialog'),
    cancel: button('Cancel'),
    password: page.getByRole('group', { name: 'Temporary password' }),
    passedOn: button('I have passed it on'),
    confirm: async () => {
      await open.click()
      await reset.click()
    },
    selection: () => page.evaluate(() => getSelection()?.toString() ?? ''),
    everything: () => page.evaluate(everythingIn),
    heard: () => page.evaluate(() => Reflect.get(globalThis, 'heard')),
  }
}

function everythingIn(): string {
  const texts: string[] = []
  const visit = (node: Document | ShadowRoot | Element): void => {
    texts.push(node.textContent ?? '')
    for (const element of node.querySelectorAll('*')) {
      texts.push(...element.getAttributeNames().map((name) => element.getAttribute(name) ?? ''))
      if (element instanceof HTMLInputElement) texts.push(element.value)
      if (element.shadowRoot) visit(element.shadowRoot)
    }
  }
  visit(document)
  return texts.join('\n')
}

export const canary = 'k7mq.x2pd.9wht.r4gb'

const user: WireUser = {
  id: '42',
  username: 'kim.lee',
  email: 'kim.lee@example.com',
  status: 'active',
  privileged: false,
  version: 'after',
}

/** A successful response with a password that the test knows. */
export function respondToReset(
  temporaryPassword = canary,
  receipt: Partial<WireReset['receipt']> = {},
  displayName = 'Kim Lee',
): Interception {
  const body: WireReset = {
    resetId: 'r-1',
    user: { ...user, displayName },
    temporaryPassword,
    receipt: {
      mustChange: 'enforced',
      expiresAt: '2030-01-02T03:04:05.000Z',
      unlocked: true,
      sessionsRevoked: 2,
      endpoint: 'memory',
      survives: ['api_keys'],
      unreadRules: [],
      auditComplete: true,
      ...receipt,
    },
  }
  return (_request, response) => {
    response
      .writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' })
      .end(JSON.stringify(body))
  }
}
