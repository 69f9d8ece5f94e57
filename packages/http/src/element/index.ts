import { ForcePasswordReset } from './force-password-reset.ts'

export { english } from './english.ts'
export type { ElementEvents } from './events.ts'
export type { ElementStrings } from './strings.ts'
export type { Trouble, TroubleCode } from './trouble.ts'
export { ForcePasswordReset }

declare global {
  interface HTMLElementTagNameMap {
    'force-password-reset': ForcePasswordReset
  }
}

const name = 'force-password-reset'

// A page may load this twice, and a server that renders pages has no registry.
if (globalThis.customElements && !customElements.get(name)) customElements.define(name, ForcePasswordReset)
