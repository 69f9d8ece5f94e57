import { describe, expect, it } from 'vitest'
import { characters, entropyBits, grouped, passphrase } from '../index.ts'
import { readable, readableSeparator } from './alphabet.ts'

/** The characters of the same 46 keys, row by row: without Shift, and with Shift. */
interface Layout {
  readonly plain: string
  readonly shifted: string
}

const layouts = {
  us: {
    plain: "`1234567890-= qwertyuiop[] asdfghjkl;'\\ zxcvbnm,./",
    shifted: '~!@#$%^&*()_+ QWERTYUIOP{} ASDFGHJKL:"| ZXCVBNM<>?',
  },
  uk: {
    plain: "`1234567890-= qwertyuiop[] asdfghjkl;'# zxcvbnm,./",
    shifted: '¬!"£$%^&*()_+ QWERTYUIOP{} ASDFGHJKL:@~ ZXCVBNM<>?',
  },
  german: {
    plain: '^1234567890ß´ qwertzuiopü+ asdfghjklöä# yxcvbnm,.-',
    shifted: '°!"§$%&/()=?` QWERTZUIOPÜ* ASDFGHJKLÖÄ\' YXCVBNM;:_',
  },
  french: {
    plain: '²&é"\'(-è_çà)= azertyuiop^$ qsdfghjklmù* wxcvbn,;:!',
    shifted: '~1234567890°+ AZERTYUIOP¨£ QSDFGHJKLM%µ WXCVBN?./§',
  },
} as const satisfies Record<string, Layout>

/** The key of a character, and whether Shift is held. */
function keyOf(character: string, { plain, shifted }: Layout): string {
  const key = plain.indexOf(character)
  return key < 0 ? `shift ${shifted.indexOf(character)}` : `plain ${key}`
}

/** The characters that the keys of a US keyboard do not type on this layout. */
function movedOn(name: keyof typeof layouts, text: string): string {
  return [...text].filter((one) => keyOf(one, layouts[name]) !== keyOf(one, layouts.us)).join('')
}

/** Every character that a format can draw. */
function charactersOf({ fit }: ReturnType<typeof grouped>): string {
  const plan = fit({})
  return [...new Set(plan?.positions.flat().join(''))].join('')
}

describe('the keys of a temporary password', () => {
  const everyFormat = [grouped(), characters(), passphrase({ words: 6, list: ['onion', 'tiger'] })]

  it.each(['uk', 'german'] as const)('are those of a US keyboard on a keyboard: %s', (name) => {
    for (const format of everyFormat) expect(movedOn(name, charactersOf(format))).toBe('')
    const widened = Object.values(readable).join('') + readableSeparator
    expect(movedOn(name, widened)).toBe('')
    expect(movedOn(name, '@yz')).not.toBe('')
  })

  it('need no Shift on US, UK and German keyboards', () => {
    for (const name of ['us', 'uk', 'german'] as const)
      for (const one of charactersOf(grouped()))
        expect(keyOf(one, layouts[name])).toMatch(/^plain \d+$/)
  })

  it('are others on a French keyboard for four letters, the digits and the dot', () => {
    expect(movedOn('french', charactersOf(grouped()))).toBe('amqw23456789.')
  })

  it('are the same on all four for the sixteen letters that the guide names, with 80 bits', () => {
    const everywhere = characters({ alphabet: 'bcdefghjknprstvx' })
    expect(movedOn('uk', charactersOf(everywhere))).toBe('')
    expect(movedOn('german', charactersOf(everywhere))).toBe('')
    expect(movedOn('french', charactersOf(everywhere))).toBe('')
    expect(entropyBits(everywhere)).toBe(80)
  })

  it('leave the default at least 76 bits', () => {
    expect(entropyBits()).toBeGreaterThan(76)
  })
})
