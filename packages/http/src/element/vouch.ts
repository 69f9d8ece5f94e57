import { ForceResetVouch } from './verification/force-reset-vouch.ts'

export type { VouchStrings } from './verification/vouch-strings.ts'
export { englishVouch } from './verification/vouch-strings.ts'
export { ForceResetVouch }

declare global {
  interface HTMLElementTagNameMap {
    'force-reset-vouch': ForceResetVouch
  }
}

const name = 'force-reset-vouch'

// A page may load this twice, and a server that renders pages has no registry.
if (globalThis.customElements && !customElements.get(name))
  customElements.define(name, ForceResetVouch)
