import { type BrowserContext, chromium } from 'playwright-core'
import { chromiumPath, requireServer } from '../process/required-servers.ts'

export { chromiumPath }

/** Starts Debian's Chromium with an empty profile, which is gone after `close`. */
export async function startChromium(): Promise<BrowserContext> {
  requireServer('chromium')
  // Without a folder of ours Playwright makes an empty one, and removes it.
  const context = await chromium.launchPersistentContext('', {
    executablePath: chromiumPath,
    headless: true,
    viewport: { width: 1280, height: 800 },
    // Playwright switches this cache off by itself. The tests look at what Back shows.
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
  context.setDefaultTimeout(120_000)
  return context
}
