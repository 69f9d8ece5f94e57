import type { AccountView } from '../client/read-response.ts'
import { actionButton, setButton } from '../parts/buttons.ts'
import { identity, survivorList } from '../parts/facts.ts'
import { isolated, node, warningLine } from '../parts/node.ts'
import type { ElementStrings } from '../words/strings.ts'
import { dialogFrame } from './dialog-frame.ts'
import { reasonField } from './reason-field.ts'

/** What the confirmation shows, and the functions that it calls. */
export interface ConfirmDialogOptions {
  readonly view: AccountView
  readonly strings: ElementStrings
  /** How the caller was identified. */
  readonly identified?: HTMLElement | undefined
  /** The element's `reason` attribute. */
  readonly reason: string | null
  /** The reason that was typed before the account had to be loaded again. */
  readonly draft: string
  readonly onReset: (reason: string | undefined) => void
  /** Cancel, Escape, or the way out after a failure. */
  readonly onLeave: () => void
}

/** The confirmation. */
export interface ConfirmDialog {
  readonly reason: string
  open(host: HTMLElement): void
  /** While the request is under way nothing can be pressed, and the dialog stays. */
  setBusy(busy: boolean): void
  /**
   * Says what went wrong. With `reloadLabel` the reset cannot be repeated: a button that loads the
   * account again takes the place of the button that resets.
   */
  explain(words: string, reloadLabel: string | undefined): void
  close(): void
}

/**
 * Asks once more, and names the user. The focus starts on Cancel, so that a held Enter resets
 * nothing.
 */
export function confirmDialog({
  view,
  strings,
  identified,
  reason,
  draft,
  onReset,
  onLeave,
}: ConfirmDialogOptions): ConfirmDialog {
  let busy = false
  const leave = (): void => {
    if (!busy) onLeave()
  }
  const field = reasonField(reason, draft, strings)
  const cancel = actionButton({ label: strings.cancel, part: 'cancel', onPress: leave })
  const confirm = actionButton({
    label: strings.reset,
    busyLabel: strings.resetting,
    kind: 'primary',
    part: 'confirm',
    onPress: () => {
      if (field.check()) onReset(field.value.trim() || undefined)
    },
  })
  const who = identity(view.user, strings)
  if (identified) who.append(identified)
  const undone = node('p', { class: 'undone' }, strings.cannotBeUndone)
  const survives = view.reset.allowed ? survivorList(view.reset.survives, strings) : undefined
  const message = node('div', { part: 'message', role: 'alert' })
  const frame = dialogFrame({
    name: 'confirmation',
    heading: strings.confirmHeading(isolated(view.user.displayName || view.user.username)),
    description: [who, undone, ...(survives ? [survives] : [])],
    body: [
      who,
      undone,
      survives,
      view.insecureTransport ? warningLine(strings.insecureTransport) : undefined,
      field.element,
      message,
    ],
    buttons: [cancel, confirm],
    onEscape: leave,
  })
  return {
    get reason() {
      return field.value
    },
    open: (host) => frame.open(host, cancel),
    setBusy: (value) => {
      busy = value
      if (busy) message.replaceChildren()
      field.lock(busy)
      setButton(cancel, busy ? 'off' : 'on')
      setButton(confirm, busy ? 'busy' : 'on')
    },
    explain: (words, reloadLabel) => {
      message.replaceChildren(warningLine(words))
      message.scrollIntoView({ block: 'nearest' })
      if (reloadLabel === undefined) return
      const reload = actionButton({
        label: reloadLabel,
        kind: 'primary',
        part: 'reload',
        onPress: onLeave,
      })
      const close = actionButton({
        label: strings.closeAfterFailure,
        part: 'cancel',
        onPress: onLeave,
      })
      field.lock(true)
      frame.foot.replaceChildren(close, reload)
      reload.focus()
    },
    close: frame.close,
  }
}
