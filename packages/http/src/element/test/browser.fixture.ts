import { describeWithServer } from '../../../../testing/src/vitest.ts'

export {
  chromiumPath,
  startChromium as startBrowser,
} from '../../../../testing/src/browser/chromium.ts'

/** `describe` for tests that need Chromium: see {@link describeWithServer}. */
export function describeInBrowser(title: string, tests: () => void): void {
  describeWithServer('chromium', title, tests)
}
