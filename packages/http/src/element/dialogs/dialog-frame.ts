import type { ActionButton } from '../parts/buttons.ts'
import { node, warningSign } from '../parts/node.ts'

/** The parts of a dialog. */
export interface DialogFrameOptions {
  readonly name: string
  readonly heading: string
  /** Read out when the dialog opens, besides the heading. */
  readonly description: readonly HTMLElement[]
  readonly body: readonly (HTMLElement | undefined)[]
  readonly buttons: readonly ActionButton[]
  /** Called when Escape is pressed. Without it Escape does nothing. */
  readonly onEscape?: (() => void) | undefined
}

/** A modal dialog that is not in the document before it opens, nor after it closes. */
export interface DialogFrame {
  readonly dialog: HTMLDialogElement
  readonly heading: HTMLHeadingElement
  readonly foot: HTMLElement
  open(into: ParentNode, focus: HTMLElement): void
  close(): void
}

/**
 * Builds a dialog. The browser never closes the dialog by itself: not by Escape, not by a click
 * outside, not by a gesture.
 */
export function dialogFrame(options: DialogFrameOptions): DialogFrame {
  const { name, onEscape } = options
  const heading = node(
    'h2',
    { id: `${name}-heading`, class: 'dialog-heading', part: 'dialog-heading', tabindex: '-1' },
    options.heading,
  )
  const foot = node(
    'div',
    { class: 'foot', part: 'dialog-foot' },
    ...options.buttons.map(({ element }) => element),
  )
  options.description.forEach((element, at) => {
    element.id = `${name}-description-${at}`
  })
  const dialog = node(
    'dialog',
    {
      class: 'dialog',
      part: `dialog ${name}`,
      closedby: 'none',
      'aria-labelledby': heading.id,
      'aria-describedby': options.description.map(({ id }) => id).join(' '),
    },
    heading,
    ...options.body,
    foot,
  )
  let isOpen = false
  const close = (): void => {
    isOpen = false
    document.removeEventListener('keydown', leaveFromNowhere)
    dialog.close()
    dialog.remove()
  }
  const leave = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.isComposing) return
    event.preventDefault()
    onEscape?.()
  }
  /** The Tab key leads past the dialog once: then the focus is on nothing. */
  const leaveFromNowhere = (event: KeyboardEvent): void => {
    if (event.target === document.body) leave(event)
  }
  dialog.addEventListener('keydown', leave)
  dialog.addEventListener('cancel', (event) => event.preventDefault())
  // A browser may close a dialog whose `cancel` was refused before, such as by a second gesture
  // back on a telephone. Then the dialog opens again as it was.
  dialog.addEventListener('close', () => {
    if (isOpen && dialog.isConnected) dialog.showModal()
  })
  return {
    dialog,
    heading,
    foot,
    open: (into, focus) => {
      into.append(dialog)
      dialog.showModal()
      isOpen = true
      document.addEventListener('keydown', leaveFromNowhere)
      // The top of the dialog names the user: the focus must not scroll the name away.
      focus.focus({ preventScroll: true })
      dialog.scrollTop = 0
    },
    close,
  }
}

/** A line that needs attention. */
export function warningLine(words: string): HTMLElement {
  return node('p', { class: 'warning', part: 'warning' }, warningSign(), node('span', {}, words))
}
