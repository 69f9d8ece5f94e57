import { visibleText } from '@force-reset/core'
import type { Receipt, ResetFacts } from '../client/read-response.ts'
import { actionButton, setLabel } from '../parts/buttons.ts'
import { row, survivorList } from '../parts/facts.ts'
import { fill, node, personText, warningLine } from '../parts/node.ts'
import { passwordField } from '../password/password-field.ts'
import { spellingList } from '../password/spelling-list.ts'
import { orEnglish } from '../words/english.ts'
import { momentIn } from '../words/moment.ts'
import type { ElementStrings } from '../words/strings.ts'
import { dialogFrame } from './dialog-frame.ts'

/** What the result shows. */
export interface ResultDialogOptions {
  /** Drawn at once. The caller wipes the bytes afterwards. */
  readonly password: Uint8Array
  readonly facts: ResetFacts
  readonly insecureTransport: boolean
  readonly strings: ElementStrings
  /** The operator has passed the password on. */
  readonly onClose: () => void
}

/** The result. */
export interface ResultDialog {
  open(host: HTMLElement): void
  /** Leaves nothing of the password in the document. */
  close(): void
}

/**
 * Shows the password, once. Only the button closes the dialog. The focus goes to the heading, so
 * that no screen reader says the password by itself.
 */
export function resultDialog({
  password,
  facts,
  insecureTransport,
  strings,
  onClose,
}: ResultDialogOptions): ResultDialog {
  const field = passwordField(password, strings.password)
  const passedOn = actionButton({
    label: strings.passedOn,
    kind: 'primary',
    part: 'passed-on',
    onPress: onClose,
  })
  const { displayName, username } = facts.user
  const { auditComplete, unreadRules } = facts.receipt
  const names = displayName
    ? [personText(displayName), ' (', personText(username), ')']
    : [personText(username)]
  const whom = node('p', { class: 'whom' }, `${strings.resultFor} `, ...names)
  const once = node('p', {}, strings.shownOnce)
  const spelling = node('div', { id: 'spelling' })
  const spelled = (words: ElementStrings): HTMLElement => spellingList(field.groups(), words)
  const spell = actionButton({
    label: strings.spell,
    part: 'spell',
    onPress: () => {
      const opens = spell.ariaExpanded !== 'true'
      spell.ariaExpanded = String(opens)
      setLabel(spell, opens ? strings.hideSpelling : strings.spell)
      fill(spelling, opens ? orEnglish(strings, spelled) : undefined)
      if (opens) spelling.scrollIntoView({ block: 'nearest' })
    },
  })
  spell.ariaExpanded = 'false'
  spell.setAttribute('aria-controls', spelling.id)
  const frame = dialogFrame({
    name: 'result',
    heading: strings.resultHeading,
    description: [whom, once],
    body: [
      whom,
      once,
      insecureTransport ? warningLine(strings.insecureTransport) : undefined,
      field.element,
      node('div', { class: 'under' }, node('p', { class: 'hint' }, strings.selectHint), spell),
      spelling,
      auditComplete ? undefined : warningLine(strings.auditIncomplete),
      unreadRules.length === 0
        ? undefined
        : warningLine(strings.unreadRules(unreadRules.map(visibleText).join(', '))),
      receiptRows(facts.receipt, strings),
      survivorList(facts.receipt.survives, strings),
    ],
    buttons: [passedOn],
  })
  return {
    open: (host) => frame.open(host, frame.heading),
    close: () => {
      field.clear()
      for (const glyph of spelling.querySelectorAll('.glyph')) glyph.textContent = ''
      spelling.replaceChildren()
      frame.close()
    },
  }
}

function receiptRows(receipt: Receipt, strings: ElementStrings): HTMLElement {
  const { expiresAt, sessionsRevoked, unlocked } = receipt
  return node(
    'dl',
    { part: 'facts' },
    row(
      strings.validUntil,
      expiresAt === null ? strings.validForever : momentIn(strings.locale, new Date(expiresAt)),
    ),
    row(strings.nextSignIn, strings.mustChange[receipt.mustChange]),
    sessionsRevoked === null
      ? undefined
      : row(strings.sessions, strings.sessionsRevoked(sessionsRevoked)),
    unlocked ? row(strings.lock, strings.unlocked) : undefined,
  )
}
