import { bundledScript } from './bundle-script.ts'

/** The step that identifies the caller, as one script. See element-text.ts. */
export const elementVerificationText: () => Promise<string> = bundledScript(
  'verification/verification-step.ts',
)
