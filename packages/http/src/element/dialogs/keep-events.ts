/** The events by which a page takes keys, clicks, the focus or the clipboard away. */
const kept =
  'keydown keypress keyup beforeinput input change click dblclick auxclick contextmenu mousedown ' +
  'mouseup pointerdown pointerup touchstart touchmove touchend wheel selectstart focus blur ' +
  'focusin focusout copy cut paste'

/** The dialogs that are open. The last one is on top. */
const dialogs = new Set<HTMLDialogElement>()

/** The keys that went down in a dialog. The dialog may be closed before they come up again. */
const held = new Set<string>()

/**
 * Keeps the events of an open dialog in the dialog: no shortcut, focus trap or clipboard handler of
 * the page hears them. Keys are kept too while nothing has the focus, and until they come up.
 */
export function keepEvents(dialog: HTMLDialogElement): void {
  dialogs.add(dialog)
}

/** The dialog is closed: its events are the page's again. */
export function releaseEvents(dialog: HTMLDialogElement): void {
  dialogs.delete(dialog)
}

/**
 * Only the first listener on `window` in the capture phase can keep an event from all others. So
 * the event ends here, and a copy that cannot leave the shadow tree goes to the dialog. The browser
 * still does its own part: it types, presses, scrolls and copies.
 */
function keep(event: Event): void {
  const key = event instanceof KeyboardEvent ? event : undefined
  const isUp = event.type === 'keyup'
  const isHeld = key && held.has(key.code) && (isUp || key.repeat)
  const place = placeOf(event)
  // A key that goes down anew has come up elsewhere, such as in another window.
  if (key?.type === 'keydown' && !key.repeat) held.delete(key.code)
  if (!place && !isHeld) return
  event.stopImmediatePropagation()
  if (key && isUp) held.delete(key.code)
  if (key && !isUp) held.add(key.code)
  if (place?.dispatchEvent(copyOf(event)) !== true) event.preventDefault()
}

/** Where an event belongs in the open dialog; `undefined` for an event of the page. */
function placeOf(event: Event): EventTarget | undefined {
  const dialog = [...dialogs].at(-1)
  const [target] = event.composedPath()
  if (dialog && event.composedPath().includes(dialog)) return target
  const fromNowhere = target === document.body || target === document.documentElement
  return event instanceof KeyboardEvent && fromNowhere ? dialog : undefined
}

/** The same event with what the listeners of the dialogs read. It stays in its shadow tree. */
function copyOf(event: Event): Event {
  const { type } = event
  const init = { bubbles: true, cancelable: true }
  if (event instanceof KeyboardEvent) {
    const { key, ctrlKey, metaKey, repeat, isComposing } = event
    return new KeyboardEvent(type, { ...init, key, ctrlKey, metaKey, repeat, isComposing })
  }
  if (event instanceof MouseEvent) {
    const { button, detail } = event
    return new MouseEvent(type, { ...init, button, detail })
  }
  return new Event(type, init)
}

// As early as can be: listeners that a page added to `window` before still hear first.
if (globalThis.window) for (const type of kept.split(' ')) addEventListener(type, keep, true)
