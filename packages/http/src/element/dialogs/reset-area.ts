import { visibleText } from '@force-reset/core'
import type { WireView } from '../../wire/wire.ts'
import { actionButton } from '../parts/buttons.ts'
import { node, warningSign } from '../parts/node.ts'
import type { ElementStrings } from '../words/strings.ts'
import { warningLine } from './dialog-frame.ts'

/** What the area says. */
export type AreaState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'loaded'; readonly view: WireView }
  | { readonly kind: 'trouble'; readonly words: string }

/** What stays in the page: a heading, a sentence, a button. */
export interface ResetArea {
  readonly element: HTMLElement
  show(state: AreaState): void
  /** What became of the last reset; empty words remove it. */
  notice(words: string): void
  focus(): void
}

/**
 * Builds it. The button is always there and always in the same place; when nothing can be reset it
 * says why.
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
      const insecure = state.kind === 'loaded' && state.view.insecureTransport === true
      warning.replaceChildren(...(insecure ? [warningLine(strings.insecureTransport)] : []))
      element.toggleAttribute('data-loading', state.kind === 'loading')
      if (state.kind === 'trouble') {
        say('failed', state.words)
        actions.append(again.element)
      } else {
        again.element.remove()
        if (hadFocus) reset.element.focus()
        const refusal =
          state.kind === 'loaded' && !state.view.reset.allowed ? state.view.reset.detail : undefined
        if (state.kind === 'loaded')
          say(
            refusal === undefined ? 'plain' : 'refused',
            refusal === undefined ? strings.areaText : visibleText(refusal),
          )
      }
      reset.set(
        state.kind === 'loading'
          ? 'busy'
          : state.kind === 'loaded' && state.view.reset.allowed
            ? 'on'
            : 'off',
      )
    },
  }
}
