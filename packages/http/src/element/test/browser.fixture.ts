import type { Page } from 'playwright-core'
import type { Contrast } from '../../../../testing/src/browser/contrasts.ts'
import { contrasts as contrastsIn } from '../../../../testing/src/browser/contrasts.ts'
import { describeWithServer } from '../../../../testing/src/vitest.ts'

export {
  chromiumPath,
  startChromium as startBrowser,
} from '../../../../testing/src/browser/chromium.ts'
export type { Contrast }

/** How everything stands out in the element: in its dialog, where one is open. */
export async function contrasts(page: Page): Promise<readonly Contrast[]> {
  return await contrastsIn(page, ['force-password-reset-dialog', 'force-password-reset'])
}

/** `describe` for tests that need Chromium: see {@link describeWithServer}. */
export function describeInBrowser(title: string, tests: () => void): void {
  describeWithServer('chromium', title, tests)
}
