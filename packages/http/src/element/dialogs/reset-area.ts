import type { LoadResult } from '../client/reset-client.ts'
import { actionButton, setButton } from '../parts/buttons.ts'
import { fill, node, warningSign } from '../parts/node.ts'
import { explainTrouble } from '../words/explain-trouble.ts'
import type { ElementStrings } from '../words/strings.ts'
import { warningLine } from './dialog-frame.ts'

/** The part that stays in the page: a heading, a sentence, a button. */
export interface ResetArea {
  readonly element: HTMLElement
  /** Shows the account. `undefined`: the account is being loaded. */
  show(loaded: LoadResult | undefined): void
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
  const text = node('p', { id: 'area-text', class: 'plain', part: 'text' }, strings.areaText)
  const reset = actionButton({
    label: strings.openConfirmation,
    kind: 'primary',
    part: 'reset',
    onPress: on.reset,
  })
  reset.setAttribute('aria-describedby', text.id)
  const again = actionButton({ label: strings.loadAgain, part: 'load-again', onPress: on.reload })
  const warning = node('div')
  const notice = node('div', { part: 'notice', role: 'status' })
  const actions = node('div', { class: 'actions' }, reset)
  const element = node(
    'section',
    { part: 'area', 'aria-labelledby': 'area-heading' },
    node('h2', { id: 'area-heading', part: 'heading' }, strings.areaHeading),
    node('div', { part: 'body' }, text, warning, actions, notice),
  )
  const say = (kind: 'plain' | 'refused' | 'failed', words: string): void => {
    text.className = `text ${kind}`
    fill(text, kind === 'plain' ? undefined : warningSign(), node('span', {}, words))
  }
  return {
    element,
    focus: () => reset.focus(),
    notice: (words) => fill(notice, words === '' ? undefined : node('p', {}, words)),
    show: (loaded) => {
      const hadFocus = again.matches(':focus')
      const view = loaded?.ok ? loaded.view : undefined
      const preview = view?.reset
      fill(warning, view?.insecureTransport ? warningLine(strings.insecureTransport) : undefined)
      element.toggleAttribute('data-loading', loaded === undefined)
      if (loaded?.ok === false) {
        say('failed', explainTrouble(loaded.trouble, strings, 'load'))
        actions.append(again)
      } else {
        again.remove()
        if (hadFocus) reset.focus()
      }
      if (preview?.allowed === true) say('plain', strings.areaText)
      if (preview?.allowed === false)
        say('refused', explainTrouble(preview.refusal, strings, 'load'))
      setButton(reset, loaded === undefined ? 'busy' : preview?.allowed ? 'on' : 'off')
    },
  }
}
