import type { AccountView } from '../client/read-response.ts'
import { actionButton } from '../parts/buttons.ts'
import { node, warningSign } from '../parts/node.ts'
import { explainTrouble } from '../words/explain-trouble.ts'
import type { ElementStrings } from '../words/strings.ts'
import type { Trouble } from '../words/trouble.ts'
import { warningLine } from './dialog-frame.ts'

/** The state of the account that the area is about. */
export type AreaState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'loaded'; readonly view: AccountView }
  | { readonly kind: 'trouble'; readonly trouble: Trouble }

/** The part that stays in the page: a heading, a sentence, a button. */
export interface ResetArea {
  readonly element: HTMLElement
  show(state: AreaState): void
  /** Says what became of the last reset. Empty words remove the notice. */
  notice(words: string): void
  focus(): void
}

/**
 * Builds the area. The button is always in the same place. The sentence above the button says why
 * an account cannot be reset.
 */
export function resetArea(
  strings: ElementStrings,
  on: { readonly reset: () => void; readonly reload: () => void },
): ResetArea {
  const text = node('p', { id: 'area-text', class: 'area-text', part: 'text' }, strings.areaText)
  const reset = actionButton({
    label: strings.openConfirmation,
    kind: 'primary',
    part: 'reset',
    onPress: on.reset,
  })
  reset.element.setAttribute('aria-describedby', text.id)
  const again = actionButton({ label: strings.loadAgain, part: 'load-again', onPress: on.reload })
  const warning = node('div', { class: 'area-warning' })
  const notice = node('div', { class: 'notice', part: 'notice', role: 'status' })
  const actions = node('div', { class: 'actions' }, reset.element)
  const element = node(
    'section',
    { class: 'area', part: 'area', 'aria-labelledby': 'area-heading' },
    node('h2', { id: 'area-heading', class: 'area-heading', part: 'heading' }, strings.areaHeading),
    node('div', { class: 'area-body', part: 'body' }, text, warning, actions, notice),
  )
  const say = (kind: 'plain' | 'refused' | 'failed', words: string): void => {
    text.className = `area-text ${kind}`
    text.replaceChildren(...(kind === 'plain' ? [] : [warningSign()]), node('span', {}, words))
  }
  return {
    element,
    focus: () => reset.element.focus(),
    notice: (words) => notice.replaceChildren(...(words === '' ? [] : [node('p', {}, words)])),
    show: (state) => {
      const hadFocus = again.element.matches(':focus')
      const preview = state.kind === 'loaded' ? state.view.reset : undefined
      const insecure = state.kind === 'loaded' && state.view.insecureTransport
      warning.replaceChildren(...(insecure ? [warningLine(strings.insecureTransport)] : []))
      element.toggleAttribute('data-loading', state.kind === 'loading')
      if (state.kind === 'trouble') {
        say('failed', explainTrouble(state.trouble, strings, 'load'))
        actions.append(again.element)
      } else {
        again.element.remove()
        if (hadFocus) reset.element.focus()
      }
      if (preview?.allowed === true) say('plain', strings.areaText)
      if (preview?.allowed === false)
        say('refused', explainTrouble(preview.refusal, strings, 'load'))
      reset.set(state.kind === 'loading' ? 'busy' : preview?.allowed === true ? 'on' : 'off')
    },
  }
}
