import { visibleText } from '@force-reset/core'
import { searchParts } from '@force-reset/core/store'
import { html } from 'hono/html'
import { asSearched } from '../names/any-case.ts'
import type { Html } from '../words/html.ts'
import { breaking, personText } from './facts.ts'

/** Writes a text that a person chose, with what the search found in it marked. */
export type Marker = (text: string) => Html

const characters = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** Without accents too: some stores find "Novák" for "novak". */
function withoutAccents(text: string): string {
  return asSearched(text.normalize('NFKD').replace(/\p{M}/gu, ''))
}

/**
 * The marker for a row of the list.
 *
 * The whole search is marked where the row holds it, and otherwise each word of it. Accents count
 * where the row holds what was typed with them.
 *
 * @param shown - All texts of the row. Where the store found something else, nothing is marked.
 */
export function markerFor(search: string, shown: readonly string[]): Marker {
  const words = searchParts(search)
  if (words.length === 0) return personText
  for (const fold of [asSearched, withoutAccents])
    for (const parts of [[search], words]) {
      const found = (part: string) => shown.some((text) => fold(text).includes(fold(part)))
      if (parts.every((part) => fold(part) !== '' && found(part)))
        return (text) => marked(text, parts, fold)
    }
  return personText
}

/**
 * A match is found in the folded text, and marked by whole characters of the text itself. Marks
 * never begin or end inside an escape, because characters are written out last.
 */
function marked(text: string, parts: readonly string[], fold: (text: string) => string): Html {
  const pieces = Array.from(characters.segment(text), ({ segment }) => segment)
  const owners = pieces.flatMap((piece, index) => Array<number>(fold(piece).length).fill(index))
  const folded = pieces.map(fold).join('')
  const hits = new Set<number>()
  for (const part of parts.map(fold))
    for (let at = folded.indexOf(part); at >= 0; at = folded.indexOf(part, at + 1))
      for (const owner of owners.slice(at, at + part.length)) hits.add(owner)
  return html`<bdi>${runsOf(pieces, hits)}</bdi>`
}

/** Neighbours that are marked, or are not, in one run each. */
function runsOf(pieces: readonly string[], hits: ReadonlySet<number>): readonly Html[] {
  const runs: { text: string; readonly hit: boolean }[] = []
  for (const [index, piece] of pieces.entries()) {
    const last = runs.at(-1)
    if (last?.hit === hits.has(index)) last.text += piece
    else runs.push({ text: piece, hit: hits.has(index) })
  }
  return runs.map(({ text, hit }, at) => {
    const parts = breaking(visibleText(text))
    const place = at > 0 && /^[@._]/.test(text) ? html`<wbr>` : ''
    return hit ? html`${place}<mark>${parts}</mark>` : html`${place}${parts}`
  })
}
