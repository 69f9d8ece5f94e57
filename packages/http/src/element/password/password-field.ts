import { node } from '../parts/node.ts'
import { characterGroups } from './character-groups.ts'

/** A password on the screen. */
export interface PasswordField {
  readonly element: HTMLElement
  /** In reading order, one string each; for spelling. Empty once cleared. */
  groups(): readonly (readonly string[])[]
  /** Empties every text node, and the selection that held them. */
  clear(): void
}

/**
 * Draws a password, one character at a time and one text node each, so that no string holds more
 * than one character. The caller wipes the bytes afterwards.
 *
 * A click, the Tab key and Ctrl+A in the field select exactly the password: the gaps between the
 * groups on the screen are not text.
 */
export function passwordField(password: Uint8Array, label: string): PasswordField {
  const element = node('div', {
    part: 'password',
    role: 'group',
    tabindex: '0',
    translate: 'no',
    spellcheck: 'false',
    dir: 'ltr',
    'aria-label': label,
  })
  let drawn = characterGroups(Array.from(password, (byte) => String.fromCharCode(byte))).map(
    (group) => group.map(drawCharacter),
  )
  for (const group of drawn) element.append(node('span', { class: 'group' }, ...group), node('wbr'))
  element.lastElementChild?.remove()
  const select = (): void => getSelection()?.selectAllChildren(element)
  element.addEventListener('focus', select)
  element.addEventListener('mousedown', (event) => {
    if (event.button !== 0) return
    // Otherwise the browser would put the caret at a second click, and end the selection.
    event.preventDefault()
    element.focus()
    select()
  })
  element.addEventListener('keydown', (event) => {
    if (event.key.toLowerCase() !== 'a' || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    select()
  })
  return {
    element,
    groups: () => drawn.map((group) => group.map((character) => character.textContent)),
    clear: () => {
      getSelection()?.removeAllRanges()
      for (const character of drawn.flat()) character.textContent = ''
      element.replaceChildren()
      drawn = []
    },
  }
}

function drawCharacter(character: string): HTMLElement {
  const kind = /[0-9]/.test(character) ? 'digit' : /[a-z]/i.test(character) ? 'letter' : 'symbol'
  return node('span', { class: kind }, character)
}
