import { describeWithServer } from '../../../../testing/src/vitest.ts'

export {
  chromiumPath,
  startChromium as startBrowser,
} from '../../../../testing/src/browser/chromium.ts'

/** Starts the system's Chromium with a profile of its own, which is gone after `close`. */
export async function startBrowser(): Promise<BrowserContext> {
  // Without a folder of ours Playwright makes an empty one, and removes it.
  const context = await chromium.launchPersistentContext('', {
    executablePath: chromiumPath,
    headless: true,
    viewport: { width: 1280, height: 800 },
    // Playwright switches this cache off by itself: what Back shows is one of the things that are
    // tested.
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

/**
 * `describe` for tests that need Chromium: without it a named skip here, and a failure where
 * `CI=true`.
 */
export function describeInBrowser(title: string, tests: () => void): void {
  describeWithServer('chromium', title, tests)
}
