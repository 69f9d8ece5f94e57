import { describeWithServer } from '@force-reset/testing/vitest'

export { startChromium } from '@force-reset/testing/browser'

/** `describe` for tests that need Chromium: see {@link describeWithServer}. */
export function describeInChromium(title: string, tests: () => void): void {
  describeWithServer('chromium', title, tests)
}
