import { describe, expect, it } from 'vitest'
import { elementText } from './element-text.ts'

describe('elementText', () => {
  it('is bundled once, however many strangers ask for it', async () => {
    const [first, second] = [elementText(), elementText()]
    expect(second).toBe(first)
    expect(await first).toContain('force-password-reset')
    expect(elementText()).toBe(first)
  })
})
