import { visibleText } from '@force-reset/core'

/** `undefined` stands for a child that is not there. */
type Child = Node | string | undefined

/**
 * A new element. The names of its parts are classes of the element too. Text becomes text nodes:
 * nothing is ever read as HTML, so that `require-trusted-types-for 'script'` holds.
 */
export function node<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  element.classList.add(...element.part)
  fill(element, ...children)
  return element
}

/**
 * Puts children in the place of those that an element has. Equal children stay: a page may set the
 * same words many times a second, and a click or a screen reader must not notice.
 */
export function fill(element: Element, ...children: readonly Child[]): void {
  const { childNodes } = element
  const next = children
    .filter((child) => child !== undefined)
    .map((child) => (typeof child === 'string' ? new Text(child) : child))
  const isSame = next.every((child, at) => child.isEqualNode(childNodes[at] ?? null))
  if (!isSame || next.length !== childNodes.length) element.replaceChildren(...next)
}

/**
 * Text that a person or a directory chose. Invisible characters are written out, and the direction
 * of the text cannot reach the words around it. A long address breaks before its signs.
 */
export function personText(text: string): HTMLElement {
  const parts = visibleText(text).split(/(?=[@._]\S)/)
  return node('bdi', {}, ...parts.flatMap((part, at) => (at > 0 ? [node('wbr'), part] : part)))
}

/**
 * The same in a plain text, for words that are made of a name. Two invisible characters keep the
 * direction of the name apart (U+2068 and U+2069).
 */
export function isolated(text: string): string {
  return `\u2068${visibleText(text)}\u2069`
}

const namespace = 'http://www.w3.org/2000/svg'

/** A sign beside words that need attention. A screen reader skips the sign. */
export function warningSign(): SVGElement {
  const svg = document.createElementNS(namespace, 'svg')
  const path = document.createElementNS(namespace, 'path')
  svg.setAttribute('class', 'sign')
  svg.ariaHidden = 'true'
  path.setAttribute('d', 'M8 2.2 14.5 13.5h-13ZM8 6.6v3.2M8 11.6v0')
  svg.append(path)
  return svg
}

/** A line that needs attention. */
export function warningLine(words: string): HTMLElement {
  return node('p', { part: 'warning' }, warningSign(), node('span', {}, words))
}
