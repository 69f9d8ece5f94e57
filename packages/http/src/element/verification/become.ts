/**
 * Makes an element like a new one, and keeps its nodes where they are alike. So the focus, the
 * text that is typed and a screen reader notice only what is different.
 */
export function become(element: Element, next: Element): void {
  for (const name of element.getAttributeNames())
    if (!next.hasAttribute(name)) element.removeAttribute(name)
  for (const name of next.getAttributeNames()) {
    const value = next.getAttribute(name) ?? ''
    if (element.getAttribute(name) !== value) element.setAttribute(name, value)
  }
  if (element instanceof HTMLElement && next instanceof HTMLElement) takeHandlers(element, next)
  if (element instanceof HTMLInputElement && next instanceof HTMLInputElement) {
    element.checked = next.checked
    if (element.value !== next.value) element.value = next.value
  }
  const children = [...next.childNodes]
  children.forEach((child, at) => {
    const present = element.childNodes[at]
    if (!present) element.append(child)
    else if (!isAlike(present, child)) present.replaceWith(child)
    else if (present instanceof Element && child instanceof Element) become(present, child)
    else if (present.nodeValue !== child.nodeValue) present.nodeValue = child.nodeValue
  })
  while (element.childNodes.length > children.length) element.lastChild?.remove()
}

/** The handlers that the controls of the step have. */
function takeHandlers(element: HTMLElement, next: HTMLElement): void {
  element.onclick = next.onclick
  element.onkeydown = next.onkeydown
  element.oninput = next.oninput
  element.onfocus = next.onfocus
}

function isAlike(one: Node, other: Node): boolean {
  return one.nodeName === other.nodeName && idOf(one) === idOf(other)
}

function idOf(node: Node): string {
  return node instanceof Element ? node.id : ''
}
