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
    const luminance = (colour: string): number => {
      const [red = 0, green = 0, blue = 0] = channelsOf(colour).map((value) => {
        const share = value / 255
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
      })
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
    const ratioOf = (one: string, other: string): number => {
      const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b)
      return Math.round(((light + 0.05) / (dark + 0.05)) * 100) / 100
    }
    const behind = (element: Element | null): string => {
      if (!element) return 'white'
      const { backgroundColor } = getComputedStyle(element)
      return channelsOf(backgroundColor)[3] === 0 ? behind(element.parentElement) : backgroundColor
    }
    for (const element of (root?.shadowRoot ?? root)?.querySelectorAll('*') ?? []) {
      const style = getComputedStyle(element)
      if (style.visibility !== 'visible' || element.getClientRects().length === 0) continue
      const name = `${element.className} ${element.textContent?.slice(0, 20)}`
      const own = behind(element)
      const around = behind(element.parentElement)
      if ([...element.childNodes].some((child) => child instanceof Text && child.data.trim()))
        found.push({ what: `text ${name}`, ratio: ratioOf(style.color, own), least: 4.5 })
      if (element.matches('input'))
        found.push({ what: `text of ${name}`, ratio: ratioOf(style.color, own), least: 4.5 })
      if (element.matches('button, input, [tabindex="0"]')) {
        const edge = style.borderTopWidth === '0px' ? own : style.borderTopColor
        const shown = channelsOf(edge)[3] === 0 ? own : edge
        found.push({ what: `edge of ${name}`, ratio: ratioOf(shown, around), least: 3 })
      }
      if (element.matches('.sign'))
        found.push({ what: `sign ${name}`, ratio: ratioOf(style.stroke, own), least: 3 })
      if (element.matches(':focus') && style.outlineStyle !== 'none')
        found.push({
          what: `focus of ${name}`,
          ratio: ratioOf(style.outlineColor, around),
          least: 3,
        })
    }
    return found
  }, roots)
}
