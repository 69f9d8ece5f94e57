import type { ElementEvents } from './events.ts'
import { ForcePasswordReset } from './force-password-reset.ts'

export type { NamedSurvivor, Receipt } from './client/read-response.ts'
export { english } from './words/english.ts'
export type {
  CheckedOutcome,
  ElementStrings,
  GivenStrings,
  OperatorKey,
  Sentences,
  Words,
} from './words/strings.ts'
export type {
  ReasonNamed,
  Trouble,
  TroubleCode,
  TroubleReason,
  UnknownName,
} from './words/trouble.ts'
export type {
  ClosedAbout,
  ClosedWords,
  GivenVerificationStrings,
  VerificationStrings,
  WayAbout,
} from './words/verification-strings.ts'
export type { ElementEvents }
export { ForcePasswordReset }

declare global {
  interface HTMLElementTagNameMap {
    'force-password-reset': ForcePasswordReset
  }

  // The events bubble: every ancestor, the document included, hears them with their types.
  interface GlobalEventHandlersEventMap extends ElementEventMap {}
}

type ElementEventMap = { [Name in keyof ElementEvents]: CustomEvent<ElementEvents[Name]> }

const name = 'force-password-reset'

// A page may load this twice, and a server that renders pages has no registry.
if (globalThis.customElements && !customElements.get(name))
  customElements.define(name, ForcePasswordReset)
