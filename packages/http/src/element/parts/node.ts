import { visibleText } from '@force-reset/core'

/** Attributes of a new element; those that are `undefined` are left out. */
type Attributes = Readonly<Record<string, string | undefined>>

/**
 * A new element. Text becomes text nodes: nothing is ever read as HTML, so that
 * `require-trusted-types-for 'script'` holds.
 */
export function node<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly (Node | string | undefined)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined) element.setAttribute(name, value)
  element.append(...children.filter((child) => child !== undefined))
  return element
}

/**
 * Text that a person or a directory chose. Invisible characters are written out, and the direction
 * of the text cannot reach the words around it.
 */
export function personText(text: string): HTMLElement {
  return node('bdi', {}, visibleText(text))
}

/** A sign beside words that need attention. A screen reader skips the sign. */
export function warningSign(): SVGElement {
  const svg = drawing('svg', {
    viewBox: '0 0 16 16',
    width: '16',
    height: '16',
    'aria-hidden': 'true',
    class: 'sign',
  })
  svg.append(
    drawing('path', { d: 'M8 2.2 14.5 13.5h-13Z', class: 'sign-edge' }),
    drawing('path', { d: 'M8 6.6v3.2', class: 'sign-edge' }),
    drawing('circle', { cx: '8', cy: '11.6', r: '.85', class: 'sign-dot' }),
  )
  return svg
}

function drawing(tag: string, attributes: Readonly<Record<string, string>>): SVGElement {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  // An SVG name always makes an SVGElement, but the declaration says so for literal names only.
  return element as SVGElement
}
