import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium } from 'playwright-core'
import { describe, it } from 'vitest'

const executablePath = '/usr/bin/chromium'

/** Starts the system's Chromium with an empty profile, which is gone after `close`. */
export async function startChromium(): Promise<BrowserContext> {
  const profile = mkdtempSync(join(tmpdir(), 'console-browser-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
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
  context.on('close', () =>
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }),
  )
  return context
}

/**
 * `describe` for tests that need Chromium: without it a named skip here, and a failure where `CI=true`.
 */
export function describeInChromium(title: string, tests: () => void): void {
  if (existsSync(executablePath)) {
    describe(title, tests)
  } else if (process.env['CI'] === 'true') {
    describe(title, () => {
      it('finds Chromium', () => {
        throw new Error(`${executablePath} missing: apt-get install chromium`)
      })
    })
  } else {
    describe.skip(`${title} [skipped: ${executablePath} missing: apt-get install chromium]`, tests)
  }
}
