import { describeWithServer } from '@force-reset/testing/vitest'

export { startChromium } from '@force-reset/testing/browser'

/** Starts the system's Chromium with an empty profile, which is gone after `close`. */
export async function startChromium(): Promise<BrowserContext> {
  const profile = mkdtempSync(join(tmpdir(), 'console-browser-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    viewport: { width: 1280, height: 800 },
    // Playwright switches this cache off. The tests need the cache to see what Back shows.
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
  context.on('close', () =>
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }),
  )
  return context
}

/**
 * `describe` for tests that need Chromium. Without Chromium they are skipped by name, and fail
 * where `CI=true`.
 */
export function describeInChromium(title: string, tests: () => void): void {
  describeWithServer('chromium', title, tests)
}
