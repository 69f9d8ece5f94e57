import type { Operator } from '@force-reset/core'
import type { Destination } from '@force-reset/core/verification'
import {
  callBack,
  inPerson,
  memoryForOneProcess,
  secondPerson,
  sentCode,
  verification,
} from '@force-reset/core/verification'
import type { BrowserContext, Locator, Page } from 'playwright-core'
import type { Site } from './site.fixture.ts'
import { startSite } from './site.fixture.ts'
import type { UserPage } from './user-page.fixture.ts'
import { openUser } from './user-page.fixture.ts'

/** What the caller of a test can be identified by. */
export interface WhoOptions {
  /** Sets of methods. Default: any one of four. */
  readonly sets?: readonly (readonly string[])[]
  readonly numbers?: readonly Destination[]
  readonly addresses?: readonly Destination[]
  readonly validSeconds?: number
  /** Rejects where a message does not get through. */
  readonly deliver?: () => Promise<void>
}

/** A console where callers are identified, and the messages that it sent. */
export interface WhoSite extends Site {
  readonly messages: readonly string[]
  /** Moves the clock of the handler, in seconds. */
  later(seconds: number): void
}

const mobile: Destination = { name: 'mobile', label: 'Mobile', address: '+49 151 5550123' }
const ward: Destination = {
  name: 'ward',
  label: 'Ward 3B',
  address: '+49 30 5550456',
  of: 'place',
}

/** Starts one; `close` ends it. */
export async function startWhoSite(options: WhoOptions = {}): Promise<WhoSite> {
  const messages: string[] = []
  let moved = 0
  const now = (): number => Date.now() + moved * 1_000
  const sets = options.sets ?? [['call_back'], ['sent_code'], ['second_person'], ['in_person']]
  const site = await startSite(
    {},
    {
      secret: 'ab'.repeat(32),
      now,
      verification: verification<Operator>({
        methods: [
          callBack({ numbers: () => options.numbers ?? [mobile, ward] }),
          sentCode({
            destinations: () => options.addresses ?? [mobile],
            deliver: async ({ text }) => {
              await options.deliver?.()
              messages.push(text)
            },
            helpDesk: 'the IT help desk',
            contact: '+49 30 5550100',
          }),
          secondPerson({
            mayVouch: ({ voucherId }) => voucherId === 'ravi',
            vouchers: () => [{ id: 'ravi', name: 'Ravi Patel' }],
            address: 'console.example.org/vouch',
          }),
          inPerson(),
        ],
        require: () => sets,
        attestedSuffices: [['call_back'], ['in_person']],
        validSeconds: options.validSeconds,
        memory: memoryForOneProcess({ now }),
      }),
    },
  )
  return {
    ...site,
    messages,
    later: (seconds) => {
      moved += seconds
    },
  }
}

/** The page of a user whose caller has to be identified. */
export interface WhoPage extends UserPage {
  readonly next: Locator
  readonly code: Locator
  way(name: string): Locator
  button(name: string): Locator
}

/** Opens the page of a user and waits until the step is there. */
export async function openWho(context: BrowserContext, site: Site, path = '42'): Promise<WhoPage> {
  const user = await openUser(context, site, path)
  const { page } = user
  const button = (name: string): Locator => page.getByRole('button', { name, exact: true })
  return {
    ...user,
    next: button('Continue'),
    code: page.getByLabel('Security code'),
    way: (name) => page.getByRole('radio', { name }),
    button,
  }
}

/** The code in the last message to the person. */
export function codeIn(messages: readonly string[]): string {
  return /\d{4} \d{4}/.exec(messages.at(-1) ?? '')?.[0] ?? ''
}

/** The text of the area, invisible characters left out. */
export async function areaText(page: Page): Promise<string> {
  return (await page.locator('section').innerText()).replace(/[\u2068\u2069]/g, '')
}
