import { node } from '../parts/node.ts'
import { markForRecorders } from './dialog-host.ts'
import { keepEvents, releaseEvents } from './keep-events.ts'

/** The parts of a dialog. */
export interface DialogFrameOptions {
  readonly name: string
  readonly heading: string
  /** Read out when the dialog opens, besides the heading. */
  readonly description: readonly HTMLElement[]
  readonly body: readonly (HTMLElement | undefined)[]
  readonly buttons: readonly HTMLElement[]
  /** Called when Escape is pressed. Without it Escape does nothing. */
  readonly onEscape?: (() => void) | undefined
}

/** A modal dialog that is not in the document before it opens, nor after it closes. */
export interface DialogFrame {
  readonly heading: HTMLHeadingElement
  readonly foot: HTMLElement
  /** Shows the dialog in its host, at the end of the document. */
  open(host: HTMLElement, focus: HTMLElement): void
  close(): void
}

/**
 * Builds a dialog. The browser never closes the dialog by itself: not by Escape, not by a click
 * outside, not by a gesture. Nor does the page: a dialog that the page closes, or whose host it
 * takes out, comes back.
 */
export function dialogFrame(options: DialogFrameOptions): DialogFrame {
  const { name, onEscape } = options
  const heading = node(
    'h2',
    { id: 'dialog-heading', part: 'dialog-heading', tabindex: '-1' },
    options.heading,
  )
  const foot = node('div', { part: 'dialog-foot' }, ...options.buttons)
  const described = options.description.map((element, at) => {
    element.id = `description-${at}`
    return element.id
  })
  const dialog = node(
    'dialog',
    {
      part: `dialog ${name}`,
      closedby: 'none',
      'aria-labelledby': heading.id,
      'aria-describedby': described.join(' '),
    },
    heading,
    ...options.body,
    foot,
  )
  markForRecorders(dialog)
  let openIn: HTMLElement | undefined
  const show = (): void => {
    if (!openIn || dialog.matches(':modal')) return
    // A dialog that was taken out of the document still counts as open.
    dialog.open = false
    if (!openIn.isConnected) document.documentElement.append(openIn)
    dialog.showModal()
  }
  const removals = new MutationObserver(show)
  dialog.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || event.isComposing) return
    event.preventDefault()
    onEscape?.()
  })
  dialog.addEventListener('cancel', (event) => event.preventDefault())
  // A browser may close a dialog whose `cancel` was refused before, such as by a second gesture
  // back on a telephone. Then the dialog opens again as it was.
  dialog.addEventListener('close', show)
  return {
    heading,
    foot,
    open: (host, focus) => {
      openIn = host
      host.shadowRoot?.append(dialog)
      show()
      keepEvents(dialog)
      removals.observe(document.documentElement, { childList: true })
      // The top of the dialog names the user: the focus must not scroll the name away.
      focus.focus({ preventScroll: true })
      dialog.scrollTop = 0
    },
    close: () => {
      removals.disconnect()
      releaseEvents(dialog)
      dialog.close()
      dialog.remove()
      openIn?.remove()
      openIn = undefined
    },
  }
}
