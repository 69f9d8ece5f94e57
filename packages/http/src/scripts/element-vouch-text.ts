import { bundledScript } from './bundle-script.ts'

/** The page of somebody who vouches, as one script. See element-text.ts. */
export const elementVouchText: () => Promise<string> = bundledScript('vouch.ts')
