import { describe, expect, it } from 'vitest'
import { markerFor } from './marked.ts'

const marked = (search: string, text: string, ...others: readonly string[]) =>
  String(markerFor(search, [text, ...others])(text)).replaceAll(/<\/?bdi>/g, '')

describe('markerFor', () => {
  it.each([
    ['mina', 'Maximiliana Wilhelmina', 'Maximiliana Wilhel<mark>mina</mark>'],
    ['MINA', 'mina.okafor', '<mark>mina</mark><wbr>.okafor'],
    ['mina.oka', 'mina.okafor@a.b', '<mark>mina<wbr>.oka</mark>for<wbr>@a<wbr>.b'],
    ['@a', 'm_o@a.b', 'm<wbr>_o<wbr><mark>@a</mark><wbr>.b'],
    ['anan', 'Banananas', 'B<mark>ananan</mark>as'],
    ['mina oka', 'Mina Okafor', '<mark>Mina Oka</mark>for'],
    ['okafor  mina', 'Mina Okafor', '<mark>Mina</mark> <mark>Okafor</mark>'],
    ['novák', 'Toma\u0301s Nova\u0301k', 'Toma\u0301s <mark>Nova\u0301k</mark>'],
    ['novak', 'Tomáš Novák', 'Tomáš <mark>Novák</mark>'],
    ['weiss', 'Hannah Weiß', 'Hannah <mark>Weiß</mark>'],
    ['s', 'Weiß', 'Wei<mark>ß</mark>'],
    ['ﬁ', 'Sofia', 'So<mark>fi</mark>a'],
    ['ｋｉｍ', 'Kim', '<mark>Kim</mark>'],
    ["O'SU", 'Liam O’Sullivan', 'Liam <mark>O’Su</mark>llivan'],
    ['O’b', "o'brien", '<mark>o&#39;b</mark>rien'],
    ['anna‑l', 'Anna-Lena', '<mark>Anna-L</mark>ena'],
    ['健', '田中 健二', '田中 <mark>健</mark>二'],
  ])('marks %s in %s', (search, text, expected) => {
    expect(marked(search, text)).toBe(expected)
  })

  it('counts accents where the row holds them as they were typed', () => {
    expect(marked('é', 'Amélie Ebert')).toBe('Am<mark>é</mark>lie Ebert')
    expect(marked('é', 'Ebert')).toBe('<mark>E</mark>b<mark>e</mark>rt')
  })

  it('marks nothing where not every word is there, and nothing for no search', () => {
    expect(marked('mina berg', 'Mina Okafor')).toBe('Mina Okafor')
    expect(marked('mina berg', 'Mina Okafor', 'ward.berg')).toBe('<mark>Mina</mark> Okafor')
    expect(marked(' ', 'Mina Okafor')).toBe('Mina Okafor')
  })

  it('never marks a part of an escape, of an entity or of a tag', () => {
    expect(marked('202e', 'Petrov \u202e202e')).toBe('Petrov \\u{202e}<mark>202e</mark>')
    expect(marked('u', 'o\u200bu')).toBe('o\\u{200b}<mark>u</mark>')
    expect(marked('amp', '& <amp>')).toBe('&amp; &lt;<mark>amp</mark>&gt;')
    expect(marked('mark', 'mark')).toBe('<mark>mark</mark>')
  })

  it('marks a letter together with the signs that stand on it', () => {
    expect(marked('a', `a${'\u0301'.repeat(3)}b`)).toBe(`<mark>a${'\u0301'.repeat(3)}</mark>b`)
  })
})
