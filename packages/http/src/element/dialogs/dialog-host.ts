import { customProperties, styleSheet } from './styles.ts'

/**
 * The marks by which recorders of sessions leave an element out. The classes: rrweb, Sentry,
 * PostHog, Amplitude, FullStory. The attributes: LogRocket, Hotjar, Datadog, Clarity, OpenReplay,
 * Heap.
 */
const markClasses = 'rr-block sentry-block ph-no-capture amp-block fs-exclude'
const markAttributes = {
  'data-private': '',
  'data-hj-suppress': '',
  'data-dd-privacy': 'hidden',
  'data-clarity-mask': 'True',
  'data-openreplay-hidden': '',
  'data-heap-redact-text': 'true',
}

/**
 * The place of the dialogs of an element: a host at the end of the document, next to `body`. The
 * page can move, draw again or remove the element, and the dialog stays.
 *
 * The host looks as the element does at this moment, because nothing is inherited from the
 * element's place any more.
 */
export function dialogHost(element: HTMLElement): HTMLElement {
  const host = document.createElement('force-password-reset-dialog')
  markForRecorders(host)
  const looks = getComputedStyle(element)
  for (const name of [...customProperties, 'font-family', 'font-size', 'color-scheme'])
    host.style.setProperty(name, looks.getPropertyValue(name))
  host.dir = looks.direction
  const { lang } = element.closest<HTMLElement>('[lang]') ?? host
  if (lang) host.lang = lang
  host.attachShadow({ mode: 'open' }).adoptedStyleSheets = [styleSheet()]
  return host
}

/**
 * Puts the marks on an element. A recorder looks at a shadow tree by itself, so a dialog in the
 * host has them too.
 */
export function markForRecorders(element: HTMLElement): void {
  element.classList.add(...markClasses.split(' '))
  for (const [name, value] of Object.entries(markAttributes)) element.setAttribute(name, value)
}
