import type { Page } from 'playwright-core'

/** A text, a line or a sign, and how it stands out. */
export interface Contrast {
  readonly what: string
  readonly ratio: number
  readonly least: number
}

/**
 * Measures every visible text, border of a control, sign and focus ring (WCAG 2.2, 1.4.3 and
 * 1.4.11). Disabled controls are included.
 *
 * @param roots - Selectors. The first element that is on the page is measured: its shadow tree, if
 * it has one, and otherwise its own.
 */
export async function contrasts(
  page: Page,
  roots: readonly string[],
): Promise<readonly Contrast[]> {
  return await page.evaluate((selectors) => {
    const found: { what: string; ratio: number; least: number }[] = []
    const root = selectors.map((one) => document.querySelector(one)).find((one) => one !== null)
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
    const channelsOf = (colour: string): readonly number[] => {
      canvas?.clearRect(0, 0, 1, 1)
      if (canvas) canvas.fillStyle = colour
      canvas?.fillRect(0, 0, 1, 1)
      return [...(canvas?.getImageData(0, 0, 1, 1).data ?? [])]
    }
    const parentOf = (element: Element): Element | null => {
      const above = element.getRootNode()
      return element.parentElement ?? (above instanceof ShadowRoot ? above.host : null)
    }
    /** A colour as the eye sees the colour: on what lies below, as far as both let that through. */
    const seen = (colour: string, element: Element | null, ground = 'white'): readonly number[] => {
      const [red = 0, green = 0, blue = 0, alpha = 0] = channelsOf(colour)
      let light = [red, green, blue].map((value) => (value * alpha) / 255)
      let left = 1 - alpha / 255
      const put = (under: string): void => {
        const [r = 0, g = 0, b = 0, a = 0] = channelsOf(under)
        const below = [r, g, b]
        light = light.map((value, at) => value + (left * (below[at] ?? 0) * a) / 255)
        left *= 1 - a / 255
      }
      for (let one = element; one; one = parentOf(one)) {
        const { backgroundColor, opacity } = getComputedStyle(one)
        put(backgroundColor)
        light = light.map((value) => value * Number(opacity))
        left = 1 - (1 - left) * Number(opacity)
      }
      put(ground)
      return light
    }
    const luminance = (light: readonly number[]): number => {
      const [red = 0, green = 0, blue = 0] = light.map((value) => {
        const share = value / 255
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
      })
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
    const ratioOf = (one: readonly number[], other: readonly number[]): number => {
      const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b)
      return Math.round(((light + 0.05) / (dark + 0.05)) * 100) / 100
    }
    const isDrawn = (colour: string): boolean => channelsOf(colour)[3] !== 0
    for (const element of (root?.shadowRoot ?? root)?.querySelectorAll('*') ?? []) {
      const isShown = element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
      if (!isShown || element.getClientRects().length === 0) continue
      // Kept for a screen reader only.
      const { width, height } = element.getBoundingClientRect()
      if (width <= 1 && height <= 1) continue
      const style = getComputedStyle(element)
      const text = element.textContent?.trim().slice(0, 20)
      const name = `${element.getAttribute('class') ?? ''} ${text}`
      const own = seen('transparent', element)
      const around = seen('transparent', parentOf(element))
      const measure = (part: string, colour: string, ground: readonly number[], least: number) =>
        found.push({
          what: `${part} ${name}`,
          ratio: ratioOf(seen(colour, element), ground),
          least,
        })
      if ([...element.childNodes].some((child) => child instanceof Text && child.data.trim()))
        measure('text', style.color, own, 4.5)
      if (element.matches('input, select')) measure('text of', style.color, own, 4.5)
      if (element.matches('input:placeholder-shown'))
        measure('example of', getComputedStyle(element, '::placeholder').color, own, 4.5)
      // A button that looks like a link is known by its words.
      if (
        element.matches('button, input, select, .button, [tabindex="0"]') &&
        style.textDecorationLine === 'none'
      ) {
        const isEdged = style.borderTopWidth !== '0px' && isDrawn(style.borderTopColor)
        measure('edge of', isEdged ? style.borderTopColor : 'transparent', around, 3)
      }
      // What is chosen among several is told by a line around.
      const [, ring] = /^(rgba?\([^)]*\)) 0px 0px 0px [1-9]/.exec(style.boxShadow) ?? []
      if (ring !== undefined) measure('ring of', ring, around, 3)
      if (element.matches('.sign, .icon')) measure('sign', style.stroke, own, 3)
      for (const pseudo of ['', '::before', '::after']) {
        const { content, display, outlineStyle, outlineColor, outlineOffset, outlineWidth } =
          getComputedStyle(element, pseudo)
        if (pseudo !== '' && (content === 'none' || display === 'none')) continue
        if (outlineStyle === 'none' || outlineWidth === '0px' || !isDrawn(outlineColor)) continue
        const isInside = pseudo !== '' || Number.parseFloat(outlineOffset) < 0
        const what = element.matches(':focus') ? 'focus of' : 'outline of'
        measure(what, outlineColor, isInside ? own : around, 3)
      }
    }
    return found
  }, roots)
}
