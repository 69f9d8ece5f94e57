import { node, warningSign } from '../parts/node.ts'

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
  return node('p', { part: 'warning' }, warningSign(), node('span', {}, words))
}
