import type { AccountView } from '../client/read-response.ts'
import type { LoadResult } from '../client/reset-client.ts'
import { actionButton, setButton, setLabel } from '../parts/buttons.ts'
import { fill, node, warningLine, warningSign } from '../parts/node.ts'
import { explainTrouble } from '../words/explain-trouble.ts'
import { momentIn } from '../words/moment.ts'
import type { ElementStrings } from '../words/strings.ts'

/** The step that identifies the caller. `again` stands beside the button that resets. */
interface HeldStep {
  readonly element: HTMLElement
  readonly again: HTMLElement
}

/** The part that stays in the page: a heading, a sentence, a button. */
export interface ResetArea {
  readonly element: HTMLElement
  /** Shows the account. `undefined`: the account is being loaded. */
  show(loaded: LoadResult | undefined, strings: ElementStrings): void
  /**
   * Puts the step that identifies the caller in the place of the sentence. While `isPassed` is
   * false, the step's own button stands in the place of the button that resets.
   */
  hold(step: HeldStep | undefined, isPassed: boolean): void
  /** Says what became of the last reset. Empty words remove the notice. */
  notice(words: string): void
  focus(): void
}

/**
 * Builds the area. The button is always in the same place. The sentence above the button says why
 * an account cannot be reset. The parts stay the same when the words change.
 */
export function resetArea(on: {
  readonly reset: () => void
  readonly reload: () => void
  readonly check: () => void
}): ResetArea {
  const heading = node('h2', { id: 'area-heading', part: 'heading' })
  const text = node('p', { id: 'area-text', part: 'text' })
  const reset = actionButton({
    label: '',
    kind: 'primary',
    part: 'reset',
    onPress: on.reset,
  })
  reset.setAttribute('aria-describedby', text.id)
  const again = actionButton({ label: '', part: 'load-again', onPress: on.reload })
  const warning = node('div')
  const open = node('div', { part: 'open-reset' })
  const notice = node('div', { part: 'notice', role: 'status' })
  const actions = node('div', { class: 'actions' }, reset)
  const element = node(
    'section',
    { part: 'area', 'aria-labelledby': 'area-heading' },
    heading,
    node('div', { part: 'body' }, text, warning, open, actions, notice),
  )
  const say = (kind: 'plain' | 'refused' | 'failed', words: string): void => {
    text.className = `text ${kind}`
    fill(text, kind === 'plain' ? undefined : warningSign(), node('span', {}, words))
  }
  let held: HeldStep | undefined
  let check: HTMLButtonElement | undefined
  const showOpen = ({ openResets }: AccountView, strings: ElementStrings): void => {
    const newest = openResets.at(-1)
    if (newest === undefined) {
      if (check?.matches(':focus')) reset.focus()
      open.replaceChildren()
      check = undefined
      return
    }
    check ??= actionButton({
      label: strings.checkNow,
      busyLabel: strings.checking,
      part: 'check-now',
      onPress: () => {
        if (check) setButton(check, 'busy')
        on.check()
      },
    })
    setLabel(check, strings.checkNow)
    setButton(check, 'on')
    fill(open, warningLine(strings.openReset(momentIn(strings.locale, newest))), check)
  }
  return {
    element,
    focus: () => {
      if (reset.hidden) element.querySelector<HTMLElement>('#who')?.focus()
      else reset.focus()
    },
    hold: (step, isPassed) => {
      if (step && step.element.nextSibling !== actions) actions.before(step.element)
      if (step && isPassed) reset.after(step.again)
      else held?.again.remove()
      if (!step) held?.element.remove()
      held = step
      text.hidden = step !== undefined
      reset.hidden = step !== undefined && !isPassed
    },
    notice: (words) => fill(notice, words === '' ? undefined : node('p', {}, words)),
    show: (loaded, strings) => {
      const hadFocus = again.matches(':focus')
      const view = loaded?.ok ? loaded.view : undefined
      const preview = view?.reset
      fill(heading, strings.areaHeading)
      setLabel(reset, strings.openConfirmation)
      setLabel(again, strings.loadAgain)
      fill(warning, view?.insecureTransport ? warningLine(strings.insecureTransport) : undefined)
      element.toggleAttribute('data-loading', loaded === undefined)
      if (view) showOpen(view, strings)
      if (loaded?.ok === false) {
        say('failed', explainTrouble(loaded.trouble, strings, 'load'))
        if (again.parentElement !== actions) actions.append(again)
      } else {
        again.remove()
        if (hadFocus) reset.focus()
      }
      // While the account is loaded again, a refusal stays in sight.
      if (preview?.allowed === false)
        say('refused', explainTrouble(preview.refusal, strings, 'load'))
      else if (preview || (!loaded && text.matches(':empty, .plain')))
        say('plain', strings.areaText)
      setButton(reset, loaded === undefined ? 'busy' : preview?.allowed ? 'on' : 'off')
    },
  }
}
