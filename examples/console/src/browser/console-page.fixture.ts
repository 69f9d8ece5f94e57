import type { BrowserContext, Locator, Page } from 'playwright-core'
import type { ConsoleAddress } from './console-site.fixture.ts'

/** A page of one user's details, and what is on it. */
export interface DetailsPage {
  readonly page: Page
  readonly open: Locator
  readonly dialog: Locator
  readonly cancel: Locator
  readonly reset: Locator
  readonly password: Locator
  readonly passedOn: Locator
  /** Opens the confirmation, confirms it, and reads the password off the screen. */
  resetPassword(): Promise<string>
}

/** Signs the operator in, unless the operator is signed in. */
export async function signInOperator(
  page: Page,
  site: ConsoleAddress,
  password = site.operator.password,
): Promise<void> {
  await page.goto(`${site.origin}/console/sign-in`)
  if (!page.url().endsWith('/sign-in')) return
  await page.getByLabel('Username').fill(site.operator.username)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/**
 * Opens the details of a user as an operator who is signed in, and waits until they were loaded.
 */
export async function openDetails(
  context: BrowserContext,
  site: ConsoleAddress,
  userId: string,
): Promise<DetailsPage> {
  const page = await context.newPage()
  await signInOperator(page, site)
  await page.goto(`${site.origin}/console/users/${userId}`)
  return await detailsOn(page)
}

/** The details that a page shows. */
export async function detailsOn(page: Page): Promise<DetailsPage> {
  await page.locator('section.area:not([data-loading])').waitFor()
  const button = (name: string): Locator => page.getByRole('button', { name, exact: true })
  const [open, reset] = [button('Reset password'), button('Reset')]
  const password = page.getByRole('group', { name: 'Temporary password' })
  return {
    page,
    open,
    reset,
    password,
    dialog: page.getByRole('dialog'),
    cancel: button('Cancel'),
    passedOn: button('I have passed it on'),
    resetPassword: async () => {
      await open.click()
      await reset.click()
      return (await password.textContent()) ?? ''
    },
  }
}

/** Signs in as a user of the application. */
export async function signInUser(
  page: Page,
  site: ConsoleAddress,
  username: string,
  password: string,
): Promise<void> {
  await page.goto(`${site.origin}/signin`)
  await page.getByLabel('Username').fill(username)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForLoadState()
}

/** Every text, attribute and field of a page, shadow trees included. */
export async function everythingOn(page: Page): Promise<string> {
  return await page.evaluate(() => {
    const texts: string[] = []
    const visit = (node: Document | ShadowRoot): void => {
      texts.push(node.textContent ?? '')
      for (const element of node.querySelectorAll('*')) {
        texts.push(...element.getAttributeNames().map((name) => element.getAttribute(name) ?? ''))
        if (element instanceof HTMLInputElement) texts.push(element.value)
        if (element.shadowRoot) visit(element.shadowRoot)
      }
    }
    visit(document)
    texts.push(
      document.body.innerText,
      JSON.stringify({ ...localStorage }),
      JSON.stringify({ ...sessionStorage }),
      location.href,
    )
    return texts.join('\n')
  })
}
